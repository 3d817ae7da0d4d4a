"""Values as JSON that can be compared: exact, and the same whoever has read them.

What JSON has no word for is an object with one member whose name begins with `$`: `$bytes` (base64), `$decimal`,
`$date`, `$time`, `$timestamp` (with `Z` where it is an instant), `$uuid`, `$float` (what no JSON number says),
`$map` (pairs, sorted), and, only towards Avro, `$branch` (a union's branch by its name, and the value).
"""

import base64
import datetime
import decimal
import json
import math
import uuid

EPOCH = datetime.datetime(1970, 1, 1)
NANOSECONDS_A_DAY = 86_400 * 10**9


def of_float(value):
    if math.isfinite(value) and math.copysign(1, value) == math.copysign(1, value or 1):
        return value
    return {"$float": repr(value)}


def of_bytes(value):
    return {"$bytes": base64.b64encode(value).decode()}


def of_decimal(value):
    return {"$decimal": format(value, "f")}


def of_uuid(value):
    return {"$uuid": str(value)}


def of_map(pairs):
    return {"$map": sorted(pairs, key=lambda pair: pair[0])}


def of_days(days):
    return {"$date": (EPOCH + datetime.timedelta(days=days)).date().isoformat()}


def of_time(nanoseconds):
    """A time of day, or what was taken for one."""
    if not 0 <= nanoseconds < NANOSECONDS_A_DAY:
        return {"$time": f"{nanoseconds} ns"}
    return {"$time": clock(nanoseconds)}


def of_timestamp(nanoseconds, is_instant):
    """Nanoseconds since 1970; Python's own datetimes end at microseconds."""
    days, rest = divmod(nanoseconds, NANOSECONDS_A_DAY)
    date = (EPOCH + datetime.timedelta(days=days)).date().isoformat()
    return {"$timestamp": f"{date}T{clock(rest)}{'Z' if is_instant else ''}"}


def clock(nanoseconds):
    seconds, fraction = divmod(nanoseconds, 10**9)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if fraction == 0:
        return text
    return f"{text}.{fraction:09}" if fraction % 1000 else f"{text}.{fraction // 1000:06}"


def to_python(value):
    """The way back, as far as Avro's Python libraries take it."""
    if isinstance(value, list):
        return [to_python(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, inner), = value.items()
        if name in FROM_TAG:
            return FROM_TAG[name](inner)
    return {name: to_python(member) for name, member in value.items()}


def to_timestamp(text):
    value = datetime.datetime.fromisoformat(text.removesuffix("Z"))
    return value.replace(tzinfo=datetime.timezone.utc) if text.endswith("Z") else value


FROM_TAG = {
    "$bytes": base64.b64decode,
    "$decimal": decimal.Decimal,
    "$date": datetime.date.fromisoformat,
    "$time": datetime.time.fromisoformat,
    "$timestamp": to_timestamp,
    "$uuid": uuid.UUID,
    "$float": float,
    "$map": lambda pairs: {key: to_python(value) for key, value in pairs},
    "$branch": lambda branch: (branch[0], to_python(branch[1])),
}


def first_difference(left, right, path=""):
    """Where two canonical values differ, or none."""
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        pairs = ((name, left[name], right[name]) for name in left)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = ((str(index), *pair) for index, pair in enumerate(zip(left, right)))
    elif json.dumps(left) == json.dumps(right):
        return None
    else:
        return f"at {path or '/'}: {json.dumps(left)[:200]} and {json.dumps(right)[:200]}"
    for name, one, other in pairs:
        if difference := first_difference(one, other, f"{path}/{name}"):
            return difference
    return None
