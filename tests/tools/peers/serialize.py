"""Values as Confluent's own client frames them, with their schemas registered."""

import base64
import io
import json
import os
import tempfile

import canonical
import fastavro
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def avro(request):
    """`registry`, `topic`, `schema`, `references` and `values` give `values`, framed and in base64."""
    client = client_of(request)
    schema = Schema(request["schema"], "AVRO", references_of(client, request, "AVRO"))
    return framed(AvroSerializer(client, schema), request, map(canonical.to_python, request["values"]))


def json_schema(request):
    """As `avro`, for a JSON Schema and values of JSON."""
    client = client_of(request)
    schema = Schema(request["schema"], "JSON", references_of(client, request, "JSON"))
    return framed(JSONSerializer(schema, client), request, request["values"])


def protobuf(request):
    """As `avro`, for the `message` of a `file` among `files`, and values of Protobuf's JSON."""
    message, _ = message_of(request)
    serializer = ProtobufSerializer(message, client_of(request), {"use.deprecated.format": False})
    messages = (json_format.ParseDict(value, message()) for value in request["values"])
    return framed(serializer, request, messages)


def avro_data(request):
    """`schema` and `values` give `values`, as bare datums in base64."""
    schema = fastavro.parse_schema(json.loads(request["schema"]))
    return {"values": [datum(schema, canonical.to_python(value)) for value in request["values"]]}


def protobuf_data(request):
    """`files`, `file`, `message` and `values` give `values`, as bare messages in base64, and `descriptors`."""
    message, descriptors = message_of(request)
    messages = (json_format.ParseDict(value, message()) for value in request["values"])
    return {
        "values": [text_of(message.SerializeToString()) for message in messages],
        "descriptors": text_of(descriptors),
    }


def client_of(request):
    return SchemaRegistryClient({"url": request["registry"]})


def references_of(client, request, kind):
    """Registers what the schema refers to, in the order given: each after those that it refers to itself."""
    made = {}
    for reference in request.get("references", []):
        name, subject = reference["name"], reference["subject"]
        inner = [made[used] for used in reference.get("references", [])]
        client.register_schema(subject, Schema(reference["schema"], kind, inner))
        made[name] = SchemaReference(name, subject, reference.get("version", 1))
    direct = request.get("direct_references", list(made))
    return [made[name] for name in direct]


def framed(serializer, request, values):
    context = SerializationContext(request["topic"], MessageField.VALUE)
    return {"values": [text_of(serializer(value, context)) for value in values]}


def message_of(request):
    """The class of a message, compiled by protoc, and the descriptors of its file and all that it imports."""
    # It takes a tenth of a second, which only tests of Protobuf need.
    import grpc_tools
    from grpc_tools import protoc

    with tempfile.TemporaryDirectory() as folder:
        for name, text in request["files"].items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        known = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")
        out = os.path.join(folder, "descriptors")
        status = protoc.main(
            ["protoc", f"-I{folder}", f"-I{known}", "--include_imports", f"--descriptor_set_out={out}"]
            + [request["file"]]
        )
        if status:
            raise ValueError("protoc refuses the files")
        with open(out, "rb") as file:
            descriptors = file.read()
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptors).file:
        pool.Add(file)
    found = pool.FindMessageTypeByName(request["message"])
    return message_factory.GetMessageClass(found), descriptors


def datum(schema, value):
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, schema, value)
    return text_of(stream.getvalue())


def text_of(value):
    return base64.b64encode(value).decode()
