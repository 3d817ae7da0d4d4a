"""What the templates say, where no emulator can show it."""

import json
import os
import re
import subprocess

from scenarios import connector
from scenarios.connector import CLUSTER
from scenarios.evaluate import listed, resources, statements, template

NESTED = ["network", "brokers", "topics", "storage", "cdc", "sinks", "replay", "catalog", "observe"]
SINK = {"Topic": "orders", "S3BucketName": "lake", "ClusterArn": CLUSTER}


def main():
    everything = sorted((globals() | vars(connector)).items())
    checks = [check for name, check in everything if name.startswith("check_")]
    for check in checks:
        check()
    print(f"templates: {len(checks)} assertions on what stands in no emulator")


def check_root_hands_on_parameters_as_they_are_declared_below():
    root = template("template")
    places = {
        each["Properties"]["Location"].removesuffix(".yaml"): each["Properties"]["Parameters"]
        for each in root["Resources"].values()
    }
    assert sorted(places) == sorted(NESTED), places
    for name, handed in places.items():
        declared = template(name)["Parameters"]
        assert set(handed) <= set(declared), f"{name}: {set(handed) - set(declared)} is not declared there"
        missing = {key for key, each in declared.items() if "Default" not in each} - set(handed)
        assert not missing, f"{name}: {missing} is not handed on"
        for key, value in handed.items():
            if value == {"Ref": key} and key != "TopicSet":
                # Here and there it may be told in other words.
                ours, theirs = root["Parameters"][key], declared[key]
                assert ours | {"Description": ""} == theirs | {"Description": ""}, f"{name}.yaml: {key} is another"


