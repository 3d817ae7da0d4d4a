"""An AWS on loopback with IAM enforced, and the SAM CLI that deploys to it."""

import base64
import json
import os
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path

import boto3

from scenarios.processes import ROOT, RUN, TOOLS, free_port, serve
from scenarios.recorder import ROOT_KEY, Recorder

REGION = "ap-northeast-2"
ACCOUNT = "000000000000"
# No such cluster is there: what reads it is never asked to.
CLUSTER = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/demo/751d2973-a626-431c-9d4e-d7975eb44dd7-2"

# What the emulator refuses, and the parameter that switches it off.
SWITCHED_OFF = {
    "Cluster=existing": "AWS::MSK::Cluster and Configuration, AWS::EC2::FlowLog and SecurityGroupIngress",
    "TopicSet=none": "AWS::MSK::Topic",
    "Connector=false": "AWS::KafkaConnect::Connector, CustomPlugin and WorkerConfiguration, and the connector's alarms",
    "CdcTopics=false": "AWS::MSK::Topic of the connector",
    "GlueRegistry=false": "AWS::Glue::Registry",
    "CompositeAlarm=false": "AWS::CloudWatch::CompositeAlarm",
    "MonthlyBudget=0": "AWS::Budgets::Budget",
}


class Cloud:
    def __init__(self):
        RUN.mkdir(parents=True, exist_ok=True)
        self.folder = tempfile.TemporaryDirectory(prefix="infra-", dir=RUN)
        self.log = open(Path(self.folder.name) / "server.log", "w")
        self.recorder = Recorder()
        self.environment = {
            "PATH": f"{ROOT}/tests/tools/infra:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "AWS_ENDPOINT_URL": self.recorder.url,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "LANDFALL_BIN_DIR": os.environ["LANDFALL_BIN_DIR"],
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_CHECK_VERSION": "0",
        }
        os.environ.update(self.environment)
        port = free_port()
        self.server = serve(
            [str(TOOLS / "deploy/bin/python"), "-m", "ministack"],
            port,
            self.log,
            PATH=os.environ["PATH"],
            AUTH="true",
            # The functions' too: what they ask for passes the recorder.
            AWS_ENDPOINT_URL=self.recorder.url,
            BIND_HOST="127.0.0.1",
            GATEWAY_PORT=str(port),
            IOT_MTLS_ENABLED="0",
            MINISTACK_HOST="127.0.0.1",
            SFTP_ENABLED="0",
        )
        self.recorder.upstream = port
        self.built = Path(self.folder.name) / "build"

    def glue_schemas(self):
        """A Glue Schema Registry, which the emulator lacks: moto's; gives a client for it."""
        port = free_port()
        line = [str(TOOLS / "peers/bin/python"), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        self.moto = serve(line, port, self.log, PATH=os.environ["PATH"])
        self.recorder.others["glue"] = port
        return boto3.client("glue", endpoint_url=f"http://127.0.0.1:{port}")

    def build(self):
        """sam build, with the release binaries that are there (tests/tools/infra/cargo-lambda)."""
        arguments = ["--template-file", "infra/template.yaml", "--parameter-overrides", "Architecture=x86_64"]
        self.sam("build", *arguments, "--build-dir", str(self.built), "--base-dir", "infra")

    def sam(self, *arguments):
        line = [str(TOOLS / "deploy/bin/sam"), *arguments]
        output = subprocess.run(
            line, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment
        )
        if output.returncode:
            raise SamError(output.stdout)
        return output.stdout

    def deploy(self, environment, overrides, *more, template="template.yaml"):
        """sam deploy of an environment of samconfig.toml, with parameters on top of its own."""
        parameters = overridden(environment, overrides)
        arguments = ["--config-file", str(ROOT / "samconfig.toml"), "--config-env", environment]
        arguments += ["--template-file", str(self.built / template), "--no-confirm-changeset"]
        return self.sam("deploy", *arguments, *more, "--parameter-overrides", *parameters)

    def deploy_alone(self, stack, template, overrides):
        """sam deploy of one of the nested templates as a stack of its own."""
        parameters = [f"{name}={value}" for name, value in overrides.items()]
        arguments = ["--stack-name", stack, "--template-file", str(template), "--resolve-s3"]
        arguments += ["--config-env", "none", "--capabilities", "CAPABILITY_NAMED_IAM", "--no-fail-on-empty-changeset"]
        return self.sam("deploy", *arguments, "--parameter-overrides", *parameters)

    def invoke(self, function, topic, records):
        """Invokes a function with records (offset, value) of partition 0, as its mapping would; gives its answer."""
        event = json.dumps(kafka_event(topic, records))
        answer = boto3.client("lambda").invoke(FunctionName=function, Payload=event)
        payload = json.loads(answer["Payload"].read())
        return payload if answer.get("FunctionError") else {"delivered": not payload["batchItemFailures"]}

    def keys(self, bucket):
        objects = boto3.client("s3").list_objects_v2(Bucket=bucket)
        return sorted(entry["Key"] for entry in objects.get("Contents", []))

    def delete(self, stack):
        """CloudFormation's delete, because sam delete does not know nested stacks of the emulator."""
        cloudformation = boto3.client("cloudformation")
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )


class SamError(Exception):
    """What the SAM CLI printed when it failed."""


def overridden(environment, overrides):
    """The parameters of an environment, overridden, as NAME=VALUE."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    own = config[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    parameters = dict(parameter.split("=", 1) for parameter in own) | overrides
    return [f"{name}={value}" for name, value in parameters.items()]


def kafka_event(topic, records):
    lines = [
        {
            "topic": topic,
            "partition": 0,
            "offset": offset,
            "timestamp": 1762855200000,  # 2025-11-11T10:00:00Z
            "timestampType": "CREATE_TIME",
            "value": base64.b64encode(value).decode(),
            "headers": [],
        }
        for offset, value in records
    ]
    return {
        "eventSource": "aws:kafka",
        "eventSourceArn": CLUSTER,
        "bootstrapServers": "b-1.demo.kafka.ap-northeast-2.amazonaws.com:9098",
        "records": {f"{topic}-0": lines},
    }


def eventually(question, seconds=30):
    """Asks until the answer is yes."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.2)
