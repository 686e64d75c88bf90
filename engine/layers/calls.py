"""A call of a module's constructor as a value: what is built is what is printed. No torch here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

Value = int | float | bool | str | None | tuple[int, ...] | tuple[float, ...]


@dataclass(frozen=True)
class Call:
    """`Call.of("nn.Linear", 4, 3)`: one module of torch.nn ("nn.X") or of engine.modules ("X").

    Attributes:
        target: dotted name as it is printed.
        args: positional arguments.
        kwargs: keyword arguments, in printed order.
        weights: numbers in the weight matrices and kernels: multiply-adds for one position.
        vectors: numbers in biases, scales and other parameters that multiply nothing.
        table: numbers in a look-up table: parameters, but no multiply-adds.
        frozen: numbers in matrices that are kept and multiply, but that training does not change.
        start: a function of engine.initialisation that receives the module, and the rules that it receives next; none:
            the weights begin as the module makes them. Calls that differ only in it compute the same and are equal.
    """

    target: str
    args: tuple[Value, ...] = ()
    kwargs: tuple[tuple[str, Value], ...] = ()
    weights: int = 0
    vectors: int = 0
    table: int = 0
    frozen: int = 0
    start: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(
        cls,
        target: str,
        *args: Value,
        weights: int = 0,
        vectors: int = 0,
        table: int = 0,
        frozen: int = 0,
        **kwargs: Value,
    ) -> Call:
        return cls(target, args, tuple(kwargs.items()), weights, vectors, table, frozen)

    @property
    def parameters(self) -> int:
        """Numbers that training changes."""
        return self.weights + self.vectors + self.table

    @property
    def helpers(self) -> frozenset[str]:
        """Names in its source that are ours and not torch's."""
        return frozenset(name for name in (self.target, *self.start) if "." not in name)

    def begun(self, *start: str) -> Call:
        """The call with another `start`."""
        return replace(self, start=start)

    def source(self) -> str:
        """Python text that makes the module: `nn.Linear(4, 3)`, or `initialise(nn.Linear(4, 3), he_uniform)`."""
        words = [_literal(value) for value in self.args]
        words += [f"{name}={_literal(value)}" for name, value in self.kwargs]
        made = f"{self.target}({', '.join(words)})"
        function, *rules = self.start or ("",)
        return f"{function}({', '.join([made, *rules])})" if function else made


def _literal(value: Value) -> str:
    if isinstance(value, float) and math.isinf(value):
        return 'float("inf")' if value > 0 else 'float("-inf")'
    if isinstance(value, str):
        return f'"{value}"'
    return repr(value)


def linear(inputs: int, outputs: int, rank: int = 0) -> Call:
    """A matrix product and a bias, (..., inputs) -> (..., outputs); with a rank the matrix is kept and LoRA trained."""
    matrix = inputs * outputs
    if not rank:
        return Call.of("nn.Linear", inputs, outputs, weights=matrix, vectors=outputs)
    narrow = rank * (inputs + outputs)
    return Call.of("LoraLinear", inputs, outputs, rank, weights=narrow, vectors=outputs, frozen=matrix)


Calls = Iterable[Call]
