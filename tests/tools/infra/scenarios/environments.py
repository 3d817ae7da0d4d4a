"""Every environment is deployed, works, is deployed again without a change, and is deleted."""

import json
import uuid

import boto3

from scenarios.cloud import ACCOUNT, CLUSTER, REGION, SWITCHED_OFF, Cloud, kafka_event, overridden

OVERRIDES = {"Architecture": "x86_64", "CompositeAlarm": "false", "ClusterArn": CLUSTER}

# An Avro record of one long, which Glue's serializer frames with two bytes and the id of the schema's version.
SCHEMA = '{"type":"record","name":"Row","fields":[{"name":"id","type":"long"}]}'


def main():
    cloud = Cloud()
    cloud.build()
    print("What the emulator does not know stands switched off here, and is asserted on the templates instead:")
    for parameter, types in SWITCHED_OFF.items():
        print(f"  {parameter:22} {types}")
    print("It polls no Kafka and drops lifecycle rules. In nested stacks it deletes what is to be retained, and")
    print("forgets attributes of what does not change: these two are tried on single stacks.")
    default(cloud)
    tracking_log(cloud)
    data_lake(cloud)
    logs(cloud)
    ci(cloud)
    change_of_one_parameter(cloud)
    retention(cloud)


def default(cloud):
    overrides = OVERRIDES | {"Topic": "orders", "S3BucketName": "landfall-default"}
    deployed(cloud, "default", overrides)
    function = "landfall-json-sink"
    written = cloud.invoke(function, "orders", [(7, b'{"a":1}'), (8, b"not JSON")])
    assert written == {"delivered": True}, written
    assert cloud.keys("landfall-default") == [
        "quarantine/orders/partition=0/orders+0+0000000008.json",
        "topics/orders/partition=0/orders+0+0000000007.json",
    ], cloud.keys("landfall-default")
    refused = cloud.invoke(function, "payments", [(7, b"{}")])
    assert refused["errorType"] == "StoreFailed" and "403 AccessDenied" in refused["errorMessage"], refused
    assert len(cloud.keys("landfall-default")) == 2
    deleted(cloud, "default", "landfall")


def tracking_log(cloud):
    """The bucket is not the stack's, and is written under a role of its owner alone."""
    boto3.client("s3").create_bucket(
        Bucket="c4-tracking-log", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    writer = {
        "Project": "tracking-log",
        "FunctionAccountId": ACCOUNT,
        "FunctionRoleName": f"tracking-log-json-sink-{REGION}",
        "S3RoleExternalId": "tracking-log",
        "S3BucketName": "c4-tracking-log",
        "ObjectKeyPattern": "topics/tracking.log/*",
    }
    cloud.deploy_alone("writer", "infra/writer-role.yaml", writer)
    role = f"arn:aws:iam::{ACCOUNT}:role/tracking-log-writer-{REGION}"
    deployed(cloud, "tracking-log", OVERRIDES | {"TopicSet": "none", "S3RoleArn": role})
    function = "tracking-log-json-sink"
    written = cloud.invoke(function, "tracking.log", [(0, b'{"userId":1}'), (1, b'{"userId":2}')])
    assert written == {"delivered": True}, written
    assert cloud.keys("c4-tracking-log") == [
        "topics/tracking.log/partition=0/tracking.log+0+0000000000.json",
        "topics/tracking.log/partition=0/tracking.log+0+0000000001.json",
    ], cloud.keys("c4-tracking-log")
    refused = cloud.invoke(function, "payments", [(7, b"{}")])
    assert refused["errorType"] == "StoreFailed" and "403 AccessDenied" in refused["errorMessage"], refused
    deleted(cloud, "tracking-log", "tracking-log")
    # Another external id is refused by the role. The stack is new: of a nested one that is there, the emulator
    # forgets the attributes.
    cloud.deploy("tracking-log", OVERRIDES | {"TopicSet": "none", "S3RoleArn": role, "S3RoleExternalId": "wrong"})
    refused = cloud.invoke(function, "tracking.log", [(2, b"{}")])
    assert "could not be assumed" in refused["errorMessage"], refused
    deleted(cloud, "tracking-log", "tracking-log")
    assert len(cloud.keys("c4-tracking-log")) == 2
    cloud.delete("writer")


def data_lake(cloud):
    glue = cloud.glue_schemas()
    glue.create_registry(RegistryName="lake")
    made = glue.create_schema(
        RegistryId={"RegistryName": "lake"},
        SchemaName="row",
        DataFormat="AVRO",
        Compatibility="NONE",
        SchemaDefinition=SCHEMA,
    )
    frame = b"\x03\x00" + uuid.UUID(made["SchemaVersionId"]).bytes
    switched_off = {"TopicSet": "none", "Connector": "false", "CdcTopics": "false", "GlueRegistry": "false"}
    deployed(cloud, "data-lake", OVERRIDES | {"Cluster": "existing"} | switched_off)
    connector(cloud)
    function = "data-lake-parquet-sink"
    for topic in ("data-lake-s3.sink", "data-lake-mysql.cdc"):
        written = cloud.invoke(function, topic, [(0, frame + b"\x02"), (1, b"no frame")])
        assert written == {"delivered": True}, written
    hour = "year=2025/month=11/day=11/hour=10"
    assert cloud.keys("data-lake") == [
        "quarantine/data-lake-mysql.cdc/partition=0/data-lake-mysql.cdc+0+0000000001.json",
        "quarantine/data-lake-s3.sink/partition=0/data-lake-s3.sink+0+0000000001.json",
        f"{hour}/data-lake-mysql.cdc+0+0000000000.parquet",
        f"{hour}/data-lake-s3.sink+0+0000000000.parquet",
    ], cloud.keys("data-lake")
    # Its data may go to every hour, but not its quarantine: that of another topic is refused.
    refused = cloud.invoke(function, "payments", [(7, b"no frame")])
    assert refused["errorType"] == "StoreFailed" and "403 AccessDenied" in refused["errorMessage"], refused
    deleted(cloud, "data-lake", "data-lake")


def connector(cloud):
    """Its role may be taken by MSK Connect alone, and its log is there; the rest of it no emulator knows."""
    role = boto3.client("iam").get_role(RoleName=f"data-lake-cdc-{REGION}")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "kafkaconnect.amazonaws.com"}, statement
    (log,) = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/data-lake/cdc")["logGroups"]
    assert log["retentionInDays"] == 30, log
    stacks = boto3.client("cloudformation").describe_stacks()["Stacks"]
    (root,) = [each for each in stacks if each["StackName"] == "data-lake"]
    said = {each["OutputKey"]: each["OutputValue"] for each in root["Outputs"]}
    assert said["ConnectorName"] == "data-lake-cdc" and said["DatabaseUser"].startswith("CREATE USER"), said
    buckets = [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]
    assert said["PluginBucketName"] in buckets, said


