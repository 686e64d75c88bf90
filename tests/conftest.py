"""For all tests: no screen is needed and nothing of the person's own is read or written. No Qt here."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from subprocess import Popen
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_HOME = tempfile.TemporaryDirectory(prefix="layerdeck-tests-")
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
    os.environ[_name] = _HOME.name

# no verdict by the clock, the same examples each time, and nothing left in the folder
settings.register_profile(
    "layerdeck", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("layerdeck")

PROCESSES: dict[str, Popen[bytes]] = {}  # those that run tests side by side, by name


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node: Any) -> None:
    PROCESSES[node.gateway.id] = node.gateway._io.popen


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """One that dies after its last test, while Qt or torch is taken down, fails the run as it would alone."""
    for name, process in PROCESSES.items():
        code = process.poll()
        if code is not None and code < 0 and code != -signal.SIGKILL:  # killed: xdist waits ten seconds for the end
            sys.stderr.write(f"\n{name} ended with {signal.Signals(-code).name} after its last test\n")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
