"""What the engine is compared with: a short loop in plain PyTorch on the toy rings; and a run cut in two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.data.dataset import Dataset
from engine.project import Project
from engine.record.control import Control
from engine.record.events import Progress, Snapshot
from engine.record.request import Rhythm, TrainingRequest
from engine.training.loop import train


def network(seed: int = 0) -> nn.Sequential:
    """The network of toys.project, drawn from the same seed."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 2))


def batches(project: Project, data: Dataset) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of all epochs, shuffled as the engine does it."""
    inputs, targets = torch.from_numpy(data.train.inputs), torch.from_numpy(data.train.targets)
    for epoch in range(project.training.epochs):
        generator = torch.Generator().manual_seed(project.training.seed * 1_000_003 + epoch)
        for places in torch.randperm(len(inputs), generator=generator).split(project.training.batch_size):
            yield inputs[places], targets[places]


def events(project: Project, data: Dataset, folder: Path, start: Snapshot | None = None, stop_at: int = -1) -> list:
    """All that a run says; stopped after a step where `stop_at` names one."""
    control, found = Control(), []
    for event in train(TrainingRequest(project, data, folder, rhythm=Rhythm(bunch=0)), control, start):
        found.append(event)
        if isinstance(event, Progress) and event.step == stop_at:
            control.stop()
    return found


def last(found: list) -> Snapshot:
    return [event for event in found if isinstance(event, Snapshot)][-1]


def learned(project: Project, data: Dataset, folder: Path, before: str = "model.") -> list[np.ndarray]:
    """The weights a run ends with, from top to bottom."""
    arrays = last(events(project, data, folder)).arrays
    return [values for name, values in arrays.items() if name.startswith(before)]


def losses(found: list) -> np.ndarray:
    return np.concatenate([event.losses for event in found if isinstance(event, Progress)])


def same(arrays: list[np.ndarray], model: nn.Module) -> bool:
    """Bit for bit the parameters of a model."""
    return all(np.array_equal(one, two.detach().numpy()) for one, two in zip(arrays, model.parameters(), strict=True))


def close(arrays: list[np.ndarray], model: nn.Module) -> None:
    for one, two in zip(arrays, model.parameters(), strict=True):
        np.testing.assert_allclose(one, two.detach().numpy(), rtol=1e-4, atol=1e-6)


def goes_on_exactly(
    project: Project, data: Dataset, folder: Path, stops=(1, 8, 13), check: Callable = lambda cut: None
) -> None:
    """Stopped at each of these steps and gone on with, a run ends with the same arrays and has the same losses.

    Args:
        check: looks at the snapshot in the middle.
    """
    whole = events(project, data, folder)
    for step in stops:
        first = events(project, data, folder, stop_at=step)
        cut = last(first)
        assert cut.step == step
        check(cut)
        torch.manual_seed(12345)  # whatever happened in between
        rest = events(project, data, folder, start=cut)
        left, right = last(whole).arrays, last(rest).arrays
        assert left.keys() == right.keys()
        assert [name for name in left if not np.array_equal(left[name], right[name])] == []
        np.testing.assert_array_equal(losses(whole), np.concatenate([losses(first), losses(rest)]))