def logs(cloud):
    deployed(cloud, "logs", OVERRIDES)
    written = cloud.invoke("logs-json-sink", "data-lake-logs", [(0, b'{"line":1}'), (1, b'{"line":2}')])
    assert written == {"delivered": True}, written
    path = "topics/data-lake-logs/year=2025/month=11/day=11/hour=10"
    assert cloud.keys("data-lake-logs") == [f"{path}/data-lake-logs+0+0000000000.json.gz"], cloud.keys("data-lake-logs")
    deleted(cloud, "logs", "logs")


def ci(cloud):
    deployed(cloud, "ci", OVERRIDES)
    function = "landfall-ci-json-sink"
    for topic in ("orders", "payments"):
        written = cloud.invoke(function, topic, [(7, b'{"a":1}')])
        assert written == {"delivered": True}, written
    # The mapping reports items, so the failed partition is named and the invocation is none that failed.
    assert cloud.invoke(function, "refunds", [(7, b"{}")]) == {"delivered": False}
    assert cloud.keys("landfall-ci") == [
        "topics/orders/partition=0/orders+0+0000000007.json",
        "topics/payments/partition=0/payments+0+0000000007.json",
    ], cloud.keys("landfall-ci")
    mapping = boto3.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    # One for each topic, which the emulator does not keep.
    assert len(mapping) == 2, mapping
    given_up_batch_is_replayed(cloud)
    deleted(cloud, "ci", "landfall-ci")


def given_up_batch_is_replayed(cloud):
    bucket, key = f"landfall-ci-on-failure-{ACCOUNT}-{REGION}", "aws/lambda/mapping/2025/11/11/batch"
    payload = json.dumps(kafka_event("orders", [(8, b'{"a":2}')]))
    # https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
    record = {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1},
        "version": "1.0",
        "timestamp": "2025-11-11T10:00:00.000Z",
        "KafkaBatchInfo": {"batchSize": 1, "eventSourceArn": CLUSTER, "recordsInfo": {}},
        "payload": payload,
    }
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(record).encode())
    answer = boto3.client("lambda").invoke(FunctionName="landfall-ci-replayer", Payload=b"{}")
    text = answer["Payload"].read().decode()
    assert "FunctionError" not in answer, text
    assert cloud.keys(bucket) == [f"done/{key}"], (cloud.keys(bucket), text)
    assert "topics/orders/partition=0/orders+0+0000000008.json" in cloud.keys("landfall-ci")


