"""Makes a pipeline in a ministack as the templates do: a stack with their outputs, objects, metrics.

Reads JSON with `objects`, a list of keys, `lag`, a number, and `enabled`, `true` or `false`, from standard input.
"""

import datetime
import json
import sys

import boto3

# ministack takes these two for the account's root.
ROOT = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {
        "Project": {"Type": "String", "Default": "shop"},
        "Enabled": {"Type": "String"},
        "MaximumOffsetLag": {"Type": "Number", "Default": 1000},
        "TopicsDir": {"Type": "String", "Default": "topics"},
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "shop"}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            },
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "shop-json-sink",
                "Runtime": "python3.12",
                "Handler": "index.handle",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "def handle(event, context): return event"},
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "Function"},
                "Enabled": {"Ref": "Enabled"},
                "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": ["localhost:9092"]}},
                "Topics": ["orders"],
                "StartingPosition": "TRIM_HORIZON",
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": "shop-errors",
                "Namespace": "AWS/Lambda",
                "MetricName": "Errors",
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "ComparisonOperator": "GreaterThanThreshold",
                "Threshold": 0,
            },
        },
    },
    "Outputs": {
        "TopicNames": {"Value": "orders"},
        "BucketName": {"Value": {"Ref": "Bucket"}},
        "FunctionName": {"Value": {"Ref": "Function"}},
        "MappingId": {"Value": {"Ref": "Mapping"}},
        "SecondMappingId": {"Value": "none"},
    },
}


def main():
    wanted = json.load(sys.stdin)
    cloudformation = boto3.client("cloudformation", **ROOT)
    cloudformation.create_stack(
        StackName="shop",
        TemplateBody=json.dumps(TEMPLATE),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": "Enabled", "ParameterValue": wanted["enabled"]}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="shop", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    outputs = cloudformation.describe_stacks(StackName="shop")["Stacks"][0]["Outputs"]
    mapping = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "MappingId")
    if wanted["enabled"] == "false":
        # ministack's stacks don't look at the property.
        boto3.client("lambda", **ROOT).update_event_source_mapping(UUID=mapping, Enabled=False)
    s3 = boto3.client("s3", **ROOT)
    for key in wanted["objects"]:
        s3.put_object(Bucket="shop", Key=key, Body=b"{}\n")
    boto3.client("cloudwatch", **ROOT).put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "MaxOffsetLag",
                "Dimensions": [{"Name": "EventSourceMappingUUID", "Value": mapping}],
                "Value": wanted["lag"],
                "Timestamp": datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=90),
            }
        ],
    )
    json.dump({"mapping": mapping}, sys.stdout)


main()
