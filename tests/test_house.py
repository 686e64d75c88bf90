"""The order of the house: no circle of imports, and sizes that can be read at a sitting."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HALVES = ("engine", "gui")
TORCH = (  # rooms that may reach torch; every other one of the engine is under contract not to
    "engine.training", "engine.build", "engine.modules", "engine.quick", "engine.allocator", "engine.code",
    "engine.initialisation", "engine.choices.measure", "engine.runs.evaluate", "engine.runs.cross_validation",
    "engine.runs.folded", "engine.accelerators",
)  # fmt: skip
PRESENTING = ("engine.export", "engine.cli")  # what they import, they import when it is asked for
WRITTEN = {"model.py", "predict.py", "prepare.py", "load.py", "out/predict.py"}  # by an export
FILES, LINES, FUNCTION, METHODS, CLASS = 22, 400, 60, 25, 300


def modules(half: str) -> dict[str, ast.Module]:
    """Every module by its name, a package by the folder's."""
    trees = {}
    for file in sorted((ROOT / half).rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        trees[name] = ast.parse(file.read_text(), str(file))
    return trees


def imported(tree: ast.Module, known: dict[str, ast.Module]) -> set[str]:
    """What is imported when the module is, or for its types alone; an import inside a function is neither."""
    names = set()
    for node in outside_functions(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in known else node.module for name in inner}
    return names & known.keys()


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """The sets of modules that reach one another (Tarjan 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for goal in arrows[name]:
            if goal not in order:
                visit(goal)
                low[name] = min(low[name], low[goal])
            elif goal in stack:
                low[name] = min(low[name], order[goal])
        if low[name] == order[name]:
            at = stack.index(name)
            component, stack[at:] = set(stack[at:]), []
            if len(component) > 1:
                found.append(component)

    for name in arrows:
        if name not in order:
            visit(name)
    return found


@pytest.mark.parametrize("half", HALVES)
def test_no_circle_of_imports_also_not_of_types(half):
    trees = modules(half)
    assert circles({name: imported(tree, trees) for name, tree in trees.items()}) == []


def test_every_room_of_the_engine_is_free_of_torch_by_contract_or_named_here():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    free = [name for one in contracts if one.get("forbidden_modules") == ["torch"] for name in one["source_modules"]]
    rooms = {name for name, tree in modules("engine").items() if tree.body[1:] and not name.startswith(PRESENTING)}
    assert {name for name in rooms if not within(name, (*free, *TORCH))} == set()
    assert {name for name in TORCH if within(name, free)} == set()


def within(name: str, rooms: Iterable[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def test_a_circle_is_found():
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}
    assert circles(arrows) == [{"b", "c"}]


@pytest.mark.parametrize("half", HALVES)
def test_folders_and_files_are_small(half):
    folders = {file.parent for file in (ROOT / half).rglob("*.py")}
    large = {folder.name: count for folder in folders if (count := len(list(folder.glob("*.py")))) > FILES}
    long = {
        file.name: count
        for file in (ROOT / half).rglob("*.py")
        if (count := len(file.read_text().splitlines())) > LINES
    }
    assert (large, long) == ({}, {})


@pytest.mark.parametrize("half", HALVES)
def test_functions_are_short(half):
    functions = (
        (f"{name}.{node.name}", node.end_lineno - node.lineno + 1)
        for name, tree in modules(half).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    )
    assert {name: lines for name, lines in functions if lines > FUNCTION} == {}


@pytest.mark.parametrize("half", HALVES)
def test_classes_are_small_with_all_that_they_inherit(half):
    classes = {(name, node.name): node for name, tree in modules(half).items() for node in tree.body if is_class(node)}
    sizes = {
        f"{module}.{name}": (methods(family), sum(one.end_lineno - one.lineno + 1 for one in family))
        for (module, name), node in classes.items()
        if (family := lineage(module, node, classes))
    }
    assert {name: size for name, size in sizes.items() if size[0] > METHODS or size[1] > CLASS} == {}


def is_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef)


def methods(family: list[ast.ClassDef]) -> int:
    """By name: one that is overridden counts once."""
    return len({node.name for one in family for node in one.body if isinstance(node, ast.FunctionDef)})


def lineage(
    module: str, node: ast.ClassDef, classes: dict[tuple[str, str], ast.ClassDef], seen: frozenset[str] = frozenset()
) -> list[ast.ClassDef]:
    """The class and its own bases, those of others left out."""
    found = [node]
    for base in node.bases:
        name = ast.unparse(base).rpartition(".")[2]
        home = module if (module, name) in classes else next((m for m, n in classes if n == name), "")
        if home and name not in seen:
            found += lineage(home, classes[home, name], classes, seen | {name})
    return list(dict.fromkeys(found))


def test_every_program_that_the_manual_names_is_there():
    tops = (ROOT / top for top in (*HALVES, "benchmarks", "tools", "tests", "docs"))
    programs = [ROOT / "main.py", *(program for top in tops for program in top.rglob("*.py"))]
    files = [program.relative_to(ROOT).as_posix() for program in programs]
    ends = {file.split("/", start)[-1] for file in files for start in range(file.count("/") + 1)}
    for manual in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")):
        named = set(re.findall(r"(?<![\w.])[\w/]+\.py\b", manual.read_text()))
        assert named - ends - WRITTEN == set(), manual.name


def test_no_contract_lists_an_exception():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [one["name"] for one in contracts if "ignore_imports" in one] == []
