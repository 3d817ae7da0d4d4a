"""Zips are the same for the same binaries, and none is above its budget."""

import os
from pathlib import Path

import boto3
from samcli.yamlhelper import yaml_parse

from scenarios.cloud import REGION, Cloud

# A cold start fetches the zip, so it is kept small.
BUDGET_MEGABYTES = 8
FUNCTIONS = 3
BUCKET = "zips"


def main():
    cloud = Cloud()
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    first, second = codes(cloud, "first"), codes(cloud, "second")
    assert first == second and len(first) == FUNCTIONS, (first, second)
    # Cargo's own variable: tests in a hurry build without it, and then sizes say nothing.
    if os.environ.get("CARGO_PROFILE_RELEASE_LTO") == "off":
        print("zips: the same twice; their sizes are not looked at, because the binaries were linked without LTO")
        return
    for name, key in first.items():
        megabytes = boto3.client("s3").head_object(Bucket=BUCKET, Key=key)["ContentLength"] / 1e6
        assert megabytes <= BUDGET_MEGABYTES, f"the zip of {name} has {megabytes:.1f} MB of {BUDGET_MEGABYTES}"
        print(f"zips: {name} has {megabytes:.1f} MB of {BUDGET_MEGABYTES}")


def codes(cloud, name):
    """Builds and packages; gives the key of each function's zip, which follows from what is in it."""
    cloud.built = Path(cloud.folder.name) / name
    cloud.build()
    found = {}
    for stack in ("Sinks", "Replayer"):
        packaged = f"{cloud.folder.name}/{name}-{stack}.yaml"
        template = ["--template-file", str(cloud.built / stack / "template.yaml"), "--output-template-file", packaged]
        cloud.sam("package", *template, "--s3-bucket", BUCKET, "--config-env", "none")
        for resource in yaml_parse(Path(packaged).read_text())["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                found[resource["Metadata"]["BuildProperties"]["Binary"]] = resource["Properties"]["Code"]["S3Key"]
    return found
