"""What a whole training holds at once, and the largest batch for which that fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.choices.losses import Loss
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.layers.calls import Call
from engine.layers.learning import frozen_paths
from engine.memory.data import Data
from engine.memory.layers import Bytes
from engine.memory.rules import KEEPS_INPUT, KEEPS_OUTPUT
from engine.memory.timeline import FLOAT, Operation, Tape, peak
from engine.plan import Plan, Stage, plan_of
from engine.project import Project
from engine.settings import TrainingSettings

RANDOM_STATE = 5_056  # bytes of torch's random state, in each snapshot
FUSED = frozenset({"adam", "adamw", "sgd", "adagrad"})  # optimizers that need no room beside their state
HELD = 2**24  # bytes: a best epoch of less is held in memory, a larger one put into a file
LARGEST = 1_000_000  # examples: the most that TrainingSettings take


def training_bytes(project: Project, facts: DataFacts, rows: Sequence[Bytes] = ()) -> int:
    """Bytes of tensors held at once, at most, while this project trains, its data included.

    Args:
        rows: the bytes of its layers as far as they are known: summed where the network cannot be built yet.
    """
    try:
        budget = Budget.of(project, facts)
    except EngineError:
        return sum(row.total for row in rows) + Data(facts, project.training).held
    return budget.needs(project.training.batch_size)


def largest_batch(project: Project, facts: DataFacts, limit: int) -> int:
    """The most examples in a batch whose training fits into `limit` bytes; 0 where not even one does.

    A power of two, or all the training examples. EngineError where the network cannot be built.
    """
    return Budget.of(project, facts).largest(limit)


class Budget:
    """What training a plan needs, for any batch size. The network is gone through once."""

    def __init__(
        self, made: Plan, facts: DataFacts, training: TrainingSettings, frozen: frozenset[str] = frozenset()
    ) -> None:
        """`frozen`: paths of the layers that do not learn."""
        self._facts = facts
        self._data = Data(facts, training)
        calls = list(_calls(made.stage))
        self.weights = FLOAT * sum(call.parameters + call.frozen + _running(call) for _, call in calls)
        learning = [call.parameters for path, call in calls if path not in frozen]
        self.learned = FLOAT * sum(learning)
        self.state = self.learned * training.optimizer.state
        self.average = self.learned if training.averaging else 0
        self._gathered = training.accumulate > 1
        self._restores = training.early_stopping.restore_best
        largest = FLOAT * max(learning, default=0)
        self._room = 0 if training.optimizer.kind in FUSED else 2 * largest
        self._rows = made.measured_at_once
        self._step, self._look = _tapes(made, facts, training, frozen)
        self._answers = self._answer_bytes(made)
        self._looked = self._measuring()

    @classmethod
    def of(cls, project: Project, facts: DataFacts) -> Budget:
        """EngineError where the network cannot be built."""
        frozen = frozenset(frozen_paths(project.network.layers))
        return cls(plan_of(project.network, facts, project.training), facts, project.training, frozen)

    def largest(self, limit: int) -> int:
        """The most examples in a batch that fit into `limit` bytes: a power of two, or all there are; 0 for none."""
        most = min(max(1, self._facts.train), LARGEST)
        if self.needs(most) <= limit:
            return most
        if self.needs(1) > limit:
            return 0
        size = 1
        while size * 2 < most and self.needs(size * 2) <= limit:
            size *= 2
        return size

    @property
    def copy(self) -> int:
        """Bytes of a copy of weights and optimizer, as of a best epoch that no file takes."""
        return self.weights + self.state + self.average

    def needs(self, batch: int) -> int:
        """Bytes at once, at most: in a step or while measuring, with the best epoch where that is held in memory."""
        batch = min(batch, max(1, self._facts.train))
        kept = self.copy
        step = max(peak(self._step, batch, gathered=self._gathered), self.learned + self._room)
        step += self._data.ordered + self._data.gathered(batch) + self._data.augmented(batch) + 2 * RANDOM_STATE
        best = kept if kept < HELD else 0
        restored = self.learned + kept if self._restores else 0  # the run's end: the best epoch is read again
        return round(self._data.held + kept + best + max(step, self._looked, restored))

    def _measuring(self) -> float:
        examples = self._facts.validation
        rows = min(self._rows, examples)
        if not examples:
            return 0.0
        return self.learned + peak(self._look, rows, learning=False) + examples * self._answers  # with gradients

    def _answer_bytes(self, made: Plan) -> float:
        """Bytes of the answers for one example, kept until all are there, and joined; of words the likeliest alone."""
        total = 0
        for shape, name in zip(made.stage.outputs, made.targets, strict=True):
            target = self._facts.target_of(name)
            tokens = target is not None and target.kind == "tokens"
            total += 2 * (8 * shape.size("time") if tokens else FLOAT * shape.count)
        return total


def _tapes(made: Plan, facts: DataFacts, training: TrainingSettings, frozen: frozenset[str]) -> tuple[Tape, Tape]:
    """The operations of a step with its losses, and of a look without learning."""
    step = Tape(frozen=frozen)
    results = step.stage(made.stage, [step.place(0.0) for _ in made.stage.entries])  # a batch is a part of the data
    look = step.copy()
    for place, shape, name in zip(results, made.stage.outputs, made.targets, strict=True):
        target = facts.target_of(name)
        if target is not None:
            loss, _ = training.loss_of(target, target is facts.target)
            _add_loss(step, place, FLOAT * shape.count, loss)
        _add_answers(look, place, FLOAT * shape.count)
    return step, look


def _add_loss(tape: Tape, logits: int, size: float, loss: Loss) -> None:
    """Losses on classes keep the logarithms of shares, those on numbers what they compare."""
    if loss.link == "softmax":
        shares = tape.place(size)
        tape.sloped.add(shares)
        tape.operations.append(Operation((logits,), shares, KEEPS_OUTPUT))
        logits, size = shares, size if loss.target == "one-hot" else 0.0
    tape.operations.append(Operation((logits,), tape.place(0.0), KEEPS_INPUT, 0.0, size, size))


def _add_answers(tape: Tape, logits: int, size: float) -> None:
    """The logits stay while the losses, and then the answers, are made of them."""
    tape.operations.append(Operation((logits,), tape.place(0.0), KEEPS_INPUT, 0.0, 2 * size, 0.0))


def _calls(stage: Stage, above: str = "") -> Iterator[tuple[str, Call]]:
    """All modules, each with the path of its layer."""
    for step in stage.steps:
        yield from ((above + step.id, call) for call in step.calls)
        for repeat in step.repeats:
            yield from _calls(repeat, f"{above}{step.id}.")


def _running(call: Call) -> int:
    """Numbers beside the weights that a module keeps: running means and deviations, waves, turns."""
    if call.target.startswith("nn.BatchNorm"):
        return call.vectors
    if call.target == "Sinusoids":
        return int(str(call.args[0])) * int(str(call.args[1]))
    if call.target == "Attention":
        steps = int(str(dict(call.kwargs).get("rotary", 0)))
        return 2 * steps * (int(str(call.args[0])) // int(str(call.args[1])) // 2)
    return 0
