"""What suits the targets: other losses and metrics stay in sight, greyed, and say why."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from engine.choices.losses import LOSSES
from engine.choices.metrics import METRICS
from engine.facts import Target, TargetKind
from engine.settings import TrainingSettings

CLASS_FIELDS = ("class_weights", "sampling")
KINDS: tuple[TargetKind, ...] = ("classes", "number", "values", "tokens")


def bar_losses(combo: QComboBox, kind: TargetKind | None) -> None:
    """Greys the losses of a list that do not suit a target; none where the target is not known."""
    model = combo.model()
    if not isinstance(model, QStandardItemModel):
        return
    for row, loss in enumerate(LOSSES):
        fits = kind is None or kind in loss.suits
        model.item(row).setEnabled(fits)
        model.item(row).setToolTip(loss.about() if fits or kind is None else reason(loss.suits, (kind,)))


def bar_metrics(form: QWidget, targets: Sequence[Target], chosen: Collection[str]) -> None:
    """Greys the metrics that suit none of the targets; those that are chosen can still be taken out."""
    kinds = {target.kind for target in targets}
    most = max((len(target.classes) for target in targets), default=0)
    for name, metric in METRICS.items():
        box = form.findChild(QWidget, f"training.metrics.{name}")
        if box is not None:
            suits = not kinds or not metric.suits.isdisjoint(kinds)
            few = suits and "classes" in kinds and most <= metric.classes
            box.setEnabled((suits and not few) or name in chosen)
            more = QCoreApplication.translate("suiting", "Says something only of more than {0} classes")
            why = more.format(metric.classes) if few else reason(metric.suits, kinds)
            box.setToolTip(metric.about if suits and not few else why)


def bar_class_fields(form: QWidget, targets: Sequence[Target]) -> None:
    """Greys what is about classes where no target has any, and says why."""
    kinds = {target.kind for target in targets}
    for name in CLASS_FIELDS:
        box = form.findChild(QWidget, f"training.{name}")
        if box is not None:
            fits = not kinds or "classes" in kinds
            box.setEnabled(fits)
            about = TrainingSettings.model_fields[name].description or ""
            box.setToolTip(about if fits else reason(("classes",), kinds))


def bar_deciders(combo: QComboBox, kinds: Collection[TargetKind], chosen: str) -> None:
    """The same for what decides which epoch is the best."""
    model = combo.model()
    if not isinstance(model, QStandardItemModel):
        return
    for name, metric in METRICS.items():
        item = model.item(combo.findData(name))
        fits = not kinds or not metric.suits.isdisjoint(kinds)
        item.setEnabled(fits or name == chosen)
        item.setToolTip(metric.about if fits else reason(metric.suits, kinds))


def reason(suits: Collection[str], kinds: Collection[TargetKind]) -> str:
    """Why it does not suit: "Needs classes, but the target is a number"."""
    tr, room = QCoreApplication.translate, "suiting"
    words: dict[TargetKind, tuple[str, str]] = {
        "classes": (tr(room, "classes"), tr(room, "has classes")),
        "number": (tr(room, "a number"), tr(room, "is a number")),
        "values": (tr(room, "numbers given back"), tr(room, "is the example itself")),
        "tokens": (tr(room, "next words"), tr(room, "is the next word")),
    }
    needed = tr(room, " or ").join(words[kind][0] for kind in KINDS if kind in suits)
    found = tr(room, " or ").join(words[kind][1] for kind in KINDS if kind in kinds)
    return tr(room, "Needs {0}, but the target {1}").format(needed, found)
