"""The rooms of the window: each names its files, and none loads torch by being imported."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(file.parent.relative_to(ROOT) for file in (ROOT / "gui").rglob("__init__.py"))


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_room_says_what_it_is_may_import_and_holds(room: Path) -> None:
    words = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text())) or ""
    assert "may import" in words
    inside = [file.stem for file in (ROOT / room).glob("*.py") if file.stem != "__init__"]
    inside += [folder.parent.name for folder in (ROOT / room).glob("*/__init__.py")]
    assert [name for name in inside if f"`{name}`" not in words] == []


def test_importing_every_module_of_the_window_does_not_load_torch() -> None:
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in sorted((ROOT / "gui").rglob("*.py"))]
    program = f"""
import sys
from importlib import import_module
for name in {[name.removesuffix(".__init__") for name in names]!r}:
    import_module(name)
    assert "torch" not in sys.modules, name
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=120)
