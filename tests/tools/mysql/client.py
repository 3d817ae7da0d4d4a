"""A client of MySQL: a request in JSON on standard input, its answer on standard output.

A request has `port`, and either `statements` or a `query`, whose rows are the answer's `rows` in canonical JSON: what
a column of Parquet says of the same value; or `queries`, and then `results` are the rows of each.
"""

import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal

import canonical
import pymysql
from pymysql.constants import FIELD_TYPE, FLAG

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
GEOMETRY_SRID_BYTES = 4


def main():
    request = json.load(sys.stdin)
    connection = pymysql.connect(
        host="127.0.0.1", port=request["port"], user="root", autocommit=True, charset="utf8mb4"
    )
    with connection, connection.cursor() as cursor:
        for statement in request.get("statements", []):
            cursor.execute(statement)
        answer = {"rows": rows(cursor, request["query"])} if "query" in request else {}
        if "queries" in request:
            answer["results"] = [rows(cursor, query) for query in request["queries"]]
    json.dump(answer, sys.stdout, allow_nan=False)


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
