"""Runs a command while processes count beside it, and ends them whatever comes: `python tools/busy.py 2 make test`.

Its exit code is the command's.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

COUNT = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(1_000_000))"


def main(arguments: list[str]) -> int:
    """The command's exit code; 130 where it was interrupted."""
    signal.signal(signal.SIGTERM, _end)
    counting = [subprocess.Popen([sys.executable, "-c", COUNT]) for _ in range(int(arguments[0]))]
    try:
        return subprocess.run(arguments[1:], check=False).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        for process in counting:
            process.kill()
            process.wait()


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
