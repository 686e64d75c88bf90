"""Tensors put aside in a file without a name: they take no memory, and the end of the process is theirs too."""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.training.layout import in_memory

Scratch = Callable[[int], IO[bytes]]
"""Opens a new file to write and read so many bytes, which is gone once it is closed; OSError where there is no room."""


@dataclass(frozen=True)
class _Form:
    """How a tensor lies in the file: its shape and kind there, and the order of its axes from there."""

    shape: tuple[int, ...]
    kind: np.dtype[Any]
    order: tuple[int, ...]


class Shelf:
    """Room for one set of tensors at a time. It is not brought to the disk: the system writes it when it likes."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._file: IO[bytes] | None = None
        self._forms: dict[str, _Form] = {}

    def put(self, tensors: Mapping[str, Tensor]) -> None:
        """Writes them over what was there. OSError where there is no room; nothing is there then."""
        self._forms = {}
        if self._file is None:
            self._file = self._scratch(sum(one.nbytes for one in tensors.values()))
        self._file.seek(0)
        forms = {}
        for name, tensor in tensors.items():
            order = in_memory(tensor)
            array = tensor.detach().cpu().permute(order).contiguous().numpy()
            self._file.write(array.reshape(-1).view(np.uint8).data)
            forms[name] = _Form(array.shape, array.dtype, tuple(np.argsort(order).tolist()))
        self._file.flush()
        self._forms = forms

    def take(self) -> dict[str, NDArray[Any]]:
        """What was put there last, read from the file as it is looked at: until something else is put there.

        OSError where the file is shorter than it was.
        """
        arrays: dict[str, NDArray[Any]] = {}
        if self._file is None or not self._forms:
            return arrays
        sizes = {name: form.kind.itemsize * math.prod(form.shape) for name, form in self._forms.items()}
        place, end = 0, sum(sizes.values())
        if os.fstat(self._file.fileno()).st_size < end:
            raise OSError("a file is shorter than what was written into it")
        content = mmap.mmap(self._file.fileno(), end, access=mmap.ACCESS_READ)
        for name, form in self._forms.items():
            flat = np.frombuffer(content, np.uint8, sizes[name], place).view(form.kind)
            arrays[name] = flat.reshape(form.shape).transpose(form.order)
            place += sizes[name]
        return arrays

    def close(self) -> None:
        """The file and what it holds are gone."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what could not be written is tried again
                file.close()
