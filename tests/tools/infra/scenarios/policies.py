"""For each function: the actions that it was seen to ask for are those that it is granted, no more and no fewer."""

import json
import uuid

import boto3

from scenarios.cloud import ACCOUNT, CLUSTER, REGION, Cloud, kafka_event
from scenarios.recorder import ROOT_KEY

# What AWS asks for in the role's name, out of this recorder's sight.
LOGS = {
    # Lambda writes the log under the function's role:
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}
# S3 asks for a data key where the bucket has a KMS key:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
KEY = {"kms:GenerateDataKey"}

SCHEMA = '{"type":"record","name":"Row","fields":[{"name":"id","type":"long"}]}'


def main():
    cloud = Cloud()
    cloud.build()
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    json_sink(cloud, key)
    tagging_json_sink(cloud)
    assuming_json_sink(cloud)
    parquet_sink(cloud, key)
    declared_parquet_sink(cloud, s3)
    confluent_parquet_sink(cloud)
    replayer(cloud, key)


def json_sink(cloud, key):
    deploy(cloud, "plain", Sink="json-sink", S3SseKmsKeyArn=key)
    seen = asked(cloud, "plain-json-sink", [([(7, b"{}"), (8, b"bad")], True), ([(7, b"{}"), (8, b"{}")], True)])
    check("plain-json-sink", seen | LOGS | KEY, {"s3:PutObject", "s3:GetObject"} | LOGS | KEY)


def tagging_json_sink(cloud):
    deploy(cloud, "tagging", Sink="json-sink", S3ObjectTagging="true", TopicsDir="tagged")
    seen = asked(cloud, "tagging-json-sink", [([(7, b"{}")], True), ([(7, b"{}")], True)])
    check("tagging-json-sink", seen | LOGS, {"s3:PutObject", "s3:GetObject", "s3:PutObjectTagging"} | LOGS)


def assuming_json_sink(cloud):
    """The function may do nothing but take the role of the bucket's owner."""
    writer = {
        "Project": "assuming",
        "FunctionAccountId": ACCOUNT,
        "FunctionRoleName": f"assuming-json-sink-{REGION}",
        "S3RoleExternalId": "id",
        "S3BucketName": "lake",
        "ObjectKeyPattern": "assumed/*",
    }
    cloud.deploy_alone("writer", "infra/writer-role.yaml", writer)
    role = f"assuming-writer-{REGION}"
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    deploy(cloud, "assuming", Sink="json-sink", S3RoleArn=arn, S3RoleExternalId="id", TopicsDir="assumed")
    seen = asked(cloud, "assuming-json-sink", [([(7, b"{}")], True), ([(7, b"{}")], True)])
    # What is asked for with the session's keys is the writer's.
    own = {action for action in seen if not action.startswith("s3:")}
    check("assuming-json-sink", own | LOGS, {"sts:AssumeRole"} | LOGS)
    assert granted(role, "write") == seen - own == {"s3:PutObject", "s3:GetObject"}, (granted(role, "write"), seen)


def parquet_sink(cloud, key):
    glue = cloud.glue_schemas()
    glue.create_registry(RegistryName="lake")
    made = glue.create_schema(
        RegistryId={"RegistryName": "lake"},
        SchemaName="row",
        DataFormat="AVRO",
        Compatibility="NONE",
        SchemaDefinition=SCHEMA,
    )
    value = b"\x03\x00" + uuid.UUID(made["SchemaVersionId"]).bytes + b"\x02"
    deploy(cloud, "avro", Sink="parquet-sink", SchemaRegistryUrl="glue", S3SseKmsKeyArn=key, TopicsDir="avro")
    seen = asked(cloud, "avro-parquet-sink", [([(7, value)], True), ([(7, value)], True)])
    expected = {"s3:PutObject", "s3:GetObject", "glue:GetSchemaVersion"} | LOGS | KEY
    check("avro-parquet-sink", seen | LOGS | KEY, expected)


