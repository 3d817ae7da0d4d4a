"""Makes a registry in a Glue; its name is the argument, the endpoint and the region are in the environment."""

import sys

import boto3

boto3.client("glue").create_registry(RegistryName=sys.argv[1])
