"""Checks the templates against AWS's own rules for cfn-guard, those of Control Tower.

A resource that a rule does not fit says so in its metadata, with the reason:

    Metadata:
      guard:
        - "CT.S3.PR.2: It would log its own log."

A rule that is broken without a reason, and a reason without a broken rule, are errors.
"""

import json
import platform
import re
import subprocess
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[3]
GUARD = ROOT / ".tools/guard/package"


def program():
    machine = "aarch64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    system = "macos" if sys.platform == "darwin" else "ubuntu"
    return GUARD / "bin" / system / machine / "cfn-guard"


def broken(templates):
    """What is broken, as (template, resource, rule)."""
    rules = GUARD / "rules/control-tower/cfn-guard"
    line = [program(), "validate", "--structured", "--output-format", "json", "--show-summary", "none"]
    line += ["--rules", rules, "--data", *templates]
    output = subprocess.run(line, stdout=subprocess.PIPE, check=False)
    # 19: a rule is broken.
    if output.returncode not in (0, 19):
        sys.exit(f"cfn-guard ended with {output.returncode}")
    for report in json.loads(output.stdout):
        for failure in report.get("not_compliant", []):
            text = json.dumps(failure)
            rule = re.search(r"\[(CT\.[A-Z0-9.]+)\]", text).group(1)
            for resource in set(re.findall(r"/Resources/(\w+)", text)):
                yield Path(report["name"]).name, resource, rule


def excused(templates):
    for template in templates:
        for name, resource in yaml_parse(template.read_text())["Resources"].items():
            for reason in resource.get("Metadata", {}).get("guard", []):
                yield template.name, name, reason.split(":", 1)[0]


def main():
    templates = sorted((ROOT / "infra").glob("*.yaml"))
    found, allowed = set(broken(templates)), set(excused(templates))
    for template, resource, rule in sorted(found - allowed):
        print(f"infra/{template}: {resource} breaks {rule}")
    for template, resource, rule in sorted(allowed - found):
        print(f"infra/{template}: {resource} has a reason to break {rule}, and keeps it")
    sys.exit(found != allowed)


main()
