"""Wrong parameters are refused by the templates themselves, before anything is made."""

import boto3

from scenarios.cloud import CLUSTER, Cloud

RIGHT = {"ClusterArn": CLUSTER, "Topic": "orders", "S3BucketName": "lake"}

SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:shop-AbCdEf"
KAFKA = {"Cluster": "self-managed", "ClusterArn": "", "KafkaBootstrapServers": "a:9092", "KafkaSecretArn": SECRET}
CDC = {
    "Cdc": "mysql",
    "PluginBucket": "true",
    "PluginObject": "cdc-glue-3-6-1-0123456789ab.zip",
    "ConnectBootstrapServers": "b-1.demo.amazonaws.com:9098,b-2.demo.amazonaws.com:9098",
    "ConnectSubnetIds": "subnet-11111111,subnet-22222222",
    "ConnectSecurityGroupId": "sg-11111111",
    "DatabaseHostname": "shop.example.com",
    "DatabaseSecretArn": SECRET,
}

# Parameters on top of those, and what the refusal says.
WRONG = [
    ({"Project": "Bad_Name"}, "must be 3 to 20 lower-case letters"),
    ({"Project": "a" * 21}, "must be 3 to 20 lower-case letters"),
    ({"Sink": "csv-sink"}, "Sink"),
    ({"ClusterArn": "demo"}, "must be an MSK cluster's ARN"),
    ({"ClusterArn": "arn:aws:kafka:ap-northeast-2:1234:cluster/demo/1"}, "must be an MSK cluster's ARN"),
    ({"ClusterArn": ""}, "Cluster existing needs ClusterArn"),
    ({"Cluster": "new"}, "ClusterArn is for Cluster existing alone"),
    ({"Cluster": "self-managed", "ClusterArn": ""}, "Cluster self-managed needs KafkaBootstrapServers"),
    (
        {"Cluster": "self-managed", "ClusterArn": "", "KafkaBootstrapServers": "a:9092"},
        "KafkaBootstrapServers needs KafkaSecretArn",
    ),
    ({"KafkaBootstrapServers": "no port"}, "must be host:port"),
    ({"Topic": "no blanks"}, "must be a topic's name"),
    ({"S3BucketName": "UPPER"}, "must be a bucket's name"),
    ({"BatchSize": "0"}, "BatchSize"),
    ({"BatchSize": "10001"}, "BatchSize"),
    ({"MaximumBatchingWindowInSeconds": "301"}, "MaximumBatchingWindowInSeconds"),
    ({"MinimumPollers": "201"}, "MinimumPollers"),
    ({"MaximumRecordAgeInSeconds": "59", "MinimumPollers": "1"}, "must be -1 or 60 to 604800"),
    ({"MaximumRecordAgeInSeconds": "604801", "MinimumPollers": "1"}, "must be -1 or 60 to 604800"),
    ({"ReportBatchItemFailures": "true"}, "ReportBatchItemFailures needs provisioned mode"),
    ({"BisectBatchOnFunctionError": "true"}, "BisectBatchOnFunctionError needs provisioned mode"),
    ({"MaximumRetryAttempts": "3"}, "MaximumRetryAttempts needs provisioned mode"),
    ({"StartingPosition": "AT_TIMESTAMP"}, "needs StartingPositionTimestamp"),
    ({"LogRetentionInDays": "0"}, "LogRetentionInDays"),
    ({"TopicRetentionMs": "0", "TopicSet": "data-lake"}, "TopicRetentionMs"),
    ({"DaysToInfrequentAccess": "7"}, "DaysToInfrequentAccess"),
    ({"Timeout": "841"}, "Timeout"),
    ({"MemorySize": "64"}, "MemorySize"),
    ({"S3RoleArn": "role/writer"}, "must be a role's ARN"),
    ({"S3RoleExternalId": "secret"}, "S3RoleExternalId needs S3RoleArn"),
    ({"Sink": "parquet-sink"}, "parquet-sink needs SchemaRegistryUrl"),
    ({"SchemaRegistryUrl": "glue"}, "json-sink has no registry"),
    ({"ValueConverter": "avro"}, "json-sink reads json alone"),
    ({"CreateBuckets": "false", "OnFailureBucket": "true"}, "OnFailureBucket needs CreateBuckets true"),
    ({"Replay": "on-failure"}, "Replay on-failure needs OnFailureBucket true"),
    ({"Replay": "quarantine", "ReplaySchedule": "hourly"}, "must be rate(1 hour)"),
    ({"MonthlyBudget": "5"}, "MonthlyBudget needs AlarmEmail"),
    ({"AlarmEmail": "nobody"}, "must be a mail address"),
    ({"VpcCidr": "10.0.0.0/28"}, "must be a private network"),
    ({"Cdc": "mysql"}, "Cdc mysql needs PluginBucket true"),
    (KAFKA | {"Cdc": "mysql", "PluginBucket": "true", "Connector": "false"}, "Cdc mysql needs an MSK cluster"),
    (CDC | {"PluginObject": ""}, "Connector true needs PluginObject"),
    (CDC | {"PluginObject": "debezium.zip"}, "must be a name that make plugin gives"),
    (CDC | {"ConnectBootstrapServers": ""}, "Connector true needs ConnectBootstrapServers"),
    (CDC | {"ConnectBootstrapServers": "b-1.demo.amazonaws.com:9092"}, "9098 is the port for IAM"),
    (CDC | {"ConnectSubnetIds": ""}, "Connector true needs ConnectSubnetIds"),
    (CDC | {"ConnectSubnetIds": "subnet-1"}, "must be one to five subnet ids"),
    (CDC | {"ConnectSecurityGroupId": ""}, "Connector true needs ConnectSecurityGroupId"),
    (CDC | {"DatabaseHostname": ""}, "Connector true needs DatabaseHostname"),
    (CDC | {"DatabaseHostname": "shop db"}, "must be a host's name"),
    (CDC | {"DatabasePort": "0"}, "DatabasePort"),
    (CDC | {"DatabaseServerId": "0"}, "DatabaseServerId"),
    (CDC | {"DatabaseSecretArn": ""}, "Connector true needs DatabaseSecretArn"),
    (CDC | {"DatabaseSecretArn": "a password"}, "must be the ARN of a secret"),
    (CDC | {"DatabaseCidr": "10.0.0.1"}, "must be a network such as"),
    (CDC | {"TableIncludeList": "shop.orders, shop.items"}, "must be expressions without blanks"),
    (CDC | {"SnapshotMode": "schema_only"}, "SnapshotMode"),
    (CDC | {"SkippedOperations": "truncate"}, "must be none, or some of c, u, d and t"),
    (CDC | {"DecimalHandlingMode": "exact"}, "DecimalHandlingMode"),
    (CDC | {"HeartbeatIntervalMs": "300001"}, "HeartbeatIntervalMs"),
    (CDC | {"McuCount": "3"}, "McuCount"),
    (CDC | {"KafkaConnectVersion": "2.7.1"}, "KafkaConnectVersion"),
    (CDC | {"ConnectRegistry": "confluent"}, "ConnectRegistry apicurio and confluent need ConnectRegistryUrl"),
    (CDC | {"ConnectRegistryUrl": "https://registry"}, "Glue needs neither"),
    ({"Sink": "parquet-sink", "SchemaRegistryUrl": "glue", "DebeziumUnwrap": "before"}, "DebeziumUnwrap"),
]


