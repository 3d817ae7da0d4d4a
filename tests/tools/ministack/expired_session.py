"""Assumes a role for one second, waits until the session has ended, and writes its keys as JSON."""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def has_expired(session):
    sts = boto3.client(
        "sts",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    try:
        sts.get_caller_identity()
    except ClientError as error:
        return error.response["Error"]["Code"] == "ExpiredToken"
    return False


def main():
    wanted = json.load(sys.stdin)
    sts = boto3.client(
        "sts",
        aws_access_key_id=wanted["access_key_id"],
        aws_secret_access_key=wanted["secret_access_key"],
        # AWS gives no session of less than 15 minutes, and boto3 knows that; ministack gives what it is asked for.
        config=Config(parameter_validation=False),
    )
    session = sts.assume_role(
        RoleArn=wanted["role_arn"], RoleSessionName="expired", DurationSeconds=1
    )["Credentials"]
    while not has_expired(session):
        time.sleep(0.05)
    json.dump(
        {
            "access_key_id": session["AccessKeyId"],
            "secret_access_key": session["SecretAccessKey"],
            "session_token": session["SessionToken"],
        },
        sys.stdout,
    )


main()
