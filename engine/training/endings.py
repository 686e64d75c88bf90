"""What a run says when it ends otherwise than after its last epoch."""

from __future__ import annotations

from engine.choices.deciding import Decider
from engine.network import Network
from engine.record.early_stopping import Patience
from engine.record.events import Diverged, EarlyStopped
from engine.rewiring import labels
from engine.training.divergence import Culprit


def diverged(step: int, rate: float, culprit: Culprit, network: Network) -> Diverged:
    """The loss or the weights are no numbers any more. The layer is called as it is on its card."""
    called = labels(network).get(culprit.layer, culprit.layer)
    first = f", first in {called} (its {culprit.what} grew beyond all bounds)" if culprit.layer else ""
    message = (
        f"The loss stopped being a number at step {step:,}{first}, with a learning rate of {rate:.3g}. "
        f"Set the learning rate to {rate / 10:.1g} or less and train again."
    )
    return Diverged(step, message, culprit.layer, rate)


def early_stopped(step: int, patience: Patience, decider: Decider, *, validated: bool, restored: bool) -> EarlyStopped:
    """What decides did not get better for long enough. `restored`: the run ends with the weights of its best epoch."""
    count = f"{patience.waited} epoch{'s' if patience.waited > 1 else ''}"
    measure = decider.title(validated=validated)
    value = decider.number(-patience.best_score if decider.higher_is_better else patience.best_score)
    best = f"The best was epoch {patience.best} ({measure} {value})" if patience.best else "None was good"
    kept = ", and its weights are kept" if restored else ""
    words = f"Stopped early after epoch {patience.epochs}: no better {measure} for {count}. {best}{kept}."
    return EarlyStopped(step, words)
