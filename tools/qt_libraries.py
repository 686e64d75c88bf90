"""Names the system libraries that Qt needs and this Linux lacks, as Debian packages; as root, installs them.

`qt_libraries.py [--install] [--window]`: with --window also what a real window needs, not only a test without a screen.
Exit 1 where something is missing and was not installed. Uses nothing but Python itself.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ALWAYS = ("QtWidgets.abi3.so", "QtSvg.abi3.so", "Qt/plugins/platforms/libqoffscreen.so")
WINDOW = ("Qt/plugins/platforms/libqxcb.so",)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libzstd.so.1": "libzstd1",
}


def missing(files: Iterable[Path]) -> list[str]:
    """Names of the shared libraries that these files need and the loader does not find, sorted."""
    names: set[str] = set()
    for file in files:
        listing = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
        names.update(re.findall(r"^\s*(\S+) => not found", listing, flags=re.MULTILINE))
    return sorted(names)


def packages(names: Iterable[str]) -> list[str]:
    """The Debian packages that hold these libraries; a library we do not know stays under its own name."""
    return sorted({PACKAGES.get(name, name) for name in names})


def needed(folder: Path, window: bool) -> list[str]:
    """What to install so that Qt in `folder` (of PySide6) starts here; a font counts too."""
    wanted = packages(missing(folder / name for name in (*ALWAYS, *(WINDOW if window else ()))))
    fonts = (Path(place).expanduser() for place in FONT_FOLDERS)
    if not any(next(place.rglob("*.[to]tf"), None) for place in fonts):
        wanted.append("fonts-dejavu-core")
    return wanted


def install(wanted: list[str]) -> bool:
    """True where apt-get installed them."""
    sys.stdout.write(f"Installing Qt's system libraries: {' '.join(wanted)}\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted],
    )
    return all(
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode == 0
        for command in commands
    )


def main(argv: list[str] | None = None) -> int:
    """Checks, says, and perhaps installs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install what is missing when root")
    parser.add_argument("--window", action="store_true", help="check for a real window too")
    options = parser.parse_args(argv)
    spec = importlib.util.find_spec("PySide6")
    if sys.platform != "linux" or spec is None or not spec.origin or not shutil.which("ldd"):
        return 0
    wanted = needed(Path(spec.origin).parent, options.window)
    if not wanted:
        return 0
    if options.install and os.geteuid() == 0 and shutil.which("apt-get") and install(wanted):
        return 0
    names = " ".join(wanted)
    sys.stderr.write(f"Qt needs system libraries that are not here. Install them: sudo apt install {names}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
