"""The loop of most tutorials: DataLoader, Adam as it comes, `loss.item()` at each step."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.speed.cases import RATE, Case, read
from benchmarks.speed.models import MODELS, loss, parameters
from benchmarks.speed.turns import Turns


def compete(case: Case, folder: Path) -> None:
    """Trains by turns until nobody wants more."""
    turns = Turns()
    model = MODELS[case.name](case)
    turns.tell(
        parameters=parameters(model), threads=torch.get_num_threads(), cpu=torch.backends.cpu.get_cpu_capability()
    )
    loader = DataLoader(TensorDataset(*map(torch.from_numpy, read(folder))), batch_size=case.batch, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    turns.start()
    while True:
        running = 0.0
        for inputs, answers in loader:
            optimizer.zero_grad()
            error = loss(model(inputs), answers)
            error.backward()
            optimizer.step()
            running += error.item()
        turns.epoch_done()
