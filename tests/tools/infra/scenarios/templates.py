"""What the templates say, where no emulator can show it."""

import json
import os
import re
import subprocess

from scenarios.evaluate import resources, template

NESTED = ["network", "brokers", "topics", "storage", "cdc", "sinks", "replay", "catalog", "observe"]
CLUSTER = "arn:aws:kafka:ap-northeast-2:123456789012:cluster/demo/751d2973-a626-431c-9d4e-d7975eb44dd7-2"
SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:shop/cdc-AbCdEf"
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/751d2973-a626-431c-9d4e-d7975eb44dd7"
CONNECTOR = {
    "Project": "lake",
    "ClusterArn": CLUSTER,
    "PluginBucketName": "plugins",
    "PluginObject": "cdc-glue-3-6-1-0123456789ab.zip",
    "ConnectBootstrapServers": "b-1.demo:9098,b-2.demo:9098",
    "ConnectSubnetIds": "subnet-11111111,subnet-22222222",
    "ConnectSecurityGroupId": "sg-11111111",
    "DatabaseHostname": "shop.example.com",
    "DatabaseSecretArn": SECRET,
}
SINK = {"Topic": "orders", "S3BucketName": "lake", "ClusterArn": CLUSTER}


def main():
    checks = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
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


def check_the_connector_is_one_worker_with_iam_and_tls():
    made = resources("cdc", **CONNECTOR, CdcTopics="false", GlueRegistry="false")
    properties = made["MysqlConnector"]["Properties"]
    assert properties["Capacity"] == {"ProvisionedCapacity": {"McuCount": "1", "WorkerCount": 1}}, properties
    assert properties["KafkaClusterClientAuthentication"] == {"AuthenticationType": "IAM"}
    assert properties["KafkaClusterEncryptionInTransit"] == {"EncryptionType": "TLS"}
    assert properties["KafkaConnectVersion"] == "3.7.x" and properties["ConnectorName"] == "lake-cdc"
    cluster = properties["KafkaCluster"]["ApacheKafkaCluster"]
    assert cluster["Vpc"] == {"Subnets": ["subnet-11111111", "subnet-22222222"], "SecurityGroups": ["sg-11111111"]}
    # Another zip is another name, which a plugin must have.
    assert made["Plugin"]["Properties"]["Name"] == "lake-cdc-glue-3-6-1-0123456789ab"
    location = {"BucketArn": "arn:aws:s3:::plugins", "FileKey": "cdc-glue-3-6-1-0123456789ab.zip"}
    assert made["Plugin"]["Properties"]["Location"] == {"S3Location": location}
    worker = made["Worker"]["Properties"]["PropertiesFileContent"]["Fn::Base64"]
    assert dict(line.split("=", 1) for line in worker.splitlines()) == {
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "config.providers": "secretManager",
        "config.providers.secretManager.class": "landfall.SecretsManagerConfigProvider",
        "config.providers.secretManager.param.region": "ap-northeast-2",
        "offset.storage.topic": "__amazon_msk_connect_offsets_lake-cdc",
        "offset.storage.partitions": "1",
    }, worker


# A secret is named by its ARN, without the colons that Kafka splits at.
NAME = "arn%3Aaws%3Asecretsmanager%3Aap-northeast-2%3A123456789012%3Asecret%3Ashop/cdc-AbCdEf"
APICURIO_STRATEGIES = "io.apicurio.registry.serde.avro.strategy"
CONFLUENT_STRATEGIES = "io.confluent.kafka.serializers.subject"
# What all registries have in common.
CONFIGURATION = {
    "connector.class": "io.debezium.connector.mysql.MySqlConnector",
    "tasks.max": "1",
    "config.action.reload": "none",
    "database.hostname": "shop.example.com",
    "database.port": "3306",
    "database.user": f"${{secretManager:{NAME}:username}}",
    "database.password": f"${{secretManager:{NAME}:password}}",
    "database.server.id": "54001",
    "database.ssl.mode": "required",
    "topic.prefix": "lake-mysql.cdc",
    "snapshot.mode": "initial",
    "snapshot.locking.mode": "minimal",
    "skipped.operations": "none",
    "tombstones.on.delete": "false",
    "provide.transaction.metadata": "false",
    "include.schema.changes": "false",
    "heartbeat.interval.ms": "30000",
    "connect.keep.alive.interval.ms": "5000",
    "decimal.handling.mode": "precise",
    "time.precision.mode": "adaptive_time_microseconds",
    "bigint.unsigned.handling.mode": "precise",
    "binary.handling.mode": "bytes",
    "schema.name.adjustment.mode": "avro",
    "field.name.adjustment.mode": "avro",
    "topic.creation.default.partitions": "6",
    "topic.creation.default.replication.factor": "-1",
    "schema.history.internal.kafka.topic": "lake-mysql.cdc.history",
    "schema.history.internal.kafka.bootstrap.servers": "b-1.demo:9098,b-2.demo:9098",
    "schema.history.internal.kafka.query.timeout.ms": "30000",
    **{
        f"schema.history.internal.{client}.{name}": value
        for client in ("consumer", "producer")
        for name, value in {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "AWS_MSK_IAM",
            "sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
            "sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
        }.items()
    },
}
ONE_TOPIC = {
    "transforms": "one",
    "transforms.one.type": "org.apache.kafka.connect.transforms.RegexRouter",
    "transforms.one.regex": "lake-mysql[.]cdc[.].+[.].+",
    "transforms.one.replacement": "lake-mysql.cdc",
}


