"""Trains where only so much more memory may be taken than is taken when it begins; prints how it ends."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np
import torch

from engine.facts import Target
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.shapes import Shape
from engine.training.speed.devices import warm_up
from engine.training.worker import Worker
from tests.engine import toys
from tests.engine.training.clocks import Counter

EXAMPLES = 12_000


def main(folder: Path, batch_size: int, room: int, *units: int) -> None:
    inputs = np.random.default_rng(0).normal(0, 1, (EXAMPLES, 16)).astype(np.float32)
    target = Target("sign", "classes", ("minus", "plus"))
    data = toys.dataset(inputs, (inputs[:, 0] > 0).astype(np.int64), target, Shape.of(feature=16))
    network = Network.stack(*[Dense(units=count) for count in units], Dense(units=2, activation="softmax"))
    project = toys.project(network, batch_size=batch_size, epochs=1)
    torch.set_num_threads(1)
    warm_up()
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + room, taken + room))
    events = []
    worker = Worker(
        TrainingRequest(project, data, folder), Control(), events.append, Counter(0.0)
    )  # however long it takes
    worker.start()
    worker.join(200)
    last = events[-1]
    sys.stdout.write(json.dumps({"event": type(last).__name__, "message": getattr(last, "message", "")}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
