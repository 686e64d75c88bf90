"""A step's kernels, written down once and called one after the other from then on.

Small networks spend most of a step not on arithmetic but on what surrounds it: modules call modules, autograd draws
its graph and walks it back. `record` listens to one step, forwards and backwards, leaves out what has no effect, and
makes a function of the kernels that remain. It calls the same kernels with the same numbers in the same order, so it
gives the same bits. In larger networks it saves memory and its traffic: what is read for the last time is gone at
once, or written over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor, nn

from engine.training.batches.epochs import Tensors
from engine.training.speed.optimize import quickened, shortened
from engine.training.speed.trace import Call, Tracer, Value

MOST_KERNELS = 2_000  # in longer steps the arithmetic outweighs all else
COPIED = 4 * 2**20  # bytes of a tensor that are compared themselves: to copy them is much faster than a digest

Play = Callable[..., tuple[Tensor, ...]]
Bits = list[tuple[Any, ...]]


def record(
    loss_of: Callable[[Tensors, Tensors], Tensor],
    parameters: Sequence[nn.Parameter],
    inputs: Tensors,
    wanted: Tensors,
    stopping: Callable[[], bool] = bool,
) -> Play | None:
    """Writes down the kernels of one step on batches of these shapes.

    The step really happens: it draws random numbers and counts batches, which the caller puts back. No gradient is left
    in the parameters.

    Args:
        loss_of: inputs and wanted answers of a batch -> its loss, (); what it does may depend on shapes alone.
        parameters: those that learn. They have to stay in their memory.
        stopping: whether to give up, then None: asked between forwards and backwards, and after.

    Returns:
        A function of all inputs and all wanted answers, in one row, that gives the loss and then the gradient of each
        parameter, laid out as the parameter is; None where the step cannot be written down: what it does depends on
        numbers, or it has too many kernels.

    Raises:
        RuntimeError: torch's own, where the loss does not reach a parameter, or there is no room.
    """
    tracer = Tracer((*inputs, *wanted), MOST_KERNELS)
    with tracer.listening():
        loss = loss_of(inputs, wanted)
        if stopping() or not tracer.possible:
            return None
        gradients = _apart(torch.autograd.grad(loss, parameters), tracer)
        made = [loss.detach(), *(_laid_out(*pair) for pair in zip(gradients, parameters, strict=True))]
    if stopping() or not tracer.possible:
        return None
    results = [tracer.value(one) for one in made]
    return _function(tracer.inputs, quickened(shortened(tracer.calls, results), tracer.inputs, results), results)


def bits(tensors: Iterable[Tensor]) -> Bits:
    """Of each tensor what tells it from any other: its kind, layout, and its bytes, or a digest of many of them.

    A copy of all gradients of a large network would be much memory.
    """
    return [(one.dtype, tuple(one.shape), one.stride(), _told_by(one)) for one in tensors]


def shared(tensors: Sequence[Tensor]) -> Bits:
    """Of each tensor the number of the first one that lies in the same memory."""
    places = [one.untyped_storage().data_ptr() for one in tensors]
    return [(places.index(one),) for one in places]


def _told_by(tensor: Tensor) -> bytes:
    plain = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    if len(plain) <= COPIED:
        return plain.numpy().tobytes()
    return blake2b(plain.numpy().data, digest_size=16).digest()


def _apart(gradients: Sequence[Tensor], tracer: Tracer) -> list[Tensor]:
    """The same, each a tensor of its own, made in this step: clipping writes into them.

    What was added up has one gradient for all, and a sum's is always the same.
    """
    seen: set[int] = set()
    made = []
    for one in gradients:
        is_new = id(one) not in seen and tracer.value(one).held is None
        made.append(one if is_new else one.clone())
        seen.add(id(one))
    return made


def _laid_out(gradient: Tensor, parameter: Tensor) -> Tensor:
    """The gradient in the parameter's layout, as autograd accumulates it."""
    if gradient.stride() == parameter.stride():
        return gradient
    return torch.empty_like(parameter).copy_(gradient)


def _function(inputs: Sequence[Value], calls: Sequence[Call], results: Sequence[Value]) -> Play:
    """The calls as a plain function, its text compiled: the least that Python can do between two kernels.

    Weights, constants and kernels are its globals; each tensor is forgotten after the last call that takes it.
    """
    names, space = _Names(), _Space()
    lines = [f"def play({', '.join(map(names.of, inputs))}):"]
    for call, last in zip(calls, _last_taken(calls, {*results}), strict=True):
        taken = {*call.takes}
        new = {one for one in call.gives if one is not None and one not in taken}
        left = _left_side(call, new, names) if new - last else ""
        lines.append(f"    {left}{_right_side(call, names, space)}")
        there = taken | new if left else taken
        if gone := [names.of(one) for one in last & there if one.held is None]:
            lines.append(f"    del {', '.join(gone)}")
    lines.append(f"    return {''.join(f'{_text(one, names, space)}, ' for one in results)}")
    made: dict[str, Any] = space.named
    exec(compile("\n".join(lines), "<recorded step>", "exec"), made)
    play: Play = made.pop("play")  # or the function would hold itself
    return play


def _left_side(call: Call, new: set[Value], names: _Names) -> str:
    """Where what a call gives goes; what was there before keeps its name."""
    told = [names.of(one) if one in new else "_" for one in call.gives]
    return f"{told[0] if call.single else ', '.join(told) + ','} = "


def _right_side(call: Call, names: _Names, space: _Space) -> str:
    given = [_text(one, names, space) for one in call.args]
    given += [f"{name}={_text(one, names, space)}" for name, one in call.kwargs.items()]
    return f"{space.name(call.kernel)}({', '.join(given)})"


def _text(argument: Any, names: _Names, space: _Space) -> str:
    """An argument as Python writes it."""
    if isinstance(argument, Value):
        return names.of(argument) if argument.held is None else space.name(argument.held)
    if isinstance(argument, (tuple, list)):
        return f"[{', '.join(_text(one, names, space) for one in argument)}]"
    if argument is None or isinstance(argument, (bool, int, str)):
        return repr(argument)
    return space.name(argument)


def _last_taken(calls: Sequence[Call], results: set[Value]) -> list[set[Value]]:
    """Of each call the values that nothing needs after it."""
    needed, found = set(results), []
    for call in reversed(calls):
        here = {*call.takes, *(one for one in call.gives if one is not None)}
        found.append(here - needed)
        needed |= here
    return found[::-1]


class _Names:
    """Of the tensors that a step makes."""

    def __init__(self) -> None:
        self._names: dict[Value, str] = {}

    def of(self, value: Value) -> str:
        return self._names.setdefault(value, f"v{len(self._names)}")


class _Space:
    """Things that a text names without being able to write them."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}
        self._names: dict[int, str] = {}

    def name(self, thing: Any) -> str:
        if id(thing) not in self._names:  # what is named is held, so no other has its number
            self._names[id(thing)] = f"g{len(self.named)}"
            self.named[self._names[id(thing)]] = thing
        return self._names[id(thing)]
