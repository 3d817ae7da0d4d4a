"""A client of MySQL: a request in JSON on standard input, its answer on standard output.

A request has `port`, and either `statements` or a `query`, whose rows are the answer's `rows` in canonical JSON: what
a column of Parquet says of the same value; or `queries`, and then `results` are the rows of each.

Where the server goes away, the statement is carried out again as soon as there is one: one that it has carried out
already, and not told of, is carried out twice.
"""

import json
import sys
import time
from datetime import datetime, timedelta
from decimal import Decimal

import canonical
import pymysql
from pymysql.constants import CR, FIELD_TYPE, FLAG

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
GEOMETRY_SRID_BYTES = 4
AWAY = {CR.CR_CONNECTION_ERROR, CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST}
PATIENCE_SECONDS = 60


def main():
    request = json.load(sys.stdin)
    client = Client(request["port"])
    for statement in request.get("statements", []):
        client.ask(lambda cursor, statement=statement: cursor.execute(statement))
    answer = {"rows": client.ask(lambda cursor: rows(cursor, request["query"]))} if "query" in request else {}
    if "queries" in request:
        answer["results"] = [
            client.ask(lambda cursor, query=query: rows(cursor, query)) for query in request["queries"]
        ]
    json.dump(answer, sys.stdout, allow_nan=False)


class Client:
    """A connection that comes back."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def ask(self, question):
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.connection = self.connection or self.connect()
                with self.connection.cursor() as cursor:
                    return question(cursor)
            except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
                is_away = isinstance(error, pymysql.err.InterfaceError) or error.args[0] in AWAY
                if not is_away or time.monotonic() > end:
                    raise
                self.connection = None
                time.sleep(0.1)

    def connect(self):
        return pymysql.connect(host="127.0.0.1", port=self.port, user="root", autocommit=True, charset="utf8mb4")


def rows(cursor, query):
    cursor.execute(query)
    fields = cursor._result.fields
    return [
        {field.name: None if value is None else of(field, value) for field, value in zip(fields, row)}
        for row in cursor.fetchall()
    ]


def of(field, value):
    match field.type_code:
        case FIELD_TYPE.NEWDECIMAL | FIELD_TYPE.DECIMAL:
            return canonical.of_decimal(value)
        case FIELD_TYPE.LONGLONG if field.flags & FLAG.UNSIGNED:
            return canonical.of_decimal(Decimal(value))
        case FIELD_TYPE.BIT:
            # Debezium's are booleans of one bit, and little-endian.
            return value != b"\x00" if field.length == 1 else canonical.of_bytes(value[::-1])
        case FIELD_TYPE.DATE | FIELD_TYPE.NEWDATE:
            return {"$date": value.isoformat()}
        case FIELD_TYPE.DATETIME:
            return canonical.of_timestamp((value - EPOCH) // MICROSECOND * 1000, False)
        case FIELD_TYPE.TIMESTAMP:
            return canonical.of_timestamp((value - EPOCH) // MICROSECOND * 1000, True)
        case FIELD_TYPE.TIME:
            return value // MICROSECOND
        case FIELD_TYPE.JSON:
            return json.loads(value)
        case FIELD_TYPE.GEOMETRY:
            return canonical.of_bytes(value[GEOMETRY_SRID_BYTES:])
        case FIELD_TYPE.FLOAT | FIELD_TYPE.DOUBLE:
            return canonical.of_float(value)
        case _:
            return canonical.of_bytes(value) if isinstance(value, bytes) else value


main()
