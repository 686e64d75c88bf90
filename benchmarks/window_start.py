"""Seconds from the command to a window that can be seen, on a screen of its own.

    python benchmarks/window_start.py [STARTS]

Starts the window STARTS times under Xvfb, one after the other, with empty preferences, and asks the X server for a
visible window of that name every 10 ms. The first start is left out: it warms the disk. Prints minimum, median and
maximum and writes benchmarks/window_start.json. The goal: 1.0 s. Needs Xvfb and xdotool.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 60  # seconds after which a start counts as failed


def main(starts: int) -> int:
    """Measures and writes; the exit code is 0 whether or not the goal is reached."""
    with tempfile.TemporaryDirectory() as home, Screen() as display:
        environment = {**os.environ, "DISPLAY": display, "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
        environment.pop("QT_QPA_PLATFORM", None)
        seconds = [visible_after(environment) for _ in range(starts + 1)][1:]
    result = {"seconds": [round(value, 3) for value in seconds], "median": round(median(seconds), 3)}
    print(f"visible after {min(seconds):.2f} .. {median(seconds):.2f} .. {max(seconds):.2f} s (min, median, max)")
    Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


class Screen:
    """An X server of its own for as long as the block lasts; gives the name of its display."""

    def __enter__(self) -> str:
        reading, writing = os.pipe()
        command = ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1440x900x24"]
        self._server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            return f":{told.readline().strip()}"

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()


def visible_after(environment: dict[str, str]) -> float:
    """Seconds from the start of one process until its window is on the screen. TimeoutError after LIMIT."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "Layerdeck"]
    begin = time.perf_counter()
    window = subprocess.Popen([sys.executable, str(ROOT / "main.py")], env=environment, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begin < LIMIT:
            if subprocess.run(search, env=environment, capture_output=True, check=False).stdout.strip():
                return time.perf_counter() - begin
            time.sleep(0.01)
    finally:
        window.kill()
        window.wait()
    raise TimeoutError(f"no window after {LIMIT} s")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 6))
