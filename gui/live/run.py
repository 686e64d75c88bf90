"""What the screen knows of a run while it goes on: fed with events, read by charts. No thread and no widget here."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.choices.deciding import Decider, decider
from engine.choices.losses import Loss
from engine.choices.metrics import METRICS
from engine.data.dataset import Dataset
from engine.facts import DataFacts, Target
from engine.project import Project
from engine.record.events import (
    Ended,
    EpochEnd,
    Event,
    KnobTurned,
    Look,
    Noted,
    Preparing,
    Progress,
    Resumed,
    Searching,
    Started,
    TacticsChanged,
)
from engine.record.time_left import Pace, measured_share
from gui.live.curves import Series
from gui.live.knobs import knobs_of

RECENT = 50  # steps whose mean is the training loss that is shown
MEMORY = 8.0  # seconds over which speed is measured


class LiveRun:
    """One run since it was asked for.

    Attributes:
        project, dataset, folder: what it trains, and where it is recorded.
        title: name of the project when it began.
        started: None until the first step is about to be taken.
        preparing: the engine is up, and the network is made ready.
        curve: training loss of each step since `first_step`.
        epochs: what was measured at each end of an epoch.
        looks: the latest of each look that is watched, by its name.
        ended: how it ended; None while it lives.
        searching: memory ran out, and a batch size that fits is looked for.
        learning_rate: of the last step.
        knobs: what can be changed while it goes on; `turned`: what was, oldest first.
    """

    def __init__(
        self,
        project: Project,
        dataset: Dataset | None,
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
        *,
        title: str = "",
        before: LiveRun | None = None,
        facts: DataFacts | None = None,
    ) -> None:
        """A run that is asked for, or was recorded.

        Args:
            dataset: None for one that was recorded.
            before: of a cross-validation, the fold before it.
            facts: of the data where there is no dataset.
        """
        known = dataset.facts if dataset is not None else facts
        assert known is not None
        self.facts = known
        self.project, self.dataset, self.folder, self.title = project, dataset, folder, title
        self._before = before
        self.started: Started | None = None
        self.curve = Series()
        self.epochs: list[EpochEnd] = []
        self.looks: dict[str, Look] = {}
        self.ended: Ended | None = None
        self.preparing = self.searching = False
        self.learning_rate = project.training.optimizer.learning_rate
        self.seconds = 0.0
        self.step = 0
        self.knobs = knobs_of(project, known)
        self.turned: list[KnobTurned] = []
        self._asked: list[KnobTurned] = []  # that the run has not answered yet
        self._earlier: tuple[NDArray[np.float32], list[EpochEnd], list[KnobTurned]] | None = None
        self._clock, self._pace = clock, Pace(measured_share(known.train, known.validation), clock)
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def targets(self) -> tuple[Target, ...]:
        """What each Output answers."""
        facts, outputs = self.facts, self.project.network.outputs
        return tuple(target for output in outputs if (target := facts.target_of(output.target)) is not None)

    @property
    def losses_used(self) -> tuple[Loss, ...]:
        """The loss of each Output."""
        training, first = self.project.training, self.facts.target
        return tuple(training.loss_of(target, target == first)[0] for target in self.targets)

    @property
    def metrics(self) -> tuple[str, ...]:
        """What is measured after each epoch, as events name it: "target: metric" where the network has several."""
        several = len(self.project.network.outputs) > 1
        return tuple(
            f"{target.name}: {name}" if several else name
            for target in self.targets
            for name in self.project.training.measured
            if target.kind in METRICS[name].suits
        )

    @property
    def decider(self) -> Decider:
        """What decides which epoch is the best."""
        targets = [(target.name, target.kind) for target in self.targets]
        return decider(self.project.training.best_by, targets, validated=bool(self.facts.validation))

    @property
    def drawn(self) -> LiveRun:
        """The run whose curves are drawn: of a cross-validation the fold before it until this one has its first values,
        else every fold would begin with empty charts.
        """
        return self if self._before is None else self._before

    @property
    def recent_loss(self) -> float | None:
        """The training loss as a person is told it: the mean of the last steps; None before the first one."""
        tail = self.curve.values[-RECENT:]
        return float(tail.mean()) if len(tail) else None

    @property
    def losses(self) -> NDArray[np.float32]:
        """Training loss of each step, (steps,)."""
        return self.curve.values

    @property
    def first_step(self) -> int:
        """Steps before the first one of the curve: those done before this run went on, where they are not known."""
        return self.started.step if self.started and self._earlier is None else 0

    @property
    def total_steps(self) -> int:
        """Steps of the whole run; 0 until the engine is up."""
        return self.started.total_steps if self.started else 0

    @property
    def epoch(self) -> int:
        """The epoch that is being trained, 1-based; of a run that has ended the last one that it was in."""
        if self.started is None:
            return 1
        done, within = divmod(self.step, max(1, self.started.steps_per_epoch))
        begun = 0 if self.ended is not None and done and not within else 1
        return min(self.project.training.epochs, done + begun)

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0

    @property
    def steps_per_second(self) -> float:
        """Over the last seconds of the clock on the wall, validation counted in; 0 where it is not known yet."""
        if len(self._marks) < 2:
            return 0.0
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - begin) if end > begin else 0.0

    @property
    def examples_per_second(self) -> float:
        """Training examples a second, over the same time."""
        size = min(self.project.training.batch_size, max(1, self.facts.train))
        return self.steps_per_second * size

    @property
    def eta(self) -> float | None:
        """Seconds left; None where it is not known yet."""
        return self._pace.seconds_left

    def begin_with(
        self, losses: NDArray[np.float32], epochs: list[EpochEnd], turned: Sequence[KnobTurned] = ()
    ) -> None:
        """Before it starts: what an earlier part of the run recorded, losses (steps,), ends of epochs, knobs."""
        self._earlier = losses, epochs, list(turned)

    @property
    def wished(self) -> list[KnobTurned]:
        """What was turned, and what the run has been asked for and will turn at its next step."""
        return [*self.turned, *self._asked]

    def ask(self, name: str, value: float | bool, layer: str = "") -> bool:
        """A knob is about to be turned: whether that changes what holds, or what is asked for already."""
        if self.knobs.has(name, layer) and self.knobs.holds(self.wished, name, layer) == value:
            return False
        # of what is asked for before its next step the run turns the last
        self._asked = [one for one in self._asked if (one.name, one.layer) != (name, layer)]
        self._asked.append(KnobTurned(self.step, name, value, layer))
        return True

    def feed(self, event: Event, at: float | None = None) -> None:
        """Takes in what the run says. `at`: when it said so, by the clock; None: just now."""
        self._pace.feed(event, at)
        if isinstance(event, Preparing):
            self.preparing = True
        elif isinstance(event, Started):
            self.preparing = False
            self.started, self.step = event, event.step
            self._take_earlier(event.step)
            self._mark()
        elif isinstance(event, Progress):
            self._before = None
            self.curve.extend(event.losses)
            self.step, self.seconds, self.learning_rate = event.step, event.seconds, event.learning_rate
            self._mark()
        elif isinstance(event, EpochEnd):
            self.epochs.append(event)
        elif isinstance(event, TacticsChanged):
            self.started = replace(self.started, threads=event.tactics.threads) if self.started else None
        elif isinstance(event, Resumed):
            self._marks.clear()
            self._mark()
        elif isinstance(event, Look):
            self.looks[event.name] = event
        elif isinstance(event, KnobTurned):
            if event not in self.turned:  # replayed after a snapshot
                self.turned.append(event)
            self._answer(event)
        elif isinstance(event, Noted):  # it may say that a knob cannot be turned so
            self._asked.clear()
        elif isinstance(event, Searching):
            self.searching = True
        elif isinstance(event, Ended):
            self.ended, self._before = event, None
            self.preparing = self.searching = False

    def _take_earlier(self, step: int) -> None:
        """Up to the snapshot that the run goes on from; steps whose loss never reached the disk stay a gap."""
        if self._earlier is None:
            return
        losses, epochs, turned = self._earlier
        self.curve.extend(losses[:step])
        self.curve.extend(np.full(max(0, step - len(losses)), np.nan, np.float32))
        self.epochs.extend(end for end in epochs if end.step <= step)
        self.turned.extend(knob for knob in turned if knob.step <= step)  # later ones are told again when they come

    def _answer(self, event: KnobTurned) -> None:
        """What was asked for holds now."""
        same = (
            one for one in self._asked if (one.name, one.value, one.layer) == (event.name, event.value, event.layer)
        )
        found = next(same, None)
        if found is not None:
            self._asked.remove(found)

    def _mark(self) -> None:
        now = self._clock()
        self._marks.append((now, self.step))
        while len(self._marks) > 2 and now - self._marks[1][0] > MEMORY:
            self._marks.popleft()
