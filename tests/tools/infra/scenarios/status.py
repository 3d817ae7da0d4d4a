"""`make status` says how the connector of a stack is: each state, and why."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import boto3
from botocore.stub import Stubber

from scenarios.processes import ROOT

ARN = "arn:aws:kafkaconnect:ap-northeast-2:123456789012:connector/lake-cdc/751d2973-a626-431c-9d4e-d7975eb44dd7-2"
FAILED = {"code": "ConnectorFailed", "message": "The connector\nhas failed."}


def main():
    # No connector, and none is of the stack: no row.
    check({}, {}, [], [])
    check({"ConnectorName": "lake-cdc"}, {}, ["RUNNING"], [("lake-cdc", "RUNNING", True, "")])
    check({"ConnectorName": "lake-cdc"}, {}, ["CREATING"], [("lake-cdc", "CREATING", True, "")])
    why = "ConnectorFailed; The connector has failed.; see the log group /lake/cdc"
    check({"ConnectorName": "lake-cdc"}, {}, ["FAILED"], [("lake-cdc", "FAILED", False, why)])
    check({"ConnectorName": "lake-cdc"}, {}, [], [("lake-cdc", "none", False, "it is not there")])
    off = {"Connector": "false"}
    check({"ConnectorName": "lake-cdc"}, off, [], [("lake-cdc", "none", True, "Connector=false")])
    refused = "ListConnectors is refused: AccessDenied"
    check({"ConnectorName": "lake-cdc"}, {}, None, [("lake-cdc", "unknown", False, refused)])
    # Whoever has none needs no permission.
    check({}, {}, None, [("", "unknown", True, refused)])
    print("status: a connector that runs, is made, has failed, is gone, is taken away, can't be asked for")


def check(outputs, parameters, states, expected):
    """The rows of a stack, when MSK Connect has a connector in each of these states; None - it refuses to say."""
    client = boto3.client("kafkaconnect", "ap-northeast-2", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        if states is None:
            stub.add_client_error("list_connectors", "AccessDenied")
        else:
            listed = [{"connectorName": "lake-cdc", "connectorState": each, "connectorArn": ARN} for each in states]
            stub.add_response("list_connectors", {"connectors": listed}, {"connectorNamePrefix": "lake"})
        if states == ["FAILED"]:
            stub.add_response("describe_connector", {"stateDescription": FAILED}, {"connectorArn": ARN})
        pipeline = object.__new__(STATUS.Pipeline)
        pipeline.client = lambda service: client
        pipeline.stack_name, pipeline.outputs = "lake", outputs
        pipeline.parameters = {"Project": "lake"} | parameters
        rows = [(row["name"], row["state"], row["well"], row["detail"]) for row in pipeline.connectors()]
        assert rows == expected, (rows, expected)
        stub.assert_no_pending_responses()


def loaded(path):
    """A script as a module; its name has no ending."""
    loader = SourceFileLoader("status_script", str(path))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


STATUS = loaded(ROOT / "infra/status")
