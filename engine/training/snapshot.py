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
from torch import Tensor

from engine.errors import FileError
from engine.project import write_whole
from engine.training.events import Snapshot
from engine.training.learner import Learner

MODEL, OPTIMIZER, RANDOM, CUDA_RANDOM = "model.", "optimizer.", "random", "random_cuda"


def take(learner: Learner, state: Mapping[str, Any]) -> Snapshot:
    """A copy of the learner's weights, optimizer and random state; `state` is the loop's own position."""
    arrays = {name: tensor.cpu().clone().numpy() for name, tensor in live(learner).items()}
    return Snapshot(int(state["step"]), arrays, dict(state))


def live(learner: Learner) -> dict[str, Tensor]:
    """All that a snapshot copies, by the names it has there: the learner's own tensors, on its device."""
    found = {MODEL + name: tensor.detach() for name, tensor in learner.model.state_dict().items()}
    for number, values in learner.optimizer.state_dict()["state"].items():
        for name, value in values.items():
            if value is not None:
                found[f"{OPTIMIZER}{number}.{name}"] = torch.as_tensor(value).detach()
    found[RANDOM] = torch.get_rng_state()
    if learner.device.type == "cuda":
        found[CUDA_RANDOM] = torch.cuda.get_rng_state()
    return found


def put_back(learner: Learner, snapshot: Snapshot) -> None:
    """Makes the learner what it was when the snapshot was taken."""
    arrays = {name: torch.from_numpy(np.array(value)) for name, value in snapshot.arrays.items()}
    weights = {name.removeprefix(MODEL): value for name, value in arrays.items() if name.startswith(MODEL)}
    learner.model.load_state_dict(weights)
    state: dict[int, dict[str, Any]] = {}
    for name, value in arrays.items():
        if name.startswith(OPTIMIZER):
            _, number, key = name.split(".", 2)
            state.setdefault(int(number), {})[key] = value
    groups = learner.optimizer.state_dict()["param_groups"]
    learner.optimizer.load_state_dict({"state": state, "param_groups": groups})
    torch.set_rng_state(arrays[RANDOM])
    if CUDA_RANDOM in arrays:
        torch.cuda.set_rng_state(arrays[CUDA_RANDOM])


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
    """The weights alone, by their names in the model's state_dict."""
    return {name.removeprefix(MODEL): value for name, value in snapshot.arrays.items() if name.startswith(MODEL)}
