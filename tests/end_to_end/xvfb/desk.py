"""A screen of our own with Layerdeck on it, and a mouse and a keyboard to use it with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

LOOKOUT = Path(__file__).with_name("lookout.py")
SIZE = "1440x900x24"
T = TypeVar("T")


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """An X server on a free display with a window manager; gives the environment that leads to it."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as number:
            display = f":{number.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display}
        environment.pop("WAYLAND_DISPLAY", None)
        try:
            with subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL) as manager:
                try:
                    yield environment
                finally:  # else leaving would wait for it for ever
                    manager.terminate()
        finally:
            server.terminate()


class Desk:
    """Layerdeck in its window. Files it keeps go below `home`."""

    def __init__(self, environment: dict[str, str], home: Path) -> None:
        places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "STATE", "CACHE")}
        self._environment = {**environment, **places, "HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
        self.log = home / "log.txt"
        self.pictures = home / "pictures"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(LOOKOUT)],
                env=self._environment,
                cwd=home,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def find(self, name: str) -> dict[str, Any] | None:
        """Where the control of this name is and whether it is enabled; None where it is not to be seen."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"The app ended: {self.log.read_text()}"
        found: dict[str, Any] | None = json.loads(line)
        return found

    def ready(self, name: str, seconds: float = 30) -> dict[str, Any]:
        """Waits until a control can be used."""

        def usable() -> dict[str, Any] | None:
            found = self.find(name)
            return found if found and found["enabled"] else None

        return self.wait(usable, f"{name} to be ready", seconds)

    def click(self, name: str, seconds: float = 30) -> None:
        """Moves the mouse onto the middle of a control and presses its left button."""
        spot = self.ready(name, seconds)
        self._xdotool("mousemove", "--sync", str(spot["x"]), str(spot["y"]))
        self._xdotool("click", "1")

    def press(self, keys: str) -> None:
        """Presses keys together: "ctrl+s"."""
        self._xdotool("key", "--clearmodifiers", keys)

    def type(self, text: str) -> None:
        """Types a text, letter by letter."""
        self._xdotool("type", "--delay", "20", text)

    def focused(self, name: str) -> None:
        """Waits until the keys go to a control of this class."""
        self.wait(lambda: (self.find("focus") or {}).get("class") == name, f"the keys to go to a {name}")

    def wait(self, done: Callable[[], T | None], what: str, seconds: float = 30) -> T:
        """Asks again and again; AssertionError, with a picture of the screen and the log, where it takes too long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            result = done()
            if result:
                return result
            time.sleep(0.1)
        raise AssertionError(f"Waited {seconds:g} s for {what}. Picture: {self.picture()}. Log: {self.log.read_text()}")

    def picture(self) -> Path | None:
        """The screen as it is now, where ImageMagick is here."""
        if shutil.which("import") is None:
            return None
        self.pictures.mkdir(exist_ok=True)
        path = self.pictures / f"{len(list(self.pictures.iterdir()))}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self._environment, check=False)
        return path

    def close(self) -> None:
        """Ends the app where it has not ended by itself."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environment, check=True, timeout=20)
