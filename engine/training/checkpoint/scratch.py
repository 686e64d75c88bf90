"""Tensors put aside in a file without a name: they take no memory, and the end of the process is theirs too."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.training.speed.layout import in_memory

Scratch = Callable[[int], IO[bytes]]
"""Opens a new file to write and read so many bytes, which is gone once it is closed; OSError where there is no room."""


@dataclass(frozen=True)
class _Form:
    """How a tensor lies in the file: its shape and kind there, and the order of its axes from there."""

    shape: tuple[int, ...]
    kind: np.dtype[Any]
    order: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.kind.itemsize * math.prod(self.shape)


class _Put(Mapping[str, NDArray[Any]]):
    """What a file holds, one after the other. An array that was looked at is read anew the next time."""

    def __init__(self, file: IO[bytes], forms: Mapping[str, _Form]) -> None:
        ends = accumulate(form.size for form in forms.values())
        self._file, self._forms = file, forms
        self._places = dict(zip(forms, (0, *ends), strict=False))

    def __getitem__(self, name: str) -> NDArray[Any]:
        form = self._forms[name]
        self._file.seek(self._places[name])
        read = self._file.read(form.size)
        if len(read) < form.size:
            raise OSError("a file is shorter than what was written into it")
        return np.frombuffer(read, form.kind).reshape(form.shape).transpose(form.order)

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)


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

    def take(self) -> Mapping[str, NDArray[Any]]:
        """What was put there last; each array is read when it is asked for, until something else is put there.

        OSError where the file is shorter than it was.
        """
        if self._file is None or not self._forms:
            return {}
        if os.fstat(self._file.fileno()).st_size < sum(form.size for form in self._forms.values()):
            raise OSError("a file is shorter than what was written into it")
        return _Put(self._file, self._forms)

    def close(self) -> None:
        """The file and what it holds are gone."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what could not be written is tried again
                file.close()
