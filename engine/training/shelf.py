"""Tensors put aside in a file without a name: they take no memory, and the end of the process is theirs too."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Scratch = Callable[[], BinaryIO]
"""Opens a new file to write and read, which is gone once it is closed; OSError where there can be none."""


@dataclass(frozen=True)
class _Form:
    """How a tensor lies in the file: its shape and kind there, and the order of its axes from there."""

    shape: tuple[int, ...]
    kind: np.dtype[Any]
    order: NDArray[np.intp]


class Shelf:
    """Room for one set of tensors at a time. It is not brought to the disk: the system writes it when it likes."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._file: BinaryIO | None = None
        self._forms: dict[str, _Form] = {}

    def put(self, tensors: Mapping[str, Tensor]) -> None:
        """Writes them over what was there. OSError where there is no room; nothing is there then."""
        self._forms = {}
        if self._file is None:
            self._file = self._scratch()
        self._file.seek(0)
        forms = {}
        for name, tensor in tensors.items():
            order = sorted(
                range(tensor.dim()), key=tensor.stride, reverse=True
            )  # that of memory, as channels may be last
            array = tensor.detach().cpu().permute(order).contiguous().numpy()
            array.tofile(self._file)
            forms[name] = _Form(array.shape, array.dtype, np.argsort(order))
        self._forms = forms

    def take(self) -> dict[str, NDArray[Any]]:
        """What was put there last, as copies in memory. OSError where it cannot be read."""
        arrays: dict[str, NDArray[Any]] = {}
        if self._file is not None:
            self._file.seek(0)
            for name, form in self._forms.items():
                flat = np.fromfile(self._file, form.kind, math.prod(form.shape))
                if len(flat) < math.prod(form.shape):
                    raise OSError("a file is shorter than what was written into it")
                arrays[name] = flat.reshape(form.shape).transpose(form.order)
        return arrays

    def close(self) -> None:
        """The file and what it holds are gone."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
