"""A step's kernels, written down once and called one after the other from then on.

Small networks spend most of a step not on arithmetic but on what surrounds it: modules call modules, autograd draws
its graph and walks it back. `record` lets torch trace one step, forwards and backwards, into the list of kernels it
comes to (torch.fx), leaves out what only renames, and makes a function of the rest. It calls the same kernels with
the same numbers in the same order, so it gives the same bits; `same_bits` tries that before it is used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from engine.errors import Cancelled
from engine.training.batches import Tensors

aten = torch.ops.aten
MOST_KERNELS = 1_000  # in longer steps the arithmetic outweighs all else

TRACING = threading.Lock()
"""Held while a step is traced: torch's tracer patches what is one for the whole process, and two would mix it up."""

Play = Callable[..., tuple[Tensor, ...]]

# torch's own: numbers are looked at, there is no rule, or its tracer came to code that is none; no reason to end a run
NOT_TRACED = (RuntimeError, NotImplementedError, TypeError, ValueError, AssertionError, SyntaxError)

RENAMES = {aten.detach.default, aten.alias.default}
VIEWS = {aten.t.default, aten.view.default, aten.transpose.int, aten.permute.default, aten.unsqueeze.default}
TURNS = {aten.t.default}  # twice is as good as never
CONSTANTS = {aten.ones_like.default}
# the same kernels by the door with the shortest way in
DIRECT: dict[Any, Callable[..., Any]] = {
    aten.addmm.default: torch.addmm,
    aten.mm.default: torch.mm,
    aten.bmm.default: torch.bmm,
    aten.relu.default: torch.relu,
    aten.tanh.default: torch.tanh,
    aten.sigmoid.default: torch.sigmoid,
    aten._log_softmax.default: torch._log_softmax,
    aten._log_softmax_backward_data.default: torch._log_softmax_backward_data,
    aten.sum.dim_IntList: torch.sum,
    aten.mul.Tensor: torch.mul,
    aten.add.Tensor: torch.add,
    aten.sub.Tensor: torch.sub,
    aten.div.Tensor: torch.div,
    aten.t.default: torch.t,
    aten.view.default: Tensor.view,
    aten.empty_like.default: torch.empty_like,
    aten.bernoulli_.float: Tensor.bernoulli_,
    aten.native_batch_norm.default: torch.native_batch_norm,
}
# kernels whose result is new memory that nothing else knows of
FRESH = {aten.addmm.default, aten.mm.default, aten.convolution.default}


def record(
    loss_of: Callable[[Tensors, Tensors], Tensor],
    parameters: Sequence[nn.Parameter],
    inputs: Tensors,
    wanted: Tensors,
    stopping: Callable[[], bool] = bool,
) -> Play | None:
    """Writes down the kernels of one step on batches of these shapes; draws no random number and changes no weight.

    What modules do beside tensors really happens: batch norm counts the batch, which the caller puts back.

    Args:
        loss_of: inputs and wanted answers of a batch -> its loss, (); what it does may depend on shapes alone.
        parameters: those that learn. They have to stay in their memory.
        stopping: whether to give up, then None: asked once it is traced. `interrupting` asks meanwhile.

    Returns:
        A function of all inputs and all wanted answers, in one row, that gives the loss and then the gradient of each
        parameter, laid out as the parameter is; None where the step cannot be written down: what it does depends on
        numbers, or it has too many kernels.
    """
    count = len(inputs)

    def step(*batch: Tensor) -> list[Tensor]:
        loss = loss_of(batch[:count], batch[count:])
        gradients = torch.autograd.grad(loss, parameters)
        return [loss.detach(), *(_laid_out(*pair) for pair in zip(_apart(gradients), parameters, strict=True))]

    try:
        with TRACING:
            traced = make_fx(step, tracing_mode="fake", _allow_non_fake_inputs=True)(*inputs, *wanted)
    except NOT_TRACED:
        return None
    if len(traced.graph.nodes) > MOST_KERNELS or stopping():
        return None
    return _function(_shortened(traced))


