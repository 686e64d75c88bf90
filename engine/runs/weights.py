"""Which weights of a run answer unless others are asked for, and why: the last, or the best where those are better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.choices.deciding import Decider
from engine.record.events import EpochEnd
from engine.record.snapshots import BEST, LAST, SnapshotInfo
from engine.record.states import is_whole
from engine.runs.folder import RunFolder

Why = Literal["worse", "alike", "best", "kept", "within", "alone"]


@dataclass(frozen=True)
class Usual:
    """The snapshot that is meant where none is named.

    Attributes:
        snapshot: "last" or "best".
        why: "worse": the last epoch is clearly worse than the best one; "alike": it is about as good; "best": it is the
            best one; "kept": the run ended with the weights of its best epoch; "within": the last snapshot stands
            within an epoch; "alone": nothing was measured that could tell.
        decider: what decides which epoch is the best.
        step: of the snapshot.
        epoch: that it stands at the end of; the best one for "kept"; 0 for "within".
        value: of what decides, there.
        best_epoch, last_epoch: that were measured; best_value, last_value: of what decides.
        validated: whether a validation split tells.
    """

    snapshot: str
    why: Why
    decider: Decider
    step: int
    epoch: int = 0
    best_epoch: int = 0
    best_value: float = 0.0
    last_epoch: int = 0
    last_value: float = 0.0
    validated: bool = True

    @property
    def sentence(self) -> str:
        """Which weights, and why: for the terminal."""
        title = self.decider.title(validated=self.validated)
        best, last = (self.decider.number(value) for value in (self.best_value, self.last_value))
        words = {
            "worse": f"the best epoch, {self.best_epoch:,}: its {title} is {best}, that of the last, "
            f"{self.last_epoch:,}, is {last}",
            "alike": f"the last epoch, {self.epoch:,}: its {title}, {last}, is close to the best, {best} after "
            f"epoch {self.best_epoch:,}",
            "best": f"the last epoch, {self.epoch:,}, which is the best by {title}, {best}",
            "kept": f"the best epoch, {self.best_epoch:,}, by {title}, {best}: the run ended with them",
            "within": f"step {self.step:,}, the last that was saved",
            "alone": f"the last epoch, {self.epoch:,}",
        }
        return f"Weights of {words[self.why]}."


def usual(run: RunFolder) -> Usual:
    """What is evaluated, exported and answered with unless another snapshot is named. FileError where there is none."""
    status, last = run.status(), run.snapshot(LAST)
    decider, epochs = Decider(status.best_by), run.epochs()
    best = next((info for info in run.snapshots() if BEST in info.names and info.whole), None)
    told = _told(decider, epochs, best)
    if told is None:
        return Usual(LAST, "alone" if last.ends_epoch else "within", decider, last.step, last.epoch)
    top, end = told
    values = (top.epoch, decider.value(top), end.epoch, decider.value(end), end.loss is not None)
    if is_whole(status.state) and run.project().training.early_stopping.restore_best:
        return Usual(LAST, "kept", decider, last.step, top.epoch, *values)
    if decider.clearly_worse(decider.value(end), decider.value(top)) and best is not None:
        return Usual(BEST, "worse", decider, best.step, top.epoch, *values)
    if not last.ends_epoch:
        return Usual(LAST, "within", decider, last.step, 0, *values)
    return Usual(LAST, "best" if top.epoch == last.epoch else "alike", decider, last.step, last.epoch, *values)


def named(run: RunFolder, snapshot: str | int | None) -> tuple[str | int, str]:
    """The snapshot to take, and one sentence on which it is and why; none where it is named.

    Args:
        snapshot: as a person names it; None: the usual one.
    """
    if snapshot is not None:
        return snapshot, ""
    found = usual(run)
    return found.snapshot, found.sentence


def _told(decider: Decider, epochs: list[EpochEnd], best: SnapshotInfo | None) -> tuple[EpochEnd, EpochEnd] | None:
    """The best and the last measured epoch; None where nothing tells. The snapshot called best says which one it is."""
    measured = [end for end in epochs if decider.value(end) == decider.value(end)]
    if not measured:
        return None
    by_name = [end for end in measured if best is not None and end.epoch == best.epoch and best.ends_epoch]
    top = by_name[-1] if by_name else decider.best(measured)
    return (top or measured[-1]), measured[-1]
