"""The process of one contestant: `python -m benchmarks.speed.child CONTESTANT CASE FOLDER`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from benchmarks.speed.cases import CASES

MISSING = 3  # exit code where the contestant's library is not installed

if __name__ == "__main__":
    contestant, case, folder = sys.argv[1:]
    try:
        module = import_module(f"benchmarks.speed.contestants.{contestant}")
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
        sys.exit(MISSING)
    module.compete(CASES[case], Path(folder))