def main():
    cloud = Cloud()
    cloud.build()
    bucket = "templates"
    boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    packaged = f"{cloud.folder.name}/packaged.yaml"
    template = ["--template-file", str(cloud.built / "template.yaml"), "--output-template-file", packaged]
    cloud.sam("package", *template, "--s3-bucket", bucket, "--config-env", "none")
    boto3.client("s3").upload_file(packaged, bucket, "root.yaml")
    cloudformation = boto3.client("cloudformation")
    for parameters, expected in WRONG:
        refusal = refused(cloudformation, f"{cloud.recorder.url}/{bucket}/root.yaml", RIGHT | parameters)
        assert expected in refusal, f"{parameters}: {refusal}"
    assert refused(cloudformation, f"{cloud.recorder.url}/{bucket}/root.yaml", RIGHT) == ""
    cloudformation.delete_stack(StackName="wrong")
    print(f"parameters: {len(WRONG)} wrong ones refused, with nothing made")


def refused(cloudformation, template, parameters):
    """Why a change set can't be made with these parameters; empty when it can."""
    try:
        cloudformation.create_change_set(
            StackName="wrong",
            ChangeSetName="wrong",
            ChangeSetType="CREATE",
            TemplateURL=template,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except cloudformation.exceptions.ClientError as error:
        stacks = cloudformation.describe_stacks()["Stacks"]
        assert not any(stack["StackName"] == "wrong" for stack in stacks), stacks
        return str(error)
    return ""
