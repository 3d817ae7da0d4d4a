"""Topics of a Kafka on loopback: makes them, and prints their records; a JSON request on standard input.

A request has `bootstrap`, and either `make` (names), or `read` (a name) and `count`: so many records, and not one more,
are printed as a JSON list of `key` and `value` in base64.
"""

import base64
import json
import sys
import time

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PATIENCE = 60


def main():
    request = json.load(sys.stdin)
    if "make" in request:
        client = AdminClient({"bootstrap.servers": request["bootstrap"]})
        for made in client.create_topics([NewTopic(name, 1, 1) for name in request["make"]]).values():
            made.result()
    else:
        json.dump(read(request), sys.stdout)


def read(request):
    consumer = Consumer({"bootstrap.servers": request["bootstrap"], "group.id": "reader"})
    end, records = time.monotonic() + PATIENCE, []
    # A topic that isn't there yet has no partitions.
    while not (known := consumer.list_topics(request["read"]).topics[request["read"]].partitions):
        if time.monotonic() > end:
            return records
        time.sleep(0.2)
    consumer.assign([TopicPartition(request["read"], partition, 0) for partition in known])
    while time.monotonic() < end and len(records) < request["count"]:
        message = consumer.poll(1)
        if message and not message.error():
            records.append({"key": encoded(message.key()), "value": encoded(message.value())})
    consumer.close()
    return records


def encoded(content):
    return None if content is None else base64.b64encode(content).decode()


main()
