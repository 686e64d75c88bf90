"""Lightning's Trainer with logger, checkpoints and progress bar off, on its ordinary DataLoader."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.speed.cases import RATE, Case, read
from benchmarks.speed.models import MODELS, loss, parameters
from benchmarks.speed.turns import Turns

warnings.filterwarnings("ignore")  # advice about workers and checkpoints
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Module(lightning.LightningModule):
    """The hand-written network, as Lightning wants it."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.model = MODELS[case.name](case)

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        inputs, answers = batch
        return loss(self.model(inputs), answers)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=RATE)


class ByTurns(lightning.Callback):
    """Waits at the end of epochs."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.turns.start()

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.turns.epoch_done()


def compete(case: Case, folder: Path) -> None:
    """Trains by turns until nobody wants more."""
    turns = Turns()
    module = Module(case)
    turns.tell(parameters=parameters(module), threads=torch.get_num_threads(), version=lightning.__version__)
    loader = DataLoader(TensorDataset(*map(torch.from_numpy, read(folder))), batch_size=case.batch, shuffle=True)
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=-1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[ByTurns(turns)],
        default_root_dir=folder,
    )
    trainer.fit(module, loader)
