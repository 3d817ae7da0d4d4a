"""Runs one scenario: python -m scenarios NAME."""

import importlib
import sys

from scenarios import processes

processes.die_with_parent()
importlib.import_module(f"scenarios.{sys.argv[1]}").main()
