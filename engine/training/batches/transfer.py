"""Where a split's numbers are held: on the device where they fit, else in the machine's memory, copied batch by batch.

A batch that has to travel does so while the one before it computes: it is put into page-locked memory and copied on a
stream of its own, and nothing waits on the host (CUDA C++ Programming Guide, "Asynchronous concurrent execution").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import torch
from torch import Tensor

from engine.training.batches.epochs import Tensors

SHARE = 0.5  # of the device's free memory that a split may take; the rest is for weights, gradients and activations

Batch: TypeAlias = tuple[Tensors, Tensors]


def place_for(needed: int, free: int | None) -> Literal["device", "host"]:
    """Where a split of so many bytes is held.

    Args:
        free: bytes of the device's own memory that nothing uses; None: it has none of its own, as the CPU.
    """
    return "device" if free is None or needed <= SHARE * free else "host"


def free_memory(device: torch.device) -> int | None:
    """Bytes, for `place_for`. Apple's chips share the machine's memory; what torch recommends to use is their limit."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0]) + _cached(device)
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory()) - int(torch.mps.driver_allocated_memory())
    return None


def _cached(device: torch.device) -> int:
    """What torch holds on to without using it."""
    return int(torch.cuda.memory_reserved(device)) - int(torch.cuda.memory_allocated(device))


def size(tensors: Iterable[Tensor]) -> int:
    """Bytes."""
    return sum(one.numel() * one.element_size() for one in tensors)


def placed(inputs: Tensors, wanted: Tensors, device: torch.device) -> Batch:
    """A split where it is best held. What stays on the host reaches the device by `fed`."""
    if place_for(size([*inputs, *wanted]), free_memory(device)) == "host":
        return inputs, wanted
    return tuple(one.to(device) for one in inputs), tuple(one.to(device) for one in wanted)


def fed(batches: Iterable[Batch], device: torch.device) -> Iterator[Batch]:
    """The same batches on the device; each that is not there yet is on its way while the one before computes."""
    stream = torch.Stream(device=device) if device.type == "cuda" else None
    waiting: Batch | None = None
    for inputs, wanted in batches:
        if inputs[0].device.type == device.type:
            yield inputs, wanted
            continue
        sent = _sent((inputs, wanted), device, stream)
        if waiting is not None:
            yield _arrived(waiting, stream)
        waiting = sent
    if waiting is not None:
        yield _arrived(waiting, stream)


def _sent(batch: Batch, device: torch.device, stream: torch.Stream | None) -> Batch:
    """Starts the copies. torch keeps page-locked memory from being used again before they are through."""
    if stream is None:
        inputs, wanted = (tuple(one.to(device) for one in half) for half in batch)
        return inputs, wanted
    with stream:
        inputs, wanted = (tuple(one.pin_memory().to(device, non_blocking=True) for one in half) for half in batch)
    return inputs, wanted


def _arrived(batch: Batch, stream: torch.Stream | None) -> Batch:
    """The device, not the host, waits for the copies before it uses them."""
    if stream is not None:
        current = torch.accelerator.current_stream(stream.device)
        current.wait_stream(stream)
        for one in (*batch[0], *batch[1]):
            one.record_stream(current)  # its memory is not given to the next copy while this step still reads it
    return batch