def change_of_one_parameter(cloud):
    parameters = {
        "Project": "alone",
        "Architecture": "x86_64",
        "ClusterArn": CLUSTER,
        "Topic": "orders",
        "S3BucketName": "alone",
    }
    template = cloud.built / "Sinks/template.yaml"
    cloud.deploy_alone("alone", template, parameters)
    change = cloud.deploy_alone("alone", template, parameters | {"MemorySize": "1024"})
    # By the change set: in its events the emulator names what it only looked at, too.
    changed = {line.split()[2] for line in change.splitlines() if line.startswith("* Modify")}
    # It lists the other function as well, which a condition leaves out.
    assert changed == {"JsonSink", "ParquetSink"}, changed
    configuration = boto3.client("lambda").get_function_configuration(FunctionName="alone-json-sink")
    assert configuration["MemorySize"] == 1024, configuration
    cloud.delete("alone")
    print("alone: a change of MemorySize changes the function and nothing else")


def deployed(cloud, environment, overrides):
    """Deploys, sees all stacks complete, deploys again without a change, and sees what one parameter would change."""
    stack = dict(default="landfall", ci="landfall-ci").get(environment, environment)
    cloud.deploy(environment, overrides)
    stacks = boto3.client("cloudformation").describe_stacks()["Stacks"]
    own = [each for each in stacks if each["StackName"] == stack or each["StackName"].startswith(f"{stack}-")]
    assert own and all(each["StackStatus"] == "CREATE_COMPLETE" for each in own), own
    again = cloud.deploy(environment, overrides)
    assert "No changes to deploy" in again, again
    change = cloud.deploy(environment, overrides | {"MemorySize": "2048"}, "--no-execute-changeset")
    changed = {line.split()[2] for line in change.splitlines() if line.startswith("* Modify")}
    # The alarms and the replayer are told the function's name by an output of Sinks, and the connector an output of the
    # alarms; the emulator lists replayer and connector also where a condition leaves them out.
    assert changed == {"Capture", "Replayer", "Sinks", "Watch"}, changed
    off = [parameter for parameter in overridden(environment, overrides) if parameter in SWITCHED_OFF]
    print(f"{environment}: {len(own)} stacks complete, no change the second time; switched off: {', '.join(off)}")


def deleted(cloud, environment, stack):
    """Deletes, and sees that nothing is left."""
    sink = "parquet-sink" if environment == "data-lake" else "json-sink"
    cloud.delete(stack)
    left = {
        "functions": names("lambda", "list_functions", "Functions", "FunctionName", f"{stack}-"),
        "roles": names("iam", "list_roles", "Roles", "RoleName", f"{stack}-{sink}"),
        "connectors' roles": names("iam", "list_roles", "Roles", "RoleName", f"{stack}-cdc"),
        "logs": names("logs", "describe_log_groups", "logGroups", "logGroupName", f"/aws/lambda/{stack}-"),
        "connectors' logs": names("logs", "describe_log_groups", "logGroups", "logGroupName", f"/{stack}/"),
        "alarms": names("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", f"{stack}-"),
        "topics": names("sns", "list_topics", "Topics", "TopicArn", f"arn:aws:sns:{REGION}:{ACCOUNT}:{stack}-"),
        "workgroups": names("athena", "list_work_groups", "WorkGroups", "Name", stack),
        "databases": names("glue", "get_databases", "DatabaseList", "Name", stack.replace("-", "_")),
    }
    assert not any(left.values()), left
    print(f"{environment}: deleted, and nothing is left")


def retention(cloud):
    """Buckets and their key outlive their stack."""
    kept = ["kept", *(f"keeper-{name}-{ACCOUNT}-{REGION}" for name in ("logs", "on-failure", "plugins"))]
    parameters = {"Project": "keeper", "S3BucketName": "kept", "OnFailureBucket": "true", "PluginBucket": "true"}
    cloud.deploy_alone("storage", "infra/storage.yaml", parameters)
    (key,) = outputs("storage", "KeyArn")
    boto3.client("s3").put_object(Bucket="kept", Key="topics/orders/1", Body=b"{}")
    cloud.delete("storage")
    buckets = names("s3", "list_buckets", "Buckets", "Name", "k")
    assert sorted(buckets) == sorted(kept), buckets
    assert cloud.keys("kept") == ["topics/orders/1"]
    assert boto3.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    print(f"storage: deleted; kept on purpose: {', '.join(kept)} and their key")


def outputs(stack, *keys):
    (described,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    values = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    return [values[key] for key in keys]


def names(service, operation, member, name, prefix):
    entries = getattr(boto3.client(service), operation)()[member]
    return [entry[name] for entry in entries if entry[name].startswith(prefix)]

