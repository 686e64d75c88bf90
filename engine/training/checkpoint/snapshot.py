"""All that is needed to go on exactly from a step: taken from a learner, written whole, put back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import FileError, unreadable
from engine.record import reading, snapshots
from engine.record.events import Snapshot
from engine.record.rows import SnapshotRow
from engine.training.learner import Learner

MODEL, OPTIMIZER, AVERAGE, GRADIENT = "model.", "optimizer.", "average.", "gradient."
RANDOM, CUDA_RANDOM, SCALER = "random", "random_cuda", "scaler"


def take(learner: Learner, state: Mapping[str, Any], *, lend: bool = False) -> Snapshot:
    """All that the learner knows; `state` is the loop's own position.

    Args:
        lend: arrays may be the learner's own memory, to be read before its next step; else all are copies.
    """
    own = live(learner).items()
    arrays = {name: (one.cpu() if lend else one.to("cpu", copy=True)).numpy() for name, one in own}
    return Snapshot(int(state["step"]), arrays, dict(state))


def live(learner: Learner) -> dict[str, Tensor]:
    """All that a snapshot holds, by the names it has there: the learner's own tensors, on its device.

    "model.<name>" and "average.<name>" weights and their running means, "optimizer.<parameter>.<what>",
    "gradient.<parameter>" where some wait for further batches, "scaler", random states.
    """
    updater = learner.updater
    found = _named(MODEL, learner.model.state_dict()) | _named(OPTIMIZER, updater.state())
    if updater.average:
        found |= _named(AVERAGE, updater.average.weights)
    if not learner.due:
        found |= _named(GRADIENT, {n: one.grad for n, one in learner.model.named_parameters() if one.grad is not None})
    if updater.scaler:
        found[SCALER] = torch.tensor(updater.scaler.state, dtype=torch.float64)
    found[RANDOM] = torch.get_rng_state()
    if learner.device.type == "cuda":
        found[CUDA_RANDOM] = torch.cuda.get_rng_state()
    return found


def put_back(learner: Learner, snapshot: Snapshot) -> None:
    """Makes the learner what it was when the snapshot was taken; nothing of it stays in the snapshot's memory."""
    arrays = {name: _tensor(value) for name, value in snapshot.arrays.items()}
    updater, learner.steps = learner.updater, snapshot.step
    learner.model.load_state_dict(_under(MODEL, arrays))
    updater.put_back(_under(OPTIMIZER, arrays))
    if updater.average:
        updater.average.put_back(_under(AVERAGE, arrays))
    for name, gradient in _under(GRADIENT, arrays).items():
        learner.model.get_parameter(name).grad = gradient.to(learner.device, copy=True)
    if updater.scaler and SCALER in arrays:
        updater.scaler.put_back(arrays[SCALER].tolist())
    torch.set_rng_state(arrays[RANDOM])
    if CUDA_RANDOM in arrays and learner.device.type == "cuda":
        torch.cuda.set_rng_state(arrays[CUDA_RANDOM])


def _tensor(array: NDArray[Any]) -> Tensor:
    """In the array's own memory where torch may write there: else a copy, as torch has none that are read only."""
    return torch.from_numpy(array if array.flags.writeable and array.flags.aligned else np.array(array))


def _named(before: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {before + name: tensor.detach() for name, tensor in tensors.items()}


def _under(before: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(before): value for name, value in arrays.items() if name.startswith(before)}


def write(snapshot: Snapshot, path: Path, status: Mapping[str, Any] | None = None) -> SnapshotRow:
    """Writes it beside and renames, both brought to the disk: a crash leaves the old one or the new one.

    Args:
        path: `snapshots/STEP.safetensors` in the run's folder.
        status: the run's, so that a run whose database is lost is known again.
    Returns:
        what the run's database keeps of it. FileError where it cannot be written.
    """
    arrays, state = snapshot.arrays, json.dumps(dict(snapshot.state))
    metadata = {
        "form": str(snapshots.FORM),
        "state": state,
        "names": json.dumps(snapshot.names),
        "loss": json.dumps(snapshot.loss),
        "status": json.dumps(dict(status or {})),
        "digest": snapshots.digest(arrays, state),
    }
    size = snapshots.write(path, arrays, metadata)
    file = path.relative_to(path.parents[1]).as_posix()
    epoch = int(snapshot.state.get("epoch", 0))
    return SnapshotRow(snapshot.step, epoch, snapshot.loss, snapshot.names, file, size, metadata["digest"])


def read(path: Path) -> Snapshot:
    """Reads a snapshot's file, or the last good one of a run's folder. FileError where it is missing or damaged."""
    if path.is_dir():
        return choose(path)[0]
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata()
            names = file.keys()
            arrays = {name: file.get_tensor(name) for name in names}
        state = json.loads(metadata["state"])
        said = metadata.get("digest", "")
        if said and said != snapshots.digest(arrays, metadata["state"]):
            raise ValueError("its content is not what was written")
        called = tuple(json.loads(metadata.get("names", "[]")))
        return Snapshot(int(state["step"]), arrays, state, called, json.loads(metadata.get("loss", "null")))
    except FileNotFoundError as error:
        raise FileError(f"{path.parent} holds no snapshot", hint="Train it first") from error
    except PermissionError as error:
        raise unreadable(path, error) from error
    except (OSError, ValueError, KeyError, TypeError, safetensors.SafetensorError) as error:
        raise FileError(f"The snapshot {path} is damaged", hint="Train the run again") from error


def choose(folder: Path, name: str | int = snapshots.LAST) -> tuple[Snapshot, str]:
    """A run's snapshot by its name, as `snapshots.parsed` reads it, and one sentence where another one had to be taken.

    Where the one that is meant is damaged, the last good one is taken. FileError where there is none of that name, or
    none that is good.
    """
    wanted, *others = snapshots.candidates(reading.snapshots(folder), name)
    try:
        return read(wanted.path), ""
    except FileError as error:
        for info in others:
            with suppress(FileError):
                words = f"The snapshot of step {wanted.step:,} is damaged; that of step {info.step:,} is used instead."
                return read(info.path), words
        raise error


def weights(snapshot: Snapshot) -> dict[str, NDArray[Any]]:
    """What the network answers with, by the names in the model's state_dict: the running means where there are such."""
    return _under(MODEL, snapshot.arrays) | _under(AVERAGE, snapshot.arrays)
