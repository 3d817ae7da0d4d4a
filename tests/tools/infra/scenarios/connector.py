"""What the template of the connector says, where no emulator can show it: none knows MSK Connect."""

import json
import re

from scenarios.evaluate import listed, resources

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


def check_the_connector_knows_its_password_by_name_alone():
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
