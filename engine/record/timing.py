"""What a run tells of how long the next one takes: the same work, on the same machine."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache

from engine.choices.optimizers import AnyOptimizer
from engine.project import Project
from engine.record.files import RunStatus
from engine.settings import EarlyStopping

LEAST = 0.2  # seconds of training that tell something


@cache
def machine() -> str:
    """The same on this machine, and not its name: 16 hex digits."""
    words = f"{platform.node()} {platform.machine()} {platform.processor()} {os.cpu_count()}"
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


def work(project: Project) -> str:
    """The same for projects of which an epoch takes the same time on the same data: 16 hex digits.

    How long it is trained, from which seed, how fast it learns and what is best change nothing of that.
    """
    training = project.training
    alike = training.changed(
        epochs=1, seed=0, best_by="loss", early_stopping=EarlyStopping(), optimizer=_one_rate(training.optimizer)
    )
    words = f"{project.network.fingerprint} {alike.model_dump_json(exclude={'schedule'})}"
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


def _one_rate(optimizer: AnyOptimizer) -> AnyOptimizer:
    changed: AnyOptimizer = optimizer.changed(learning_rate=type(optimizer)().learning_rate)
    return changed


def seconds_per_epoch(status: RunStatus) -> float | None:
    """As the run took them, measuring the validation split counted in; None where less than an epoch, or so little was
    trained that it says nothing.
    """
    if not status.total_steps or not status.epochs or status.seconds < LEAST:
        return None
    done = status.step / (status.total_steps / status.epochs)
    return status.seconds / done if done >= 1 else None


def tells(status: RunStatus, project: Project, data: str) -> bool:
    """Whether the run did the same work on the same data, by its fingerprint, on this machine."""
    return (status.machine, status.data, status.work) == (machine(), data, work(project)) and bool(data)
