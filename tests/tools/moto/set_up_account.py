"""Makes a registry in Glue and secrets in Secrets Manager.

Reads JSON with `registries`, a list of names, and `secrets`, by name, from standard input, and writes the secrets'
ARNs as JSON. The endpoint and the region are in the environment.
"""

import json
import sys

import boto3


def main():
    account = json.load(sys.stdin)
    for registry in account.get("registries", []):
        boto3.client("glue").create_registry(RegistryName=registry)
    secrets = boto3.client("secretsmanager")
    made = {
        name: secrets.create_secret(Name=name, SecretString=text)["ARN"]
        for name, text in account.get("secrets", {}).items()
    }
    json.dump(made, sys.stdout)


main()