def both(converter):
    """Properties of a converter, of keys and of values."""
    return {f"{side}.converter{name}": value for side in ("key", "value") for name, value in converter.items()}


def check_the_connector_has_these_properties_and_no_others():
    def configuration(**more):
        made = resources("cdc", **CONNECTOR, CdcTopics="false", GlueRegistry="false", **more)
        return made["MysqlConnector"]["Properties"]["ConnectorConfiguration"]

    glue = both(
        {
            "": "com.amazonaws.services.schemaregistry.kafkaconnect.AWSKafkaAvroConverter",
            ".region": "ap-northeast-2",
            ".registry.name": "lake",
            ".schemaAutoRegistrationEnabled": "true",
            ".avroRecordType": "GENERIC_RECORD",
            ".compatibility": "NONE",
        }
    )
    same(configuration(), CONFIGURATION | ONE_TOPIC | glue)
    same(configuration(TopicRouting="table"), CONFIGURATION | glue)
    lists = {"DatabaseIncludeList": "shop", "TableIncludeList": "shop.a,shop.b", "ColumnExcludeList": "shop.a.card"}
    given = {"database.include.list": "shop", "table.include.list": "shop.a,shop.b"}
    given["column.exclude.list"] = "shop.a.card"
    same(configuration(**lists), CONFIGURATION | ONE_TOPIC | glue | given)
    url = {"ConnectRegistryUrl": "https://registry", "ConnectRegistrySecretArn": SECRET}
    apicurio = both(
        {
            "": "io.apicurio.registry.utils.converter.AvroConverter",
            ".apicurio.registry.url": "https://registry",
            ".apicurio.registry.auto-register": "true",
            ".apicurio.registry.find-latest": "true",
            ".apicurio.registry.headers.enabled": "false",
            ".apicurio.registry.as-confluent": "true",
            ".apicurio.registry.use-id": "contentId",
            ".apicurio.registry.artifact-resolver-strategy": f"{APICURIO_STRATEGIES}.TopicRecordIdStrategy",
            ".apicurio.auth.username": CONFIGURATION["database.user"],
            ".apicurio.auth.password": CONFIGURATION["database.password"],
        }
    )
    same(configuration(ConnectRegistry="apicurio", **url), CONFIGURATION | ONE_TOPIC | apicurio)
    confluent = both(
        {
            "": "io.confluent.connect.avro.AvroConverter",
            ".schema.registry.url": "https://registry",
            ".basic.auth.credentials.source": "USER_INFO",
            ".basic.auth.user.info": f"{CONFIGURATION['database.user']}:{CONFIGURATION['database.password']}",
        }
    )
    subjects = {
        f"{side}.converter.{side}.subject.name.strategy": f"{CONFLUENT_STRATEGIES}.TopicRecordNameStrategy"
        for side in ("key", "value")
    }
    same(configuration(ConnectRegistry="confluent", **url), CONFIGURATION | ONE_TOPIC | confluent | subjects)
    same(
        configuration(ConnectRegistry="confluent", ConnectRegistryUrl="https://registry", TopicRouting="table"),
        CONFIGURATION | {name: value for name, value in confluent.items() if "auth" not in name},
    )


def same(found, expected):
    wrong = {name for name in found | expected if found.get(name) != expected.get(name)}
    assert not wrong, {name: (found.get(name), expected.get(name)) for name in wrong}


