"""A plain Kafka to S3 function for Avro, to compare with: what parquet-sink does with an event, without S3.

Started with a folder that holds `event.json` and the registry's schemas as `<id>.avsc`; reads lines and answers each
with one:

    default 3        handles the event three times: the CPU seconds that took, and the bytes that came out
    gzip6 3          the same with gzip 6, which is the default nearly everywhere; pyarrow's is 9
    compare FOLDER   `equal` where FOLDER's files 0.parquet, 1.parquet, ... have the same rows as its own objects
"""

import base64
import io
import json
import sys
import time
from datetime import datetime
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq

HOUR_MS = 3_600_000

LEVELS = {"default": None, "gzip6": 6}

PLAIN = {
    "boolean": pa.bool_(),
    "bytes": pa.binary(),
    "double": pa.float64(),
    "float": pa.float32(),
    "int": pa.int32(),
    "long": pa.int64(),
    "string": pa.string(),
}

# What Avro's and Debezium's names mean; a number goes into such a column as it is.
MEANT = {
    "date": pa.date32(),
    "io.debezium.time.Date": pa.date32(),
    "io.debezium.time.Timestamp": pa.timestamp("ms"),
    "io.debezium.time.ZonedTimestamp": pa.timestamp("us", "UTC"),
    "timestamp-micros": pa.timestamp("us", "UTC"),
}

# A text has to be read first; before Python 3.11, `fromisoformat` knows no Z.
fastavro.read.LOGICAL_READERS["string-zoned-timestamp"] = lambda text, *_: datetime.fromisoformat(
    text.replace("Z", "+00:00")
)


def with_zoned_timestamps(schema):
    """The object of a schema's JSON, which fastavro then reads as what Debezium means."""
    if schema.get("connect.name") == "io.debezium.time.ZonedTimestamp":
        schema["logicalType"] = "zoned-timestamp"
    return schema


def arrow_type(schema, records):
    """The column's type, and whether it may be null; `records` are those that were defined so far, by name."""
    if isinstance(schema, list):
        (branch,) = (branch for branch in schema if branch != "null")
        return arrow_type(branch, records)[0], True
    if isinstance(schema, str):
        return (records[schema] if schema in records else PLAIN[schema]), False
    if schema["type"] == "record":
        records[schema["name"]] = pa.struct(arrow_schema(schema, records))
        return records[schema["name"]], False
    if schema.get("logicalType") == "decimal":
        return pa.decimal128(schema["precision"], schema["scale"]), False
    if schema["type"] == "enum":
        return pa.string(), False
    meaning = schema.get("connect.name"), schema.get("logicalType")
    return next((MEANT[name] for name in meaning if name in MEANT), PLAIN.get(schema["type"])), False


def arrow_schema(record, records):
    """The columns of a record."""
    return pa.schema(
        [pa.field(field["name"], *arrow_type(field["type"], records)) for field in record["fields"]]
    )


class Function:
    """What outlives an invocation: the schemas, by id."""

    def __init__(self, folder):
        self.avro, self.arrow = {}, {}
        for file in folder.glob("*.avsc"):
            schema = json.loads(file.read_text(), object_hook=with_zoned_timestamps)
            self.avro[int(file.stem)] = fastavro.parse_schema(schema)
            self.arrow[int(file.stem)] = arrow_schema(schema, {})

    def handle(self, body, level=None):
        """The objects of an event, by topic, partition, schema and hour."""
        groups = {}
        for records in json.loads(body)["records"].values():
            for record in records:
                value = base64.b64decode(record["value"])
                # A zero and the schema's id stand before the datum.
                schema = int.from_bytes(value[1:5], "big")
                row = fastavro.schemaless_reader(io.BytesIO(value[5:]), self.avro[schema])
                group = record["topic"], record["partition"], schema, record["timestamp"] // HOUR_MS
                groups.setdefault(group, []).append(row)
        objects = {}
        for group, rows in groups.items():
            body = io.BytesIO()
            table = pa.Table.from_pylist(rows, schema=self.arrow[group[2]])
            pq.write_table(table, body, compression="gzip", compression_level=level)
            objects[group] = body.getvalue()
        return objects


def compare(objects, folder):
    """What differs first between the rows of objects and of files, or `equal`."""
    files = sorted(folder.glob("*.parquet"), key=lambda file: int(file.stem))
    if len(files) != len(objects):
        return f"{len(files)} files, expected {len(objects)}"
    for file, body in zip(files, objects.values()):
        rows, expected = (pq.read_table(source).to_pylist() for source in (file, io.BytesIO(body)))
        if len(rows) != len(expected):
            return f"{file.name} has {len(rows)} rows, expected {len(expected)}"
        for index, pair in enumerate(zip(rows, expected)):
            if pair[0] != pair[1]:
                columns = [name for name in pair[1] if pair[0].get(name) != pair[1][name]]
                return f"row {index} of {file.name} differs in {columns}"
    return "equal"


def main():
    folder = Path(sys.argv[1])
    event = (folder / "event.json").read_bytes()
    function = Function(folder)
    for line in sys.stdin:
        command, argument = line.rstrip("\n").split(" ", 1)
        if command == "compare":
            print(compare(function.handle(event), Path(argument)), flush=True)
            continue
        start = time.process_time()
        for _ in range(int(argument)):
            objects = function.handle(event, LEVELS[command])
        seconds = time.process_time() - start
        print(seconds, sum(map(len, objects.values())), flush=True)


if __name__ == "__main__":
    main()
