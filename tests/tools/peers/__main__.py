"""What other programs say of values and objects: a process that answers one line of JSON with another.

A request names its `verb`; the answer has what the verb gives, or `error` with a traceback. One process serves
many requests, because its imports take longer than any of them.
"""

import json
import sys
import traceback

import decode
import rows
import serialize

VERBS = {
    "serialize_avro": serialize.avro,
    "serialize_protobuf": serialize.protobuf,
    "serialize_json": serialize.json_schema,
    "encode_avro": serialize.avro_data,
    "encode_protobuf": serialize.protobuf_data,
    "decode_avro": decode.avro,
    "read_parquet": rows.parquet,
    "query_parquet": rows.query,
    "read_parquet_together": rows.together,
}


def main():
    answers = sys.stdout
    # What libraries print must not stand between the answers.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = VERBS[request["verb"]](request)
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer, allow_nan=False), file=answers, flush=True)


main()
