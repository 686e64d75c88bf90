"""How much memory there is: the machine's, the container's, and what the process itself may take."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from engine import system

MEGA = 1_000_000
MACHINE = psutil.virtual_memory().total


@pytest.fixture
def container(tmp_path, monkeypatch):
    """Writes what the system says of a container; without a limit at first."""
    monkeypatch.setattr(system, "GROUP", tmp_path)

    def say(**numbers: str) -> None:
        for name, text in numbers.items():
            (tmp_path / f"memory.{name}").write_text(text)

    say(max="max\n", current=f"{900 * MEGA}\n", stat="anon 7\nactive_file 1000000\nslab 5\ninactive_file 2000000\n")
    return say


def test_without_a_limit_it_is_the_machine_that_counts(container):
    assert system.whole_memory() == MACHINE
    assert 0 < system.free_memory() < MACHINE


def test_a_container_has_what_it_was_given(container):
    container(max=f"{950 * MEGA}\n")
    assert system.whole_memory() == 950 * MEGA
    assert system.free_memory() == 53 * MEGA  # 50 not taken, 3 of files that the system takes back


def test_a_container_that_is_full_has_nothing_free(container):
    container(max=f"{800 * MEGA}\n")
    assert system.free_memory() == 0


def test_a_container_larger_than_the_machine_has_the_machine(container):
    container(max=f"{2 * MACHINE}\n")
    assert system.whole_memory() == MACHINE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its limit of addresses")
def test_a_process_that_may_take_so_many_addresses_has_those_it_has_not_taken():
    code = f"""
import resource
from engine import system
resource.setrlimit(resource.RLIMIT_AS, (500 * {MEGA}, 500 * {MEGA}))
before = system.whole_memory(), system.free_memory()
held = bytearray(100 * {MEGA})
print(*before, system.whole_memory(), system.free_memory())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    whole, free, later, less = map(int, done.stdout.split())
    assert later == whole < 500 * MEGA  # what it takes for training was training's
    assert free == pytest.approx(whole, abs=MEGA)
    assert free - less == pytest.approx(100 * MEGA, abs=MEGA)
