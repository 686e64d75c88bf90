"""Keras 3 on TensorFlow: compile and fit, as its guide shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from benchmarks.speed.cases import RATE, Case, read
from benchmarks.speed.keras_models import MODELS
from benchmarks.speed.turns import Turns

ENDLESS = 1_000_000  # epochs


class ByTurns(keras.callbacks.Callback):
    """Waits at the end of epochs."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns = turns

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.turns.start()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.turns.epoch_done()


def compete(case: Case, folder: Path) -> None:
    """Trains by turns until nobody wants more."""
    turns = Turns()
    inputs, answers = read(folder)
    if case.is_picture:
        inputs = np.ascontiguousarray(inputs.transpose(0, 2, 3, 1))
    model = MODELS[case.name](case)
    turns.tell(
        parameters=case.lstm_vectors + sum(int(np.prod(weights.shape)) for weights in model.trainable_weights),
        version=keras.__version__,
    )
    model.compile(
        optimizer=keras.optimizers.Adam(RATE), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    model.fit(inputs, answers, batch_size=case.batch, epochs=ENDLESS, verbose=0, callbacks=[ByTurns(turns)])