@contextmanager
def interrupting(model: nn.Module, stopping: Callable[[], bool]) -> Iterator[None]:
    """Within, a recording of the model ends in Cancelled, at the next layer, forwards or backwards, after `stopping`.

    It is raised from hooks, which torch expects. From a kernel that is being traced it could end the process.
    """

    def look(*_: Any) -> None:
        if stopping():
            raise Cancelled

    def watch(_: nn.Module, __: Any, made: Any) -> None:
        look()
        if isinstance(made, Tensor) and made.grad_fn is not None:
            made.grad_fn.register_prehook(look)

    layers = [one for one in model.modules() if not any(True for _ in one.children())]
    handles = [one.register_forward_hook(watch) for one in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def same_bits(one: Sequence[Tensor], other: Sequence[Tensor]) -> bool:
    """Whether all tensors are alike to the last bit, in the same layout."""
    return len(one) == len(other) and all(
        a.stride() == b.stride() and a.dtype == b.dtype and torch.equal(_bits(a), _bits(b))
        for a, b in zip(one, other, strict=True)
    )


def _bits(values: Tensor) -> Tensor:
    """Floats as whole numbers, so that NaN equals itself."""
    return values.view(torch.int32) if values.dtype == torch.float32 else values


def _apart(gradients: Sequence[Tensor]) -> list[Tensor]:
    """The same, each a tensor of its own: clipping writes into them, and what was added up has one gradient for all."""
    seen: set[int] = set()
    made = []
    for one in gradients:
        made.append(one.clone() if id(one) in seen else one)
        seen.add(id(one))
    return made


def _laid_out(gradient: Tensor, parameter: Tensor) -> Tensor:
    """The gradient in the parameter's layout, as autograd accumulates it."""
    if gradient.stride() == parameter.stride():
        return gradient
    return torch.empty_like(parameter).copy_(gradient)


def _shortened(traced: fx.GraphModule) -> fx.GraphModule:
    """Without what only renames, with views of weights and other constants made once."""
    constants: dict[str, Tensor] = {}
    for node in list(traced.graph.nodes):
        if node.op == "get_attr":
            constants[node.name] = getattr(traced, node.target)
        elif node.op == "call_function":
            _shorten(traced, node, constants)
    traced.graph.eliminate_dead_code(is_impure_node=_matters)
    for node in traced.graph.nodes:
        if node.op == "call_function":
            _hasten(node)
    return traced


def _shorten(traced: fx.GraphModule, node: fx.Node, constants: dict[str, Tensor]) -> None:
    source = node.args[0] if node.args else None
    if not isinstance(source, fx.Node):
        return
    if node.target in RENAMES:
        node.replace_all_uses_with(source)
    elif node.target in TURNS and source.target == node.target:
        (turned,) = source.all_input_nodes
        node.replace_all_uses_with(turned)
    elif node.target in CONSTANTS or (node.target in VIEWS and source.name in constants):
        _fold(traced, node, constants)


def _fold(traced: fx.GraphModule, node: fx.Node, constants: dict[str, Tensor]) -> None:
    """Makes the node's value now: a view of a weight, or ones in the shape that was traced."""
    source, *_ = node.all_input_nodes
    known = constants.get(source.name)
    if known is None:
        known = torch.empty(source.meta["val"].shape, dtype=source.meta["val"].dtype)
    made_by: Any = node.target
    value = made_by(known, *node.args[1:])
    name = f"_constant_{node.name}"
    traced.register_buffer(name, value, persistent=False)
    with traced.graph.inserting_before(node):
        made = traced.graph.get_attr(name)
    constants[made.name] = value
    node.replace_all_uses_with(made)


def _matters(node: fx.Node) -> bool:
    """Whether a kernel does more than give its result: it writes into its first argument, or draws random numbers."""
    if node.op in ("placeholder", "output"):
        return True
    target = node.target
    return isinstance(target, torch._ops.OpOverload) and (
        target._schema.is_mutable or torch.Tag.nondeterministic_seeded in target.tags
    )


def _hasten(node: fx.Node) -> None:
    """The shortest way into the node's kernel; ReLU writes over what only it reads."""
    source = node.args[0] if node.args else None
    alone = isinstance(source, fx.Node) and source.meta.get("fresh") and len(source.users) == 1
    if node.target is aten.relu.default and alone:
        node.target = torch.relu_
        return
    node.meta["fresh"] = node.target in FRESH
    if "dtype" in node.kwargs or "memory_format" in node.kwargs:
        return
    node.target = DIRECT.get(node.target, node.target)


def _function(traced: fx.GraphModule) -> Play:
    """The graph as a plain function; weights are attributes of a plain object, the fastest to look up."""
    traced.graph.set_codegen(fx.graph.CodeGen())
    code = traced.graph.python_code("self")
    names = {node.target for node in traced.graph.nodes if node.op == "get_attr"}
    values = SimpleNamespace(**{name: _plain(getattr(traced, name)) for name in names})
    space = dict(code.globals)
    exec(compile(code.src, "<recorded step>", "exec"), space)
    forward = space["forward"]
    return lambda *batch: forward(values, *batch)


def _plain(value: Any) -> Any:
    """A tensor that autograd takes no notice of, in the same memory."""
    return value.detach() if isinstance(value, Tensor) else value
