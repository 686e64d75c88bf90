"""Settings that can be changed while a run goes on: applied to a learner from outside, and what was turned so far.

What is turned is recorded with its step and kept in the loop's position, so that a resumed run repeats it exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from torch import nn

from engine.build import layer_modules
from engine.errors import EngineError
from engine.layers.learning import frozen_paths
from engine.paths import is_within, outermost
from engine.record.control import DROPOUT, FROZEN, LEARNING_RATE, WEIGHT_DECAY, Knob
from engine.record.events import KnobTurned
from engine.training.learner import Learner

DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout)
MOST_RATE, MOST_DECAY = 100.0, 10.0  # as the settings take them


class Knobs:
    """The live knobs of one learner.

    Attributes:
        learning_rate: as it stands now, before the schedule's factor.
        turned: what was turned so far, the latest of each kind, as JSON values in the order of turning.
    """

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._layers = list(layer_modules(learner.model))
        self.learning_rate = learner.settings.optimizer.learning_rate
        self.turned: list[dict[str, Any]] = []
        self._dropouts = {module: module.p for module in _dropouts(module for _, module in self._layers)}

    def put_back(self, turned: Sequence[dict[str, Any]]) -> None:
        """Makes every knob what the settings say, then what was turned. The optimizer may forget what it knows."""
        optimizer, learner = self._learner.settings.optimizer, self._learner
        for knob in self.turned:
            if knob["name"] == FROZEN:
                self._freeze(knob["layer"], False)
        for path in frozen_paths(learner.layers):
            learner.freeze(path, True, known=True)
        for module, rate in self._dropouts.items():
            module.p = rate
        learner.changed()
        if any(knob["name"] == WEIGHT_DECAY for knob in self.turned):
            learner.updater.set_weight_decay(optimizer.weight_decay)
        self.learning_rate, self.turned = optimizer.learning_rate, []
        for knob in turned:
            refused = self.turn(Knob(**knob), known=True)
            if refused:
                raise EngineError(f"The run cannot go on as it was: {refused}", hint="Train it again")

    def turn(self, knob: Knob, *, known: bool = False) -> str:
        """Gives a knob its value. Where that cannot be, nothing is changed and one sentence says why; else "".

        `known`: it was turned before, with others; of each only the latest turn is left, so that in between no layer
        may be left to learn.
        """
        refused = self._refused(knob)
        if refused:
            return refused
        if knob.name == LEARNING_RATE:
            self.learning_rate = float(knob.value)
        elif knob.name == WEIGHT_DECAY:
            self._learner.updater.set_weight_decay(float(knob.value))
        elif knob.name == DROPOUT:
            for module in _dropouts(self._modules(knob.layer)):
                module.p = float(knob.value)
            self._learner.changed()
        else:
            try:
                self._freeze(knob.layer, bool(knob.value), known=known)
            except EngineError as error:
                return str(error)
        self.turned = [one for one in self.turned if (one["name"], one["layer"]) != (knob.name, knob.layer)]
        self.turned.append(asdict(knob))
        return ""

    def _refused(self, knob: Knob) -> str:
        if knob.name not in _LIMITS:
            return f"There is no knob called {knob.name}."
        least, most, words = _LIMITS[knob.name]
        if not (math.isfinite(knob.value) and least <= knob.value <= most):
            return f"{knob.value:g} is not a {words}: it stays as it was."
        found = self._modules(knob.layer)
        if not found:
            return f"There is no layer {knob.layer} with settings of its own: nothing was changed."
        return self._missing(knob, found)

    def _missing(self, knob: Knob, found: list[nn.Module]) -> str:
        if knob.name == DROPOUT and not list(_dropouts(found)):
            return "There is no dropout to change."
        if knob.name == FROZEN and knob.value and not knob.layer:
            return "One layer at least has to go on learning: nothing was frozen."
        if knob.name == FROZEN and not any(True for module in found for _ in module.parameters()):
            return f"{knob.layer} has no weights to freeze."
        return ""

    def _freeze(self, path: str, frozen: bool, *, known: bool = False) -> None:
        for layer in [path] if path else dict.fromkeys(outermost(inner) for inner, _ in self._layers):
            self._learner.freeze(layer, frozen, known=known)

    def _modules(self, path: str) -> list[nn.Module]:
        """Of the layer at a path and all inside it; of all layers for ""."""
        return [module for layer, module in self._layers if is_within(layer, path)]


class Replay:
    """Knobs that are to be turned at steps known before."""

    def __init__(self, planned: Iterable[KnobTurned]) -> None:
        self._waiting = sorted(dict.fromkeys(planned), key=lambda knob: knob.step)

    def due(self, step: int) -> list[Knob]:
        """Those to be turned before the step after `step` steps, oldest first; they are not given again."""
        found = []
        while self._waiting and self._waiting[0].step <= step:
            knob = self._waiting.pop(0)
            found.append(Knob(knob.name, knob.value, knob.layer))
        return found

    @property
    def next_step(self) -> float:
        """Of the next knob; infinite where there is none."""
        return self._waiting[0].step if self._waiting else math.inf

    @property
    def waiting(self) -> list[KnobTurned]:
        """Those that are still to come."""
        return list(self._waiting)


def latest(asked: Sequence[Knob]) -> list[Knob]:
    """The last turn of each knob: what a slider passed on its way is no change."""
    found: dict[tuple[str, str], Knob] = {}
    for knob in asked:
        found.pop((knob.name, knob.layer), None)
        found[knob.name, knob.layer] = knob
    return list(found.values())


_LIMITS = {
    LEARNING_RATE: (1e-12, MOST_RATE, "learning rate"),
    WEIGHT_DECAY: (0.0, MOST_DECAY, "weight decay"),
    DROPOUT: (0.0, 0.999999, "dropout rate"),
    FROZEN: (0, 1, "yes or no"),
}


def _dropouts(modules: Iterable[nn.Module]) -> Iterator[Any]:
    for module in modules:
        yield from (one for one in module.modules() if isinstance(one, DROPOUTS))
