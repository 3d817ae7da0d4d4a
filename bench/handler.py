"""A plain Kafka to S3 function, to compare with: what json-sink does with an event, without S3.

Reads lines such as `gzip 3` (how often to handle the event that is named on the command line), answers each with the
CPU seconds that took and the bytes that came out.
"""

import base64
import gzip
import json
import sys
import time


def handle(body, compress):
    """The objects of an event, by topic and partition."""
    lines = {}
    for records in json.loads(body)["records"].values():
        for record in records:
            value = base64.b64decode(record["value"])
            # What is not JSON must not reach an object.
            json.loads(value)
            lines.setdefault((record["topic"], record["partition"]), []).append(value)
    return {place: compress(b"\n".join(values) + b"\n") for place, values in lines.items()}


COMPRESSIONS = {
    "plain": lambda body: body,
    "gzip": lambda body: gzip.compress(body, compresslevel=6),
}


def main():
    with open(sys.argv[1], "rb") as file:
        event = file.read()
    for command in sys.stdin:
        compression, times = command.split()
        start = time.process_time()
        for _ in range(int(times)):
            objects = handle(event, COMPRESSIONS[compression])
        seconds = time.process_time() - start
        print(seconds, sum(map(len, objects.values())), flush=True)


if __name__ == "__main__":
    main()
