"""The plugins of make plugin run in a real Kafka Connect, of MSK Connect's version, with the template's own properties.

What stands for something else: a MySQL and a Kafka of this machine without IAM, and an AWS on loopback for the
database's secret and for Glue's registry.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import boto3

from scenarios.cloud import REGION, eventually
from scenarios.connector import CLUSTER
from scenarios.evaluate import resources, template
from scenarios.processes import ROOT, RUN, TOOLS, free_port, serve
from scenarios.recorder import Recorder

SMALL = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
LOG4J = f"-Dlog4j2.configurationFile={ROOT}/tests/tools/kafka/log4j2.xml"

# The connector's own; the worker has others for MSK.
TALKS_TO_MSK = ("schema.history.internal.consumer.", "schema.history.internal.producer.")

# Glue may take its time to say whether a version fits those before it; this registry is never in doubt.
WHILE_PENDING = {"glue:GetSchemaVersion"}

TABLES = [
    "CREATE DATABASE shop",
    "CREATE TABLE shop.customers (id INT PRIMARY KEY, name VARCHAR(20), born DATE)",
    "CREATE TABLE shop.orders (id BIGINT UNSIGNED PRIMARY KEY, total DECIMAL(10,2), at TIMESTAMP(3) NULL)",
    "INSERT INTO shop.customers VALUES (1, 'Ada', '1815-12-10')",
    "INSERT INTO shop.orders VALUES (18446744073709551615, 12.34, NULL)",
]


def main():
    if not (TOOLS / "mysql").exists():
        print("plugin: skipped, MySQL's binaries are for Linux on x86-64")
        return
    with tempfile.TemporaryDirectory(prefix="plugin-", dir=RUN) as folder:
        stage = Stage(Path(folder))
        try:
            glue = built("glue")
            assert glue == built("glue"), "two builds are not the same"
            runs(stage, "glue", glue, {})
            url = {"ConnectRegistryUrl": f"{stage.apicurio()}/apis/registry/v2"}
            runs(stage, "apicurio", built("apicurio"), url)
            granted_what_was_asked(stage)
            # Debezium logs its configuration, with what is secret left out.
            log = Path(stage.log.name).read_text()
            assert "database.hostname = 127.0.0.1" in log and "a secret" not in log, "the log has the password"
        except Exception:
            print(stage.complaints(), file=sys.stderr)
            raise


def runs(stage, registry, zipped, parameters):
    """Two tables of MySQL arrive in one topic: a snapshot, then a change and a delete of the log."""
    made = resources(
        "cdc",
        Project=f"by-{registry}",
        ClusterArn=CLUSTER,
        ConnectRegistry=registry,
        PluginBucketName="plugins",
        PluginObject=zipped.name,
        ConnectBootstrapServers=stage.bootstrap,
        ConnectSubnetIds="subnet-11111111",
        ConnectSecurityGroupId="sg-11111111",
        DatabaseHostname="127.0.0.1",
        DatabasePort=str(stage.mysql),
        DatabaseSecretArn=stage.secret,
        DatabaseIncludeList="shop",
        CdcTopics="false",
        GlueRegistry="false",
        HeartbeatIntervalMs="1000",
        **parameters,
    )
    stage.sql("DROP DATABASE IF EXISTS shop", *TABLES)
    topic = f"by-{registry}-mysql.cdc"
    stage.topics(make=[topic, f"{topic}.history", f"__debezium-heartbeat.{topic}"])
    worker = made["Worker"]["Properties"]["PropertiesFileContent"]["Fn::Base64"]
    connect = stage.connect(registry, zipped, worker)
    configuration = made["MysqlConnector"]["Properties"]["ConnectorConfiguration"]
    assert sum(name.startswith(TALKS_TO_MSK) for name in configuration) == 8, configuration
    here = {name: str(value) for name, value in configuration.items() if not name.startswith(TALKS_TO_MSK)}
    send(f"{connect}/connectors/cdc/config", here)
    eventually(lambda: state(connect) == "RUNNING", 90)
    rows = stage.topics(read=topic, count=2)
    assert len(rows) == 2, (rows, status(connect))
    stage.sql("UPDATE shop.orders SET total = total + 1", "DELETE FROM shop.customers", TABLES[-2])
    rows = stage.topics(read=topic, count=5)
    assert len(rows) == 5, (rows, status(connect))
    # What a reader tells the frames by: two bytes and a UUID, or a zero and a number.
    frames = {base64.b64decode(part)[:1] for row in rows for part in row.values()}
    assert frames == ({b"\x03"} if registry == "glue" else {b"\x00"}), rows
    assert stage.topics(read=f"__debezium-heartbeat.{topic}", count=1)
    assert stage.topics(end=topic) == 5
    goes_on_when_it_is_made_again(stage, connect, here, topic)
    shown = json.dumps(status(connect)) + json.dumps(get(f"{connect}/connectors/cdc"))
    assert "a secret" not in shown, "the password is shown"
    version = get(connect)["version"]
    assert version.startswith("3.7."), version
    stage.stop_connect()
    print(f"{zipped.name} in Kafka Connect {version}: two tables in {topic}, by the properties of cdc.yaml")


def goes_on_when_it_is_made_again(stage, connect, configuration, topic):
    """MSK Connect changes most of a connector by deleting it: what happened meanwhile arrives, and nothing twice."""
    send(f"{connect}/connectors/cdc", method="DELETE")
    stage.sql("INSERT INTO shop.customers VALUES (2, 'Grace', NULL)")
    send(f"{connect}/connectors/cdc/config", configuration)
    rows = stage.topics(read=topic, count=6)
    assert len(rows) == 6, (rows, status(connect))
    assert stage.topics(end=topic) == 6
    # By the role's policy, it may join this one and no other.
    group = f"{topic}-schemahistory"
    assert [each for each in stage.topics(groups=True) if each.endswith("schemahistory")] in ([], [group])


def granted_what_was_asked(stage):
    """What worker and converter asked AWS for is what the role of the template may do there."""
    given = {"ClusterArn": CLUSTER, "PluginBucketName": "plugins", "DatabaseSecretArn": stage.secret}
    made = resources("cdc", **given, Connector="false")
    (policy,) = made["ConnectorRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    actions = [each["Action"] if isinstance(each["Action"], list) else [each["Action"]] for each in statements]
    granted = {action for each in actions for action in each if not action.startswith("kafka-cluster:")}
    asked = {action for _, action in stage.recorder.asked} | WHILE_PENDING
    assert asked == granted, f"asked for {sorted(asked)}, granted {sorted(granted)}"
    print(f"the connector asks AWS for, and is granted, {', '.join(sorted(asked))}")


def built(registry):
    """Builds a plugin; its name has its hash."""
    line = [sys.executable, ROOT / "infra/plugin/build", registry]
    told = subprocess.run(line, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    said = dict(each.split(maxsplit=1) for each in told.splitlines())
    path = Path(said["path"])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest == said["sha256"] and digest[:12] in path.name, said
    return path


class Stage:
    """The servers around a connector."""

    def __init__(self, folder):
        self.folder = folder
        self.log = open(folder / "servers.log", "w")
        self.environment = {"PATH": os.environ["PATH"]}
        self.recorder = Recorder()
        self.recorder.upstream = self.aws = free_port()
        moto = [str(TOOLS / "peers/bin/python"), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.aws)]
        serve(moto, self.aws, self.log, **self.environment)
        self.bootstrap = f"127.0.0.1:{self.kafka()}"
        self.mysql = self.start_mysql()
        self.sql(*grant())
        text = json.dumps({"username": "debezium", "password": "a secret", "port": self.mysql})
        self.secret = self.client("secretsmanager").create_secret(Name="shop/cdc", SecretString=text)["ARN"]
        self.client("glue").create_registry(RegistryName="by-glue")

    def client(self, service):
        keys = {"aws_access_key_id": "maker", "aws_secret_access_key": "x", "region_name": REGION}
        return boto3.client(service, endpoint_url=f"http://127.0.0.1:{self.aws}", **keys)

    def kafka(self):
        port, controller = free_port(), free_port()
        settings = self.folder / "kafka.properties"
        settings.write_text(
            f"process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:{controller}\n"
            f"controller.listener.names=CONTROLLER\nadvertised.listeners=PLAINTEXT://127.0.0.1:{port}\n"
            f"listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n"
            f"log.dirs={self.folder}/kafka\nauto.create.topics.enable=false\noffsets.topic.replication.factor=1\n"
            "offsets.topic.num.partitions=1\ngroup.initial.rebalance.delay.ms=0\n"
        )
        java = ["java", "-Xmx256m", *SMALL, LOG4J, "-cp", f"{TOOLS}/kafka/*"]
        format_it = [*java, "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", settings]
        subprocess.run(format_it, check=True, stdout=self.log, stderr=self.log)
        serve([*java, "kafka.Kafka", str(settings)], port, self.log, **self.environment)
        return port

    def start_mysql(self):
        port = free_port()
        home, settings = (TOOLS / "mysql").resolve(), self.folder / "my.cnf"
        settings.write_text(
            f"[mysqld]\nbasedir={home}\nlc_messages_dir={home}/share\ndatadir={self.folder}/mysql\nsocket=mysql.sock\n"
            f"pid_file=mysql.pid\nport={port}\nbind_address=127.0.0.1\nmysqlx=0\nserver_id=1\nlog_bin=binlog\n"
            "binlog_format=ROW\nbinlog_row_image=FULL\nperformance_schema=OFF\ninnodb_buffer_pool_size=32M\n"
        )
        line = [str(home / "bin/mysqld"), f"--defaults-file={settings}", "--user=root"]
        subprocess.run([*line, "--initialize-insecure"], check=True, stdout=self.log, stderr=self.log)
        serve(line, port, self.log, **self.environment)
        return port

    def apicurio(self):
        port, jars = free_port(), TOOLS / "apicurio"
        line = ["java", "-Xmx256m", *SMALL, "-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={port}"]
        line += ["-cp", f"{jars}/*:{jars}/lib/*", "io.quarkus.runner.GeneratedMain"]
        serve(line, port, self.log, **self.environment)
        return f"http://127.0.0.1:{port}"

    def connect(self, name, zipped, worker):
        """A worker whose only plugin is the zip, with the template's own properties; gives its URL."""
        port, plugins = free_port(), self.folder / f"plugins-{name}"
        with zipfile.ZipFile(zipped) as archive:
            archive.extractall(plugins)
        settings = self.folder / f"connect-{name}.properties"
        settings.write_text(
            f"{worker}\nbootstrap.servers={self.bootstrap}\ngroup.id={name}\nlisteners=http://127.0.0.1:{port}\n"
            f"config.storage.topic={name}-configs\nstatus.storage.topic={name}-status\nplugin.path={plugins}\n"
            "config.storage.replication.factor=1\nstatus.storage.replication.factor=1\n"
            "offset.storage.replication.factor=1\nstatus.storage.partitions=1\noffset.flush.interval.ms=1000\n"
        )
        environment = self.environment | {
            "AWS_ENDPOINT_URL": self.recorder.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "worker",
            "AWS_SECRET_ACCESS_KEY": "x",
        }
        line = ["java", "-Xmx512m", *SMALL, LOG4J, "-cp", f"{TOOLS}/connect-msk/*"]
        line += ["org.apache.kafka.connect.cli.ConnectDistributed", str(settings)]
        self.worker = serve(line, port, self.log, **environment)
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: is_up(url), 90)
        return url

    def stop_connect(self):
        self.worker.kill()
        self.worker.wait()

    def complaints(self):
        """What the servers' log has that may say why."""
        lines = Path(self.log.name).read_text().splitlines()
        return "\n".join([each for each in lines if re.search("ERROR|Caused by|^Exception", each)][-20:])

    def sql(self, *statements):
        client = {"PYTHONPATH": f"{TOOLS}/mysql/client:{ROOT}/tests/tools/peers"}
        self.peer("tests/tools/mysql/client.py", {"port": self.mysql, "statements": statements}, client)

    def topics(self, **request):
        return self.peer("tests/tools/infra/topics.py", {"bootstrap": self.bootstrap} | request, {})

    def peer(self, script, request, environment):
        line = [TOOLS / "peers/bin/python", "-B", ROOT / script]
        text = subprocess.run(
            line, check=True, text=True, input=json.dumps(request), stdout=subprocess.PIPE, env=environment
        ).stdout
        return json.loads(text) if text else None


def grant():
    """The SQL of the template's output."""
    text = template("cdc")["Outputs"]["DatabaseUser"]["Value"].replace("<password>", "a secret")
    return [each.strip() for each in text.split(";") if each.strip()]


def is_up(url):
    try:
        return get(f"{url}/connectors") == []
    except (urllib.error.URLError, ConnectionError):
        return False


def state(connect):
    found = status(connect)
    states = [each["state"] for each in found.get("tasks", [])] or [found["connector"]["state"]]
    traces = "\n".join(each.get("trace", "") for each in found.get("tasks", []))
    assert "FAILED" not in states, "\n".join(re.findall(r"^(?!\s+at ).*", traces, re.MULTILINE))
    return states[0] if found.get("tasks") else "STARTING"


def status(connect):
    try:
        return get(f"{connect}/connectors/cdc/status")
    except urllib.error.HTTPError:
        return {"connector": {"state": "STARTING"}}


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def send(url, body=None, method="PUT"):
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"}, method=method)
    try:
        urllib.request.urlopen(request, timeout=90).close()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"Connect refuses the connector: {error.read().decode()}") from error
