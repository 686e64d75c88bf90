"""Setting up from a bare checkout: Python is found, missing things are named, and nothing is done twice."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows is set up by the README's lines, without make")


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def fake_python(folder: Path, name: str, version: str, *, venv: bool = True) -> None:
    """Answers the three questions that find-python asks as a Python of this version would."""
    major, minor = (int(part) for part in version.split("."))
    suits = (3, 11) <= (major, minor) <= (3, 13)
    program(
        folder,
        name,
        f'case "$2" in\n*"not (3, 11)"*) exit {0 if suits else 1};;\n*ensurepip*) exit {0 if venv else 1};;\n'
        f"*) echo python{version};;\nesac",
    )


def find_python(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(TOOLS / "find-python"), *names]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


def test_the_newest_python_that_suits_is_taken(tmp_path):
    for name, version in {"python3": "3.14", "python3.11": "3.11", "python3.12": "3.12"}.items():
        fake_python(tmp_path / "bin", name, version)
    assert find_python(tmp_path / "bin").stdout.strip() == str(tmp_path / "bin" / "python3.12")


def test_plain_python3_is_taken_where_its_version_suits(tmp_path):
    fake_python(tmp_path / "bin", "python3", "3.13")
    assert find_python(tmp_path / "bin").stdout.strip().endswith("/python3")


@pytest.mark.parametrize("version", ["3.10", "3.14", None])
def test_without_a_python_that_suits_one_sentence_says_so(tmp_path, version):
    (tmp_path / "bin").mkdir()
    if version:
        fake_python(tmp_path / "bin", "python3", version)
    result = find_python(tmp_path / "bin")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Python 3.11, 3.12 or 3.13" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_python_without_venv_is_named_with_its_package(tmp_path):
    fake_python(tmp_path / "bin", "python3", "3.11", venv=False)
    result = find_python(tmp_path / "bin")
    assert result.returncode == 3
    assert "python3.11-venv" in result.stderr


def test_a_python_that_is_named_is_the_only_one_tried(tmp_path):
    fake_python(tmp_path / "bin", "python3.13", "3.13")
    fake_python(tmp_path / "bin", "mine", "3.11")
    assert find_python(tmp_path / "bin", "mine").stdout.strip().endswith("/mine")
    assert find_python(tmp_path / "bin", "other").returncode == 1


def qt_libraries(path: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "qt_libraries.py"), *options]
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)


def needs_qt() -> None:
    pytest.importorskip("PySide6")
    if sys.platform != "linux":
        pytest.skip("only Linux leaves Qt's system libraries to the person")


def test_nothing_is_missing_here():
    needs_qt()
    result = qt_libraries(os.environ["PATH"])
    assert (result.returncode, result.stdout) == (0, ""), result.stderr


def test_missing_libraries_are_named_as_debian_packages(tmp_path):
    needs_qt()
    program(tmp_path / "bin", "ldd", r'printf "\tlibEGL.so.1 => not found\n\tlibxcb-cursor.so.0 => not found\n"')
    result = qt_libraries(str(tmp_path / "bin"), "--window")
    assert result.returncode == 1
    assert "sudo apt install libegl1 libxcb-cursor0" in result.stderr


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root installs")
def test_as_root_missing_libraries_are_installed(tmp_path):
    needs_qt()
    program(tmp_path / "bin", "ldd", r'printf "\tlibEGL.so.1 => not found\n"')
    program(tmp_path / "bin", "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked')
    result = qt_libraries(str(tmp_path / "bin"), "--install")
    assert result.returncode == 0, result.stderr
    assert "libegl1" in result.stdout
    update, install = (tmp_path / "asked").read_text().splitlines()
    assert update.startswith("noninteractive update")
    assert install.startswith("noninteractive install")
    assert install.endswith(" libegl1")


def test_every_library_that_qt_needs_outside_itself_has_a_package():
    needs_qt()
    description = importlib.util.spec_from_file_location("qt_libraries", TOOLS / "qt_libraries.py")
    assert description is not None
    assert description.loader is not None
    tool = importlib.util.module_from_spec(description)
    description.loader.exec_module(tool)
    spec = importlib.util.find_spec("PySide6")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    own = {path.name for path in folder.rglob("*.so*")} | {path.name for path in folder.parent.rglob("libshiboken*")}
    basic = re.compile(r"ld-linux|linux-vdso|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|z)\.so")
    for name in (*tool.ALWAYS, *tool.WINDOW):
        listing = subprocess.run(["readelf", "-d", folder / name], capture_output=True, text=True, check=False)
        if listing.returncode:
            pytest.skip("readelf is not here")
        needed = re.findall(r"\(NEEDED\).*\[(.+)\]", listing.stdout)
        strangers = {lib for lib in needed if lib not in own and not basic.search(lib)}
        assert strangers <= set(tool.PACKAGES), name


def make(folder: Path, target: str, path: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": str(folder)}
    return subprocess.run(
        ["make", target, "PYTHON=python3.12"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_setup_installs_once_by_the_constraints(tmp_path):
    """With a Python that only writes down what it is asked to install."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, checkout)
    shutil.copytree(TOOLS, checkout / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    asked = tmp_path / "asked"
    installs = f'case "$*" in *"pip install"*) echo "$*" >> {asked};; esac'
    venv = 'case "$*" in *"-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python";; esac'
    program(tmp_path / "bin", "python3.12", f"{installs}\n{venv}\nexit 0")
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"

    first = make(checkout, "setup", path)
    assert first.returncode == 0, first.stderr
    assert asked.read_text() == "-m pip install -qq --constraint constraints.txt --editable .[dev]\n"
    make(checkout, "setup", path)
    assert asked.read_text().count("install") == 1
    later = (checkout / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(checkout / "constraints.txt", (later, later))
    make(checkout, "setup", path)
    assert asked.read_text().count("install") == 2


def test_constraints_pin_exact_versions_and_name_no_place():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", line) for line in lines), lines
    pins = dict(line.lower().replace("_", "-").split("==") for line in lines)
    assert pins["torch"] == "2.13.0"
    assert tuple(int(part) for part in pins["pyside6-essentials"].split(".")[:2]) < (6, 11)


def test_constraints_hold_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = {
        line.split("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    names = {re.split(r"[<>=]", entry)[0].lower() for entry in wanted}
    assert names <= pins
