"""All that is needed to go on exactly from a step: taken from a learner, written whole, put back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
import torch
from numpy.typing import NDArray

from engine.errors import FileError
from engine.project import write_whole
from engine.training.events import Snapshot
from engine.training.learner import Learner

MODEL, OPTIMIZER, AVERAGE, GRADIENT = "model.", "optimizer.", "average.", "gradient."
RANDOM, CUDA_RANDOM, SCALER = "random", "random_cuda", "scaler"


def take(learner: Learner, state: Mapping[str, Any]) -> Snapshot:
    """A copy of all that the learner knows; `state` is the loop's own position.

    Arrays: "model.<name>" and "average.<name>" weights and their running means, "optimizer.<parameter>.<what>",
    "gradient.<parameter>" where some wait for further batches, "scaler", random states.
    """
    updater = learner.updater
    arrays = _named(MODEL, learner.model.state_dict()) | _named(OPTIMIZER, updater.state())
    if updater.average:
        arrays |= _named(AVERAGE, updater.average.weights)
    if not learner.due:
        arrays |= _named(GRADIENT, {n: one.grad for n, one in learner.model.named_parameters() if one.grad is not None})
    if updater.scaler:
        arrays[SCALER] = np.array(updater.scaler.state)
    arrays[RANDOM] = _copied(torch.get_rng_state())
    if learner.device.type == "cuda":
        arrays[CUDA_RANDOM] = _copied(torch.cuda.get_rng_state())
    return Snapshot(int(state["step"]), arrays, dict(state))


def put_back(learner: Learner, snapshot: Snapshot) -> None:
    """Makes the learner what it was when the snapshot was taken."""
    arrays = {name: torch.from_numpy(np.array(value)) for name, value in snapshot.arrays.items()}
    updater, learner.steps = learner.updater, snapshot.step
    learner.model.load_state_dict(_under(MODEL, arrays))
    updater.put_back(_under(OPTIMIZER, arrays))
    if updater.average:
        updater.average.put_back(_under(AVERAGE, arrays))
    for name, gradient in _under(GRADIENT, arrays).items():
        learner.model.get_parameter(name).grad = gradient.to(learner.device)
    if updater.scaler and SCALER in arrays:
        updater.scaler.put_back(arrays[SCALER].tolist())
    torch.set_rng_state(arrays[RANDOM])
    if CUDA_RANDOM in arrays and learner.device.type == "cuda":
        torch.cuda.set_rng_state(arrays[CUDA_RANDOM])


def _named(before: str, tensors: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    return {before + name: _copied(tensor) for name, tensor in tensors.items()}


def _under(before: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(before): value for name, value in arrays.items() if name.startswith(before)}


def write(snapshot: Snapshot, path: Path) -> None:
    """Writes it beside and renames: a crash leaves the old one or the new one."""
    metadata = {"state": json.dumps(dict(snapshot.state))}
    write_whole(path, safetensors.numpy.save(dict(snapshot.arrays), metadata))


def read(path: Path) -> Snapshot:
    """Reads a snapshot. FileError where it is missing or damaged."""
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            state = json.loads(file.metadata()["state"])
            names = file.keys()
            return Snapshot(int(state["step"]), {name: file.get_tensor(name) for name in names}, state)
    except FileNotFoundError as error:
        raise FileError(f"{path.parent} holds no snapshot", hint="Train it first") from error
    except (OSError, ValueError, KeyError, TypeError, safetensors.SafetensorError) as error:
        raise FileError(f"The snapshot {path} is damaged", hint="Train the run again") from error


def weights(snapshot: Snapshot) -> dict[str, NDArray[Any]]:
    """What the network answers with, by the names in the model's state_dict: the running means where there are such."""
    return _under(MODEL, snapshot.arrays) | _under(AVERAGE, snapshot.arrays)


def _copied(value: Any) -> NDArray[Any]:
    tensor = value if isinstance(value, torch.Tensor) else torch.tensor(value)
    return tensor.detach().cpu().clone().numpy()
