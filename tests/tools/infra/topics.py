"""Topics of a Kafka on loopback; a JSON request on standard input.

A request has `bootstrap`, and one of these: `make` (names of topics of one partition each); `read` (a name) and
`count`, the first records of it, each with `key` and `value` in base64; `end` (a name), how many records it has;
`groups` (true), the names of consumer groups.
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
    client = AdminClient({"bootstrap.servers": request["bootstrap"]})
    if "make" in request:
        for made in client.create_topics([NewTopic(name, 1, 1) for name in request["make"]]).values():
            made.result()
    elif "groups" in request:
        groups = client.list_consumer_groups().result().valid
        json.dump([group.group_id for group in groups], sys.stdout)
    elif "end" in request:
        json.dump(consumer(request).get_watermark_offsets(TopicPartition(request["end"], 0))[1], sys.stdout)
    else:
        json.dump(read(request), sys.stdout)


def read(request):
    reader, records = consumer(request), []
    reader.assign([TopicPartition(request["read"], 0, 0)])
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and len(records) < request["count"]:
        message = reader.poll(1)
        if message and not message.error():
            records.append({"key": encoded(message.key()), "value": encoded(message.value())})
    reader.close()
    return records


def consumer(request):
    return Consumer({"bootstrap.servers": request["bootstrap"], "group.id": "reader", "enable.auto.commit": False})


def encoded(content):
    return None if content is None else base64.b64encode(content).decode()


main()
