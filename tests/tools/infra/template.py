"""Writes a template as JSON, with the short forms of its functions (!Ref, !Sub) written out."""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse

json.dump(yaml_parse(Path(sys.argv[1]).read_text()), sys.stdout, default=str)
