"""The same kernels by a shorter way: without those that nothing needs, and with results in memory that is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from engine.training.speed.trace import Call, Value

aten = torch.ops.aten

# the same kernels by the door with the shortest way in
DIRECT: dict[Any, Callable[..., Any]] = {
    aten.addmm.default: torch.addmm,
    aten.mm.default: torch.mm,
    aten.bmm.default: torch.bmm,
    aten.relu.default: torch.relu,
    aten.relu_.default: torch.relu_,
    aten.tanh.default: torch.tanh,
    aten.sigmoid.default: torch.sigmoid,
    aten._log_softmax.default: torch._log_softmax,
    aten._log_softmax_backward_data.default: torch._log_softmax_backward_data,
    aten.sum.dim_IntList: torch.sum,
    aten.mul.Tensor: torch.mul,
    aten.mul_.Tensor: Tensor.mul_,
    aten.add.Tensor: torch.add,
    aten.add_.Tensor: Tensor.add_,
    aten.sub.Tensor: torch.sub,
    aten.div.Tensor: torch.div,
    aten.t.default: torch.t,
    aten.view.default: Tensor.view,
    aten.transpose.int: torch.transpose,
    aten.empty_like.default: torch.empty_like,
    aten.bernoulli_.float: Tensor.bernoulli_,
    aten.native_batch_norm.default: torch.native_batch_norm,
}

# kernels that go number by number, and how they write over their first argument
IN_PLACE: dict[Any, Any] = {
    aten.relu.default: aten.relu_.default,
    aten.mul.Tensor: aten.mul_.Tensor,
    aten.add.Tensor: aten.add_.Tensor,
    aten.sub.Tensor: aten.sub_.Tensor,
    aten.div.Tensor: aten.div_.Tensor,
}
COMMUTE = {aten.mul.Tensor, aten.add.Tensor}  # with two arguments: either first gives the same bits
# those that take where to write by this name
INTO: dict[Any, tuple[Any, str]] = {
    aten.gelu_backward.default: (aten.gelu_backward.grad_input, "grad_input"),
    aten.tanh_backward.default: (aten.tanh_backward.grad_input, "grad_input"),
    aten.sigmoid_backward.default: (aten.sigmoid_backward.grad_input, "grad_input"),
    aten.silu_backward.default: (aten.silu_backward.grad_input, "grad_input"),
    aten.threshold_backward.default: (aten.threshold_backward.grad_input, "grad_input"),
}


def shortened(calls: Sequence[Call], results: Iterable[Value]) -> list[Call]:
    """Without the calls that nothing needs."""
    needed, kept = set(results), []
    for call in reversed(calls):
        if _matters(call) or not needed.isdisjoint(call.gives):
            kept.append(call)
            needed.update(call.takes)
    return kept[::-1]


def quickened(calls: Sequence[Call], inputs: Iterable[Value], results: Iterable[Value]) -> list[Call]:
    """Each by its shortest way, in place of what is read for the last time.

    Memory is free after the last call that takes anything that lies in it, where the step has made it itself. A result
    starts where it would have started: products of numbers that begin elsewhere may be added in another order.
    """
    there = [one for call in calls for one in call.takes if one.held is not None]  # its views need not be held
    kept = Counter(one.memory for one in (*inputs, *results, *there))
    left = kept + Counter(memory for call in calls for memory in _memories(call))
    quick = []
    for call in calls:
        left.subtract(_memories(call))
        ways = (one for one in (call, *_turned(call)) if _may_write_over(one, left))
        found = next(map(_in_place, ways), call)
        quick.append(replace(found, kernel=DIRECT.get(found.kernel, found.kernel)))
    return quick


def _matters(call: Call) -> bool:
    """Whether a kernel does more than give its result: it writes into an argument, or draws random numbers."""
    return call.mutates or torch.Tag.nondeterministic_seeded in call.kernel.tags


def _memories(call: Call) -> set[int]:
    return {one.memory for one in call.takes}


def _may_write_over(call: Call, left: Counter[int]) -> bool:
    """Whether the first argument is read for the last time and can hold the result."""
    if call.kernel not in IN_PLACE and call.kernel not in INTO:
        return False
    first, (result,) = call.args[0], call.gives
    if not isinstance(first, Value) or result is None or first.held is not None or left[first.memory]:
        return False
    others = [one for one in call.takes if one.memory == first.memory]
    return first.place == result.place and all(one is first for one in others)


def _turned(call: Call) -> Iterator[Call]:
    """The same with its arguments the other way round, where that is the same."""
    if call.kernel not in COMMUTE or call.kwargs or not all(isinstance(one, Value) for one in call.args):
        return
    if call.args[0].kind == call.args[1].kind:  # a single number stays unrounded only as the second
        yield replace(call, args=call.args[::-1])


def _in_place(call: Call) -> Call:
    if call.kernel in IN_PLACE:
        return replace(call, kernel=IN_PLACE[call.kernel])
    kernel, name = INTO[call.kernel]
    return replace(call, kernel=kernel, kwargs={**call.kwargs, name: call.args[0]})
