"""What is trained: six networks on made-up data, the same arrays for every contestant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 1e-3  # of Adam, everywhere


@dataclass(frozen=True)
class Case:
    """One network and its data. Every epoch has the same number of whole batches.

    Attributes:
        name, title: on the command line; in the table.
        shape: of one example, channels first; of words, how many.
        classes: that are told apart; words of the vocabulary where the next word is told.
        batch: examples of a step.
        steps: of an epoch.
        epochs: of a turn; fewer where a contestant is much slower.
        vocabulary: words; 0 where the input is no words.
        next_word: whether the answer is the next word at each place.
        lstm_vectors: numbers that torch's network has more than Keras': its LSTM adds two bias vectors instead of one.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    classes: int
    steps: int
    epochs: int
    batch: int = 32
    vocabulary: int = 0
    next_word: bool = False
    lstm_vectors: int = 0

    @property
    def examples(self) -> int:
        return self.batch * self.steps

    @property
    def is_picture(self) -> bool:
        """(channel, height, width)."""
        return len(self.shape) == 3


CASES: dict[str, Case] = {
    case.name: case
    for case in (
        Case("mlp", "MLP 13-64-32-3", (13,), 3, steps=125, epochs=32),
        Case("wide", "MLP 784-128-10", (784,), 10, steps=125, epochs=16),
        # conv 32, pool, conv 64, pool, flatten, dense 128, dense 10; windows of 3 x 3, ReLU
        Case("cnn", "CNN 28x28", (1, 28, 28), 10, steps=25, epochs=4),
        Case("lstm", "LSTM, 200 words", (200,), 10, steps=20, epochs=3, vocabulary=10_000, lstm_vectors=4 * 64),
        # six decoder layers, 128 wide, 4 heads, feed-forward 512, dropout 0.1, tied to the word table
        Case("gpt", "GPT-mini", (128,), 2_000, steps=4, epochs=2, batch=16, vocabulary=2_000, next_word=True),
        Case("resnet", "ResNet-18 32x32", (3, 32, 32), 10, steps=6, epochs=1),
    )
}


def made(case: Case) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Random inputs float32 (examples, *shape) or words int64 (examples, time), and answers that a network can learn.

    Answers are classes (examples,), or next words (examples, time).
    """
    random = np.random.default_rng(0)
    if case.vocabulary:
        words = random.integers(1, case.vocabulary, (case.examples, case.shape[0] + 1))
        if case.next_word:
            return np.ascontiguousarray(words[:, :-1]), np.ascontiguousarray(words[:, 1:])
        return np.ascontiguousarray(words[:, 1:]), words[:, -1] % case.classes
    inputs = random.standard_normal((case.examples, *case.shape), dtype=np.float32)
    side = random.standard_normal((int(np.prod(case.shape)), case.classes), dtype=np.float32)
    return inputs, (inputs.reshape(case.examples, -1) @ side).argmax(1).astype(np.int64)


def write(case: Case, folder: Path) -> int:
    """Writes the data for the contestants to read; its bytes."""
    inputs, answers = made(case)
    np.save(folder / "inputs.npy", inputs)
    np.save(folder / "answers.npy", answers)
    return inputs.nbytes + answers.nbytes


def read(folder: Path) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Inputs and answers as `made` made them."""
    return np.load(folder / "inputs.npy"), np.load(folder / "answers.npy")
