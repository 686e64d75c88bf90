"""The kernels that some work comes to, in their order, as torch names them to whoever listens (a dispatch mode)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakTensorKeyDictionary

aten = torch.ops.aten

T = TypeVar("T")

BY_NUMBERS = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}
"""Tags of kernels whose result, or its shape, Python code may decide by."""
CONSTANTS = {aten.ones_like.default}

_alone = threading.Lock()  # torch remembers for the whole process whether somebody listens

# asked by torch, which loads its compiler where it is to be kept away from here: none is in use
_not_compiled = {"_should_skip_dynamo": classmethod(lambda _: False)}


def _heard(mode: Any, kernel: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
    return mode.hear(kernel, args, kwargs or {})


_Listening: Any = type("Listening", (TorchDispatchMode,), {"__torch_dispatch__": _heard, **_not_compiled})


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor of the work.

    Attributes:
        memory: its number; the same for all that lie in one another.
        place: start, shape, strides and kind of its numbers: with the same memory it is the same tensor.
        kind: of its numbers.
        held: the tensor itself where it is there before the work: a weight, a constant; without autograd.
        made: whether what is held was made for the work, so that nothing may write to it.
    """

    memory: int
    place: tuple[Any, ...]
    held: Tensor | None = None
    made: bool = False

    @property
    def kind(self) -> torch.dtype:
        kind: torch.dtype = self.place[-1]
        return kind


@dataclass(frozen=True, eq=False)
class Call:
    """One kernel called; its tensors are Values, also in lists.

    Attributes:
        gives: what it gives: a Value for each tensor, None for anything else.
        single: whether it gives one tensor instead of a row.
    """

    kernel: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    gives: tuple[Value | None, ...] = ()
    single: bool = True

    @property
    def takes(self) -> Iterator[Value]:
        """Every tensor that it is given."""
        return values((self.args, tuple(self.kwargs.values())))

    @property
    def mutates(self) -> bool:
        """Whether the kernel writes into something that it is given."""
        return bool(self.kernel._schema.is_mutable)


class Tracer:
    """Writes down each kernel that is called while `listening` on this thread, autograd's too. They are called as ever.

    Views of what is there before the work are made once, and what only renames is left out.

    Attributes:
        calls: in their order.
        possible: whether they say it all: nothing that the work does depends on numbers, as far as torch can tell,
            and they are not too many.
        inputs: the tensors that the work is given.
    """

    def __init__(self, inputs: Iterable[Tensor], most: int) -> None:
        self.calls: list[Call] = []
        self.possible = True
        self._most = most
        self._memories = 0
        self._values: MutableMapping[Tensor, Value] = WeakTensorKeyDictionary()
        self._known: dict[tuple[int, tuple[Any, ...]], Value] = {}
        self.inputs = tuple(self._new(one) for one in inputs)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within, what this thread calls is written down; one thread at a time."""
        mode = _Listening()
        mode.hear = self._call
        with _alone, mode:
            yield

    def _call(self, kernel: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        found = kernel(*args, **kwargs)
        if self.possible:
            self._write_down(kernel, args, kwargs, found)
        return found

    def value(self, tensor: Tensor) -> Value:
        """Of a tensor; what was never seen before was there before the work."""
        value = self._values.get(tensor)
        return self._new(tensor, held=tensor.detach()) if value is None else value

    def _write_down(self, kernel: Any, args: tuple[Any, ...], kwargs: dict[str, Any], found: Any) -> None:
        row = found if isinstance(found, (tuple, list)) else (found,)
        by_numbers = not BY_NUMBERS.isdisjoint(kernel.tags) and not _by_places(kernel, args)
        nested = any(isinstance(one, (tuple, list)) for one in row)
        if by_numbers or nested or len(self.calls) == self._most:
            self.possible = False
            return
        given = list(tensors((args, tuple(kwargs.values()))))
        takes = [self.value(one) for one in given]
        call = Call(kernel, tuple(self._noted(args)), {name: self._noted(one) for name, one in kwargs.items()})
        if call.mutates:
            self.possible = not any(one.made for one in written(call))
        elif len(row) == 1 and isinstance(found, Tensor) and self._needs_no_call(kernel, given, takes, found):
            return
        gives = tuple(self._given(one, given, takes) if isinstance(one, Tensor) else None for one in row)
        self.calls.append(Call(call.kernel, call.args, call.kwargs, gives, single=isinstance(found, Tensor)))

    def _needs_no_call(self, kernel: Any, given: list[Tensor], takes: list[Value], found: Tensor) -> bool:
        """Whether a result is another name of a tensor, or the same each time; it is remembered as that."""
        source = _lies_in(found, given)
        if source is None:
            if kernel in CONSTANTS:
                self._new(found, held=found.detach(), made=True)
            return kernel in CONSTANTS
        inside = takes[source]
        known = self._known.get((inside.memory, _place(found)))
        if known is not None:
            self._values[found] = known
        elif inside.held is not None:
            self._new(found, inside.memory, found.detach(), inside.made)
        return known is not None or inside.held is not None

    def _given(self, found: Tensor, given: list[Tensor], takes: list[Value]) -> Value:
        known = self._values.get(found) if any(found is one for one in given) else None
        if known is not None:
            return known
        source = _lies_in(found, given)
        return self._new(found, None if source is None else takes[source].memory)

    def _new(self, tensor: Tensor, memory: int | None = None, held: Tensor | None = None, made: bool = False) -> Value:
        if memory is None:
            memory = self._memories = self._memories + 1
        value = Value(memory, _place(tensor), held, made)
        self._values[tensor] = self._known[memory, value.place] = value
        return value

    def _noted(self, argument: Any) -> Any:
        return replaced(argument, Tensor, self.value)


def written(call: Call) -> Iterator[Value]:
    """The tensors that a kernel writes to."""
    for number, argument in enumerate(call.kernel._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            yield from values(call.args[number] if number < len(call.args) else call.kwargs.get(argument.name))


def values(argument: Any) -> Iterator[Value]:
    """Those in an argument."""
    return _inside(argument, Value)


def tensors(argument: Any) -> Iterator[Tensor]:
    """Those in an argument."""
    return _inside(argument, Tensor)


def replaced(argument: Any, kind: type[T], by: Callable[[T], Any]) -> Any:
    """An argument, also a row of them, with something else for all of a kind."""
    if isinstance(argument, (tuple, list)):
        return [replaced(one, kind, by) for one in argument]
    return by(argument) if isinstance(argument, kind) else argument


def _inside(argument: Any, kind: type[Any]) -> Iterator[Any]:
    if isinstance(argument, kind):
        yield argument
    elif isinstance(argument, (tuple, list)):
        for one in argument:
            yield from _inside(one, kind)


def _by_places(kernel: Any, args: tuple[Any, ...]) -> bool:
    """Whether it takes numbers from places that are named, not from those where something is true."""
    if kernel is not aten.index.Tensor:
        return False
    return all(one is None or one.dtype not in (torch.bool, torch.uint8) for one in args[1])


def _lies_in(found: Tensor, given: list[Tensor]) -> int | None:
    """Which of the given tensors a result lies in."""
    if not found.numel():
        return None
    memory = found.untyped_storage().data_ptr()
    places = (number for number, one in enumerate(given) if one.untyped_storage().data_ptr() == memory)
    return next(places, None)


def _place(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.storage_offset(), tuple(tensor.shape), tensor.stride(), tensor.dtype