def check_every_parameter_is_described_grouped_and_limited():
    for name in [*NESTED, "template", "writer-role"]:
        text = template(name)
        groups = text["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        grouped = [each for group in groups for each in group["Parameters"]]
        assert sorted(grouped) == sorted(text["Parameters"]), set(grouped) ^ set(text["Parameters"])
        for key, each in text["Parameters"].items():
            assert each.get("Description", "").endswith("."), f"{name}: {key} is not described in a sentence"
            assert "AllowedPattern" not in each or "ConstraintDescription" in each, f"{name}: {key}"


def check_defaults_are_the_functions_own():
    landfall = os.path.join(os.environ["LANDFALL_BIN_DIR"], "landfall")
    for function, logical_id in (("json-sink", "JsonSink"), ("parquet-sink", "ParquetSink")):
        table = json.loads(subprocess.check_output([landfall, "settings", function, "--json"]))
        defaults = {each["variable"]: each.get("default") for each in table}
        registry = {"SchemaRegistryUrl": "glue"} if function == "parquet-sink" else {}
        made = resources("sinks", Sink=function, **SINK, **registry)
        variables = made[logical_id]["Properties"]["Environment"]["Variables"]
        assert len(variables) > 10, variables
        for variable, value in variables.items():
            assert variable in defaults, f"{function} has no setting {variable}"
            if variable not in ("S3_BUCKET_NAME", "SCHEMA_REGISTRY_URL"):
                assert value == defaults[variable], f"{variable}: {value} here, {defaults[variable]} there"


def check_the_mapping_has_retry_controls_in_provisioned_mode_alone():
    controls = {"BisectBatchOnFunctionError", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts"}
    on_demand = resources("sinks", **SINK)["Mapping"]["Properties"]
    assert not controls & set(on_demand) and "ProvisionedPollerConfig" not in on_demand, on_demand
    assert "FunctionResponseTypes" not in on_demand and "DestinationConfig" not in on_demand, on_demand
    assert on_demand["AmazonManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": "landfall-orders"}
    assert (on_demand["EventSourceArn"], on_demand["Topics"]) == (CLUSTER, ["orders"])
    assert on_demand["StartingPosition"] == "TRIM_HORIZON"
    more = {"MinimumPollers": "2", "MaximumPollers": "3", "ReportBatchItemFailures": "true", "PollerGroupName": "g"}
    made = resources("sinks", **SINK, **more, OnFailureBucketName="given-up")
    provisioned = made["Mapping"]["Properties"]
    pollers = {"MinimumPollers": "2", "MaximumPollers": "3", "PollerGroupName": "g"}
    assert provisioned["ProvisionedPollerConfig"] == pollers, provisioned
    assert controls <= set(provisioned)
    assert provisioned["DestinationConfig"] == {"OnFailure": {"Destination": "arn:aws:s3:::given-up"}}
    assert provisioned["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # The function names failed partitions exactly where the mapping listens.
    variables = made["JsonSink"]["Properties"]["Environment"]["Variables"]
    assert variables["REPORT_BATCH_ITEM_FAILURES"] == "true"


def check_a_self_managed_kafka_is_reached_with_its_secrets():
    secret = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:kafka-AbCdEf"
    kafka = {
        "ClusterArn": "",
        "KafkaBootstrapServers": "a:9092,b:9092",
        "KafkaSecretArn": secret,
        "KafkaServerRootCaSecretArn": secret,
        "KafkaSubnetIds": "subnet-11111111,subnet-22222222",
        "KafkaSecurityGroupId": "sg-11111111",
    }
    made = resources("sinks", **{**SINK, **kafka})
    mapping = made["Mapping"]["Properties"]
    assert "EventSourceArn" not in mapping and "AmazonManagedKafkaEventSourceConfig" not in mapping
    assert mapping["SelfManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": "landfall-orders"}
    kinds = [each["Type"] for each in mapping["SourceAccessConfigurations"]]
    expected = ["BASIC_AUTH", "SERVER_ROOT_CA_CERTIFICATE", "VPC_SUBNET", "VPC_SUBNET", "VPC_SECURITY_GROUP"]
    assert kinds == expected, kinds
    granted = json.dumps(made["Role"])
    assert "kafka-cluster" not in granted and "secretsmanager:GetSecretValue" in granted


def check_the_mapping_is_granted_what_lambda_documents():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html"""
    policies = resources("sinks", **SINK)["Role"]["Properties"]["Policies"]
    (mapping,) = [each["PolicyDocument"]["Statement"] for each in policies if each["PolicyName"] == "mapping"]
    granted = {action for statement in mapping for action in listed(statement["Action"])}
    assert granted == {
        *("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"),
        *("kafka-cluster:Connect", "kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"),
        *("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"),
        *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
        *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
    }, granted


def check_nothing_is_granted_on_everything_but_what_takes_no_resource():
    wild = {
        (name, statement.get("Sid"))
        for name in [*NESTED, "writer-role"]
        for statement in statements(template(name)["Resources"], of_identities=True)
        if "*" in listed(statement["Resource"])
    }
    assert wild == {("sinks", "ReachBrokers"), ("sinks", "ReadSchemas"), ("cdc", "ReadSchemas")}, wild
    for name in [*NESTED, "writer-role"]:
        for statement in statements(template(name)["Resources"], of_identities=True):
            actions = [action for action in listed(statement["Action"]) if isinstance(action, str)]
            assert not any("*" in action for action in actions), statement
            if any(action.startswith("s3:") for action in actions):
                assert "s3:ResourceAccount" in json.dumps(statement["Condition"]), statement


def check_the_cluster_is_kraft_with_iam_and_tls():
    given = {"SubnetIds": "a,b,c", "SecurityGroupId": "sg-1"}
    cluster = resources("brokers", **given)["Cluster"]
    properties = cluster["Properties"]
    assert properties["KafkaVersion"] == "4.1.x.kraft" and properties["NumberOfBrokerNodes"] == "3"
    assert properties["EnhancedMonitoring"] == "PER_TOPIC_PER_BROKER"
    assert properties["EncryptionInfo"]["EncryptionInTransit"] == {"ClientBroker": "TLS", "InCluster": True}
    authentication = properties["ClientAuthentication"]
    assert authentication["Sasl"]["Iam"]["Enabled"] and not authentication["Unauthenticated"]["Enabled"]
    assert properties["BrokerNodeGroupInfo"]["ConnectivityInfo"]["PublicAccess"] == {"Type": "DISABLED"}
    assert properties["LoggingInfo"]["BrokerLogs"]["CloudWatchLogs"]["Enabled"]
    assert cluster["DeletionPolicy"] == "RetainExceptOnCreate"


def check_topics_are_those_of_the_pipelines():
    def topics(**parameters):
        made = resources("topics", ClusterArn=CLUSTER, Project="lake", **parameters).values()
        assert all(each["DeletionPolicy"] == "Retain" for each in made)
        settings = [(each["Properties"], each["Properties"]["Configs"]["Fn::Base64"]) for each in made]
        return {
            properties["TopicName"]: (properties["PartitionCount"], re.search(r"retention.ms=(\S+)", text).group(1))
            for properties, text in settings
        }

    assert topics(TopicSet="tracking-log") == {"tracking.log": ("1", "604800000")}
    assert topics(TopicSet="data-lake") == {
        "lake-mysql.cdc": ("6", "604800000"),
        "lake-s3.sink": ("6", "604800000"),
        "lake-logs": ("6", "-1"),
    }


def check_buckets_are_closed_and_kept():
    made = resources("storage", S3BucketName="lake", OnFailureBucket="true", PluginBucket="true")
    buckets = {name: each for name, each in made.items() if each["Type"] == "AWS::S3::Bucket"}
    assert sorted(buckets) == ["ConnectBucket", "DataBucket", "GivenUpBucket", "LogBucket"], buckets
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
        assert all(properties["PublicAccessBlockConfiguration"].values())
        rules = properties["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules), name
        (policy,) = statements({"policy": made[f"{name}Policy"]})[:1]
        assert policy["Effect"] == "Deny" and policy["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        if name != "LogBucket":
            (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            assert encryption["BucketKeyEnabled"]
            assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
            assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    classes = [
        transition["StorageClass"]
        for rule in buckets["DataBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        for transition in rule.get("Transitions", [])
    ]
    assert classes == ["STANDARD_IA", "GLACIER_IR"], classes


def check_a_network_has_endpoints_where_the_mode_needs_them():
    def endpoints(**parameters):
        made = resources("network", **parameters)
        return sorted(name for name, each in made.items() if each["Type"] == "AWS::EC2::VPCEndpoint")

    assert endpoints(PollerEndpoints="false") == ["S3Endpoint"]
    assert endpoints() == ["LambdaEndpoint", "S3Endpoint", "StsEndpoint"]
    assert endpoints(SecretEndpoint="true") == ["LambdaEndpoint", "S3Endpoint", "SecretsEndpoint", "StsEndpoint"]
    connector = {"PollerEndpoints": "false", "SecretEndpoint": "true", "GlueEndpoint": "true"}
    assert endpoints(**connector) == ["S3Endpoint", "SchemasEndpoint", "SecretsEndpoint"]
    rule = resources("network")["BrokersFromMapping"]["Properties"]
    assert rule["GroupId"] == rule["SourceSecurityGroupId"], rule


def check_every_alarm_tells_somebody():
    given = {"FunctionName": "f", "Topic": "orders", "MappingId": "m", "SecondMappingId": "n"}
    made = resources("observe", **given, MonthlyBudget="5", AlarmEmail="a@b.c")
    alarms = {name: each for name, each in made.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert len(alarms) == 14, sorted(alarms)
    for alarm in alarms.values():
        properties = alarm["Properties"]
        assert properties["AlarmActions"] == properties["OKActions"] == [{"Ref": "AlarmTopic"}]
    (rule,) = made["SecondUnhealthyAlarm"]["Properties"]["AlarmRule"].values()
    assert all(f"${{{name}}}" in rule for name in alarms), rule
    assert made["Budget"]["Properties"]["Budget"]["BudgetLimit"] == {"Amount": "5", "Unit": "USD"}


def check_no_template_takes_a_password():
    for name in [*NESTED, "template", "writer-role"]:
        text = template(name)
        asked = [key for key in text["Parameters"] if re.search("password|token|credential", key, re.IGNORECASE)]
        assert not asked, f"{name} asks for {asked}"
