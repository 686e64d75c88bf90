"""A step on a CUDA card as one graph: the host says "again" instead of naming kernel after kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from engine.training.batches.epochs import Tensors
from engine.training.speed.capture import Play

WARM = 3  # steps on a stream of their own before the capture: kernels are loaded, libraries make their work space


def capture(
    loss_of: Callable[[Tensors, Tensors], Tensor],
    parameters: Sequence[nn.Parameter],
    inputs: Tensors,
    wanted: Tensors,
    stopping: Callable[[], bool] = bool,
) -> Play | None:
    """Captures one step on batches of these shapes, as `recorded.record` does on the CPU.

    Steps are made for it: they draw random numbers and count batches. CUDA graphs, Gray 2019; the order of events is
    that of torch's notes on CUDA semantics. None where the step cannot be captured: it waits for the card.
    """
    batch = [one.clone() for one in (*inputs, *wanted)]  # what every replay reads
    count = len(inputs)

    def step() -> list[Tensor]:
        loss = loss_of(tuple(batch[:count]), tuple(batch[count:]))
        return [loss.detach(), *torch.autograd.grad(loss, parameters)]

    graph = torch.cuda.CUDAGraph()
    try:
        _warm_up(step)
        if stopping():
            return None
        with torch.cuda.graph(graph):
            found = step()
    except RuntimeError:  # torch's own: the step does what a graph cannot hold
        return None

    def play(*given: Tensor) -> tuple[Tensor, ...]:
        for held, one in zip(batch, given, strict=True):
            held.copy_(one, non_blocking=True)
        graph.replay()
        return found[0].clone(), *found[1:]

    return play


def _warm_up(step: Callable[[], object]) -> None:
    stream, current = torch.Stream(device="cuda"), torch.accelerator.current_stream()
    stream.wait_stream(current)
    with stream:
        for _ in range(WARM):
            step()
    current.wait_stream(stream)