def declared_parquet_sink(cloud, s3):
    s3.create_bucket(Bucket="schemas", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="schemas", Key="row.avsc", Body=SCHEMA.encode())
    deploy(
        cloud,
        "declared",
        Sink="parquet-sink",
        ValueConverter="json",
        ValueSchemaObject="schemas/row.avsc",
        TopicsDir="declared",
    )
    seen = asked(cloud, "declared-parquet-sink", [([(7, b'{"id":1}')], True), ([(7, b'{"id":1}')], True)])
    check("declared-parquet-sink", seen | LOGS, {"s3:PutObject", "s3:GetObject"} | LOGS)


def confluent_parquet_sink(cloud):
    """Its secret is asked for before its registry, which is not there; and then its quarantine, for the two of S3."""
    secret = boto3.client("secretsmanager").create_secret(
        Name="registry", SecretString=json.dumps({"username": "u", "password": "p"})
    )["ARN"]
    deploy(
        cloud,
        "confluent",
        Sink="parquet-sink",
        SchemaRegistryUrl="http://127.0.0.1:9",
        SchemaRegistrySecretArn=secret,
        TopicsDir="confluent",
    )
    framed = b"\x00\x00\x00\x00\x01\x02"
    batches = [([(7, framed)], False), ([(7, b"no frame")], True), ([(7, b"no frame")], True)]
    seen = asked(cloud, "confluent-parquet-sink", batches)
    expected = {"s3:PutObject", "s3:GetObject", "secretsmanager:GetSecretValue"} | LOGS
    check("confluent-parquet-sink", seen | LOGS, expected)


def replayer(cloud, key):
    bucket = {"ReplayBucketName": "lake", "ReplayPrefix": "aws/lambda/", "S3SseKmsKeyArn": key}
    function = {"Project": "again", "Architecture": "x86_64", "FunctionName": "plain-json-sink"}
    cloud.deploy_alone("again", cloud.built / "Replayer/template.yaml", function | bucket)
    record = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "KafkaBatchInfo": {"batchSize": 1}}
    record["payload"] = json.dumps(kafka_event("orders", [(99, b"{}")]))
    boto3.client("s3").put_object(Bucket="lake", Key="aws/lambda/batch", Body=json.dumps(record).encode())
    before = set(cloud.recorder.asked)
    answer = boto3.client("lambda").invoke(FunctionName="again-replayer", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    own = cloud.recorder.asked - before
    invoked = {key for key, action in own if action == "lambda:InvokeFunction" and key != ROOT_KEY}
    assert len(invoked) == 1, own
    seen = {action for key, action in own if key in invoked}
    # S3 decrypts what is read.
    needed = seen | LOGS | KEY | {"kms:Decrypt"}
    s3 = {"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    check("again-replayer", needed, s3 | {"lambda:InvokeFunction", "kms:Decrypt"} | LOGS | KEY)


def deploy(cloud, project, **parameters):
    own = {"Project": project, "Architecture": "x86_64", "ClusterArn": CLUSTER, "Topic": "orders"}
    cloud.deploy_alone(project, cloud.built / "Sinks/template.yaml", {**own, "S3BucketName": "lake", **parameters})


def asked(cloud, function, batches):
    """What a function asks for while it is handed batches; whether each is delivered is known beforehand."""
    cloud.recorder.asked.clear()
    for records, expected in batches:
        answer = cloud.invoke(function, "orders", records)
        assert (answer == {"delivered": True}) is expected, f"{function}: {answer}"
    # All but the account's root, who invokes.
    return {action for key, action in cloud.recorder.asked if key not in (ROOT_KEY, "")}


def check(function, needed, expected):
    allowed = granted(f"{function}-{REGION}", "function")
    assert needed == expected, f"{function} needs {sorted(needed)}, and that is not {sorted(expected)}"
    assert allowed == needed, f"{function}: too much {allowed - needed}, too little {needed - allowed}"
    print(f"{function}: needs and is granted {', '.join(sorted(allowed))}")


def granted(role, policy):
    document = boto3.client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return {
        action
        for statement in document["Statement"]
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }
