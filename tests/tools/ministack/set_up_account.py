"""Makes buckets, users and roles in a ministack.

Reads JSON with `buckets`, `users` and `roles` from standard input, and writes the users' access keys and
the roles' ARNs as JSON. The endpoint and the region are in the environment.
"""

import json
import sys

import boto3

# ministack takes these two for the account's root.
ROOT = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def make_user(iam, name, user):
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(user["policy"]))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}


def make_role(iam, name, role):
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(role["trust"]))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(role["policy"]))
    return made["Role"]["Arn"]


def main():
    account = json.load(sys.stdin)
    s3 = boto3.client("s3", **ROOT)
    iam = boto3.client("iam", **ROOT)
    for bucket in account.get("buckets", []):
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}
        )
    made = {
        "users": {name: make_user(iam, name, user) for name, user in account.get("users", {}).items()},
        "roles": {name: make_role(iam, name, role) for name, role in account.get("roles", {}).items()},
    }
    json.dump(made, sys.stdout)


main()
