"""torch's random state, which is one for the whole process: looked after while something else draws from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class RandomState:
    """Where the CPU's and the graphics card's random numbers stand."""

    cpu: Tensor
    cuda: tuple[Tensor, ...] = ()
    mps: Tensor | None = None

    @classmethod
    def now(cls) -> RandomState:
        """A copy of it."""
        cuda = tuple(torch.cuda.get_rng_state_all()) if torch.cuda.is_available() else ()
        mps = torch.mps.get_rng_state() if torch.backends.mps.is_available() else None
        return cls(torch.get_rng_state(), cuda, mps)

    def put_back(self) -> None:
        """Makes it so again."""
        torch.set_rng_state(self.cpu)
        if self.cuda:
            torch.cuda.set_rng_state_all(list(self.cuda))
        if self.mps is not None:
            torch.mps.set_rng_state(self.mps)


@contextmanager
def untouched() -> Iterator[None]:
    """Within, random numbers may be drawn as one likes: the state is put back at the end."""
    before = RandomState.now()
    try:
        yield
    finally:
        before.put_back()
