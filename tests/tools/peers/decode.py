"""What fastavro makes of an Avro datum."""

import base64
import datetime
import io
import json
import uuid

import canonical
import fastavro

UNIX = datetime.datetime(1970, 1, 1)
PRIMITIVES = {
    "null": type(None),
    "boolean": bool,
    "int": int,
    "long": int,
    "float": float,
    "double": float,
    "string": str,
    "bytes": bytes,
}


def avro(request):
    """`schema`, `references` and `data`, a list of datums in base64, give `values`."""
    named = {}
    for text in [*request.get("references", []), request["schema"]]:
        schema = fastavro.parse_schema(json.loads(text), named)
    values = []
    for datum in request["data"]:
        stream = io.BytesIO(base64.b64decode(datum))
        value = fastavro.schemaless_reader(stream, schema, return_record_name=True)
        if stream.read(1):
            raise ValueError("there are bytes behind the datum")
        values.append(of(schema, value, named))
    return {"values": values}


def of(schema, value, named):
    """The canonical JSON of a value, with a union of several types as an object with a member for each."""
    if isinstance(schema, list):
        return of_union(schema, value, named)
    if isinstance(schema, str):
        return of(named[schema], value, named) if schema in named else of_plain(schema, value)
    if "logicalType" in schema:
        return of_logical(schema, value)
    kind = schema["type"]
    if kind == "record":
        return {
            field["name"]: of(field["type"], value[field["name"]], named) for field in schema["fields"]
        }
    if kind == "array":
        return [of(schema["items"], item, named) for item in value]
    if kind == "map":
        return canonical.of_map([key, of(schema["values"], item, named)] for key, item in value.items())
    if kind == "enum":
        return value
    return of_plain("bytes" if kind == "fixed" else kind, value)


def of_union(branches, value, named):
    others = [branch for branch in branches if branch != "null"]
    # With this option a record in a union comes with its name.
    if isinstance(value, tuple):
        chosen, value = value
    else:
        chosen = None
    if value is None:
        return None
    if len(others) == 1:
        return of(others[0], value, named)
    members = {}
    for branch in others:
        is_chosen = fits(branch, value, chosen, named) and not any(
            member is not None for member in members.values()
        )
        members[simple_name(branch)] = of(branch, value, named) if is_chosen else None
    return members


def fits(branch, value, chosen, named):
    branch = named.get(branch, branch) if isinstance(branch, str) else branch
    kind = branch if isinstance(branch, str) else branch["type"]
    if chosen is not None:
        return kind == "record" and branch["name"] == chosen
    if kind in ("record", "map"):
        return kind == "map" and isinstance(value, dict)
    if kind == "array":
        return isinstance(value, list)
    if kind == "enum":
        return value in branch["symbols"]
    if kind == "fixed":
        return isinstance(value, bytes) and len(value) == branch["size"]
    return type(value) is PRIMITIVES[kind]


def simple_name(branch):
    name = branch if isinstance(branch, str) else branch.get("name", branch["type"])
    return name.rpartition(".")[2]


def of_plain(kind, value):
    if kind in ("float", "double"):
        return canonical.of_float(value)
    return canonical.of_bytes(value) if kind == "bytes" else value


def of_logical(schema, value):
    logical = schema["logicalType"]
    match logical:
        case "decimal":
            return canonical.of_decimal(value)
        case "uuid":
            # It leaves those that are fixed as their bytes.
            return canonical.of_uuid(uuid.UUID(bytes=value) if isinstance(value, bytes) else value)
        case "date":
            return {"$date": value.isoformat()}
        case "time-millis" | "time-micros":
            midnight = datetime.datetime.combine(UNIX.date(), value)
            return canonical.of_time(nanoseconds(midnight))
        case "timestamp-millis" | "timestamp-micros" | "timestamp-nanos":
            return canonical.of_timestamp(nanoseconds(value), is_instant=True)
        case "local-timestamp-millis" | "local-timestamp-micros" | "local-timestamp-nanos":
            return canonical.of_timestamp(nanoseconds(value), is_instant=False)
        case _:
            # One that fastavro leaves as it is, such as `duration`.
            return of_plain("bytes" if schema["type"] == "fixed" else schema["type"], value)


def nanoseconds(moment):
    if isinstance(moment, int):
        return moment
    return (moment.replace(tzinfo=None) - UNIX) // datetime.timedelta(microseconds=1) * 1000