def check_the_connector_may_do_this_and_nothing_more():
    def granted(**more):
        made = resources("cdc", **CONNECTOR, **more)
        (policy,) = made["ConnectorRole"]["Properties"]["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        return {each["Sid"]: (sorted(listed(each["Action"])), listed(each["Resource"])) for each in statements}

    kafka = "arn:aws:kafka:ap-northeast-2:123456789012"
    place = "demo/751d2973-a626-431c-9d4e-d7975eb44dd7-2"
    clients = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:WriteDataIdempotently"]
    write = ["kafka-cluster:CreateTopic", "kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
    history = ["kafka-cluster:DescribeTopicDynamicConfiguration", "kafka-cluster:ReadData"]
    inner = [*write[:2], "kafka-cluster:ReadData", write[2]]
    changes = ["lake-mysql.cdc", "lake-mysql.cdc.*", "__debezium-heartbeat.lake-mysql.cdc"]
    groups = ["__amazon_msk_connect_*", "connect-lake-cdc", "lake-mysql.cdc-schemahistory"]
    always = {
        "FindBrokers": (clients, [CLUSTER]),
        "KeepItsPlace": (inner, [f"{kafka}:topic/{place}/__amazon_msk_connect_*"]),
        "WriteChanges": (write, [f"{kafka}:topic/{place}/{topic}" for topic in changes]),
        "ReadHistory": (history, [f"{kafka}:topic/{place}/lake-mysql.cdc.history"]),
        "JoinGroups": (
            ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
            [f"{kafka}:group/{place}/{group}" for group in groups],
        ),
        "ReadSecrets": (["secretsmanager:GetSecretValue"], [SECRET]),
    }
    glue = "arn:aws:glue:ap-northeast-2:123456789012"
    schemas = ["CreateSchema", "GetSchemaByDefinition", "PutSchemaVersionMetadata", "RegisterSchemaVersion"]
    registry = {
        "WriteSchemas": ([f"glue:{each}" for each in schemas], [f"{glue}:registry/lake", f"{glue}:schema/lake/*"]),
        "ReadSchemas": (["glue:GetSchemaVersion"], ["*"]),
    }
    same(granted(), always | registry)
    same(granted(DatabaseSecretKmsKeyArn=KEY), always | registry | {"DecryptSecrets": (["kms:Decrypt"], [KEY])})
    other = SECRET.replace("shop", "registry")
    both_secrets = {"ReadSecrets": (["secretsmanager:GetSecretValue"], [SECRET, other])}
    url = {"ConnectRegistryUrl": "https://registry", "ConnectRegistrySecretArn": other}
    same(granted(ConnectRegistry="confluent", **url), always | both_secrets)
    role = resources("cdc", **CONNECTOR)["ConnectorRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "kafkaconnect.amazonaws.com"}, trust
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:kafkaconnect:ap-northeast-2:123456789012:connector/lake-cdc/*"},
    }, trust


def check_no_template_takes_a_password():
    for name in [*NESTED, "template", "writer-role"]:
        text = template(name)
        asked = [key for key in text["Parameters"] if re.search("password|token|credential", key, re.IGNORECASE)]
        assert not asked, f"{name} asks for {asked}"
    connector = json.dumps(resources("cdc", **CONNECTOR)["MysqlConnector"])
    assert set(re.findall(r'password": "([^"]*)"', connector)) == {CONFIGURATION["database.password"]}, connector


def check_a_connector_that_is_taken_away_leaves_its_place_and_its_topics():
    made = resources("cdc", **CONNECTOR, Connector="false")
    kept = {"ConnectorRole", "ConnectorLog", "History", "Heartbeat", "SchemaRegistry"}
    assert set(made) == kept, set(made) ^ kept
    for name in ("History", "Heartbeat", "SchemaRegistry"):
        assert made[name]["DeletionPolicy"] == made[name]["UpdateReplacePolicy"] == "Retain", name
    history = made["History"]["Properties"]
    assert (history["TopicName"], history["PartitionCount"]) == ("lake-mysql.cdc.history", 1), history
    assert "retention.ms=-1\n" in history["Configs"]["Fn::Base64"], history
    # With it, the connector waits for both.
    configuration = resources("cdc", **CONNECTOR)["MysqlConnector"]["Properties"]["ConnectorConfiguration"]
    assert "History" in json.dumps(configuration["schema.history.internal.kafka.topic"]), configuration
    assert "SchemaRegistry" in json.dumps(configuration["value.converter.registry.name"]), configuration


def check_the_connectors_alarms_tell_somebody():
    topic = "arn:aws:sns:ap-northeast-2:123456789012:lake-alarms"
    made = resources("cdc", **CONNECTOR, AlarmTopicArn=topic)
    alarms = [each["Properties"] for each in made.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert {each["AlarmName"]: each["MetricName"] for each in alarms} == {
        "lake-cdc-stopped": "RunningTaskCount",
        "lake-cdc-failed": "ErroredTaskCount",
        "lake-cdc-silent": "SourceRecordWriteRate",
    }, alarms
    for alarm in alarms:
        assert alarm["Namespace"] == "AWS/KafkaConnect"
        assert alarm["Dimensions"] == [{"Name": "ConnectorName", "Value": "lake-cdc"}], alarm
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic], alarm
    assert "SilentAlarm" not in resources("cdc", **CONNECTOR, HeartbeatIntervalMs="0")


def statements(made, of_identities=False):
    """All statements of policies, both branches of conditions included."""

    def walk(node):
        if isinstance(node, dict):
            if "Effect" in node:
                yield node
            for each in node.values():
                yield from walk(each)
        elif isinstance(node, list):
            for each in node:
                yield from walk(each)

    found = [
        statement
        for each in made.values()
        if not of_identities or each["Type"] == "AWS::IAM::Role"
        for statement in walk(each)
    ]
    # A trust policy has no resource: it is the role.
    return [statement for statement in found if "Resource" in statement]


def listed(value):
    return value if isinstance(value, list) else [value]
