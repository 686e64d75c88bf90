"""Private names of torch: each stands in one file, and this says what goes when it does.

The range of torch in pyproject.toml is what this has run on.
"""

import ast
import importlib
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pytest
import torch

ENGINE = Path(__file__).parents[3] / "engine"
NAMES = {
    "torch._foreach_mul_": ("training/optimizing/updates.py", "gradients of several batches are not put together"),
    "torch._foreach_lerp_": ("training/optimizing/averaging.py", "weights are not averaged"),
    "torch._foreach_copy_": ("training/parallel/sharding.py", "devices do not hand each other weights"),
    "torch._foreach_norm": ("training/objective/evaluation.py", "large weights are taken for lost ones"),
    "torch._fused_adam_": ("training/speed/optimizer_kernel.py", "Adam's kernel is not taken alone: slower steps"),
    "torch._fused_adamw_": ("training/speed/optimizer_kernel.py", "AdamW's kernel is not taken alone: slower steps"),
    "torch._fused_sgd_": ("training/speed/optimizer_kernel.py", "SGD's kernel is not taken alone: slower steps"),
    "torch._log_softmax": ("training/speed/optimize.py", "a recorded step ends in a slower form"),
    "torch._log_softmax_backward_data": ("training/speed/optimize.py", "a recorded step ends in a slower form"),
    "torch.utils._python_dispatch": ("training/speed/trace.py", "no step can be recorded"),
    "kernel._schema": ("training/speed/trace.py", "no step can be recorded"),
}


def private(tree: ast.Module) -> Iterator[str]:
    """Dotted names below torch in which a part begins with an underscore."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            dotted = ast.unparse(node)
            if dotted.startswith("torch.") and not node.attr.startswith("__"):
                yield dotted
            elif node.attr == "_schema":
                yield f"kernel.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("torch"):
            if "._" in (node.module or ""):
                yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name.startswith("_"))


def test_each_private_name_stands_in_its_one_file():
    found = {
        (name, file.relative_to(ENGINE).as_posix())
        for file in ENGINE.rglob("*.py")
        for name in private(ast.parse(file.read_text()))
    }
    assert found == {(name, file) for name, (file, _) in NAMES.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_there(name):
    if name.startswith("torch.utils."):
        assert importlib.import_module(name).TorchDispatchMode
    elif name == "kernel._schema":
        assert torch.ops.aten.relu_.default._schema.is_mutable
        assert not torch.ops.aten.relu.default._schema.is_mutable
    else:
        assert callable(attrgetter(name.removeprefix("torch."))(torch)), NAMES[name][1]
