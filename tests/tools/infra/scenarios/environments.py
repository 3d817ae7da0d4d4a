"""Every environment is deployed, works, is deployed again without a change, and is deleted."""

import uuid

import boto3

from scenarios.cloud import ACCOUNT, CLUSTER, REGION, SWITCHED_OFF, Cloud, SamError, overridden

WITHOUT_TLS = {"Architecture": "x86_64", "CompositeAlarm": "false", "ClusterArn": CLUSTER}

# An Avro record of one long, which Glue's serializer frames with two bytes and the id of the schema's version.
SCHEMA = '{"type":"record","name":"Row","fields":[{"name":"id","type":"long"}]}'


def main():
    cloud = Cloud()
    cloud.build()
    print("What the emulator does not know stands switched off here, and is asserted on the templates instead:")
    for parameter, types in SWITCHED_OFF.items():
        print(f"  {parameter:22} {types}")
    print("  It polls no Kafka, drops lifecycle rules, and knows no regions, so the mappings and rules are not tried.")
    default(cloud)
    tracking_log(cloud)
    data_lake(cloud)
    ci(cloud)
    change_of_one_parameter(cloud)


def default(cloud):
    overrides = WITHOUT_TLS | {"Topic": "orders", "S3BucketName": "landfall-default"}
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
    deleted(cloud, "default", "landfall", ["landfall-default", f"landfall-logs-{ACCOUNT}-{REGION}"])


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
    deployed(cloud, "tracking-log", WITHOUT_TLS | {"TopicSet": "none", "S3RoleArn": role})
    function = "tracking-log-json-sink"
    written = cloud.invoke(function, "tracking.log", [(0, b'{"userId":1}'), (1, b'{"userId":2}')])
    assert written == {"delivered": True}, written
    assert cloud.keys("c4-tracking-log") == [
        "topics/tracking.log/partition=0/tracking.log+0+0000000000.json",
        "topics/tracking.log/partition=0/tracking.log+0+0000000001.json",
    ], cloud.keys("c4-tracking-log")
    refused = cloud.invoke(function, "payments", [(7, b"{}")])
    assert refused["errorType"] == "StoreFailed" and "403 AccessDenied" in refused["errorMessage"], refused
    # Another external id is refused by the role.
    cloud.deploy("tracking-log", WITHOUT_TLS | {"TopicSet": "none", "S3RoleArn": role, "S3RoleExternalId": "wrong"})
    refused = cloud.invoke(function, "tracking.log", [(2, b"{}")])
    assert "could not be assumed" in refused["errorMessage"], refused
    deleted(cloud, "tracking-log", "tracking-log", ["c4-tracking-log"])
    cloud.delete("writer")


def data_lake(cloud):
    glue = cloud.glue_schemas()
    glue.create_registry(RegistryName="lake")
    made = glue.create_schema(
        RegistryId={"RegistryName": "lake"}, SchemaName="row", DataFormat="AVRO", SchemaDefinition=SCHEMA
    )
    frame = b"\x03\x00" + uuid.UUID(made["SchemaVersionId"]).bytes
    deployed(cloud, "data-lake", WITHOUT_TLS | {"Cluster": "existing", "TopicSet": "none"})
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
    deleted(cloud, "data-lake", "data-lake", ["data-lake", f"data-lake-logs-{ACCOUNT}-{REGION}"])


def ci(cloud):
    deployed(cloud, "ci", WITHOUT_TLS)
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
    assert sorted(topic for each in mapping for topic in each["Topics"]) == ["orders", "payments"], mapping
    own = [f"landfall-ci-{name}-{ACCOUNT}-{REGION}" for name in ("logs", "on-failure", "plugins")]
    deleted(cloud, "ci", "landfall-ci", ["landfall-ci", *own])


def change_of_one_parameter(cloud):
    """On one of the templates alone: the emulator loses attributes of what did not change in a nested stack."""
    parameters = {
        "Project": "alone",
        "Architecture": "x86_64",
        "ClusterArn": CLUSTER,
        "Topic": "orders",
        "S3BucketName": "alone",
    }
    template = cloud.built / "Sinks/template.yaml"
    cloud.deploy_alone("alone", template, parameters)
    cloudformation = boto3.client("cloudformation")
    before = len(cloudformation.describe_stack_events(StackName="alone")["StackEvents"])
    cloud.deploy_alone("alone", template, parameters | {"MemorySize": "1024"})
    events = cloudformation.describe_stack_events(StackName="alone")["StackEvents"]
    new = events[: len(events) - before]
    changed = {event["LogicalResourceId"] for event in new if "UPDATE_COMPLETE" in event["ResourceStatus"]}
    assert changed == {"alone", "JsonSink"}, changed
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
    # The alarms name the function and the mappings by outputs of Sinks.
    assert changed == {"Sinks", "Watch"}, changed
    off = [parameter for parameter in overridden(environment, overrides) if parameter in SWITCHED_OFF]
    print(f"{environment}: {len(own)} stacks complete, no change the second time; switched off: {', '.join(off)}")


def deleted(cloud, environment, stack, kept):
    """Deletes, and sees that nothing is left but the buckets that are kept on purpose."""
    cloud.delete(stack)
    left = {
        "functions": names("lambda", "list_functions", "Functions", "FunctionName", f"{stack}-"),
        "roles": [
            name
            for name in names("iam", "list_roles", "Roles", "RoleName", f"{stack}-")
            if not name.startswith("tracking-log-writer")
        ],
        "logs": names("logs", "describe_log_groups", "logGroups", "logGroupName", f"/aws/lambda/{stack}-"),
        "alarms": names("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", f"{stack}-"),
        "topics": names("sns", "list_topics", "Topics", "TopicArn", f"arn:aws:sns:{REGION}:{ACCOUNT}:{stack}-"),
    }
    assert not any(left.values()), left
    buckets = names("s3", "list_buckets", "Buckets", "Name", "")
    assert all(bucket in buckets for bucket in kept), buckets
    print(f"{environment}: deleted; kept on purpose: {', '.join(kept)} and their key")


def names(service, operation, member, name, prefix):
    entries = getattr(boto3.client(service), operation)()[member]
    return [entry[name] for entry in entries if entry[name].startswith(prefix)]


__all__ = ["SamError", "main"]
