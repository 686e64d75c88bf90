"""ResNet-18 for pictures of 32 × 32, from blank, by mouse and keys alone, in under 60 gestures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from engine.facts import DataFacts, Target
from engine.network import Network
from engine.shapes import Shape
from gui.shared.context import Context
from tests.gui.pages.canvas.driving import CTRL, NONE, Hands, shown

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups without a screen

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CIFAR = DataFacts(
    "images", Shape.of(channel=3, height=32, width=32), Target("class", "classes", CLASSES), 40_000, 10_000, 10_000
)
PARAMETERS = 11_173_962  # He et al. 2015 with a stem of 3 × 3, as trained on CIFAR-10
MOST = 60


class Counted:
    """Hands that count: a click, a key with its modifiers and a typed word are one gesture each."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.gestures = hands, 0

    def _count(self) -> None:
        QApplication.processEvents()  # as between the gestures of a person
        self.gestures += 1

    def click(self, at: QPoint | str) -> None:
        self._count()
        self.hands.click(at)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self._count()
        self.hands.key(key, modifiers)

    def type(self, word: str) -> None:
        self._count()
        self.hands.type(word)

    def put(self, word: str) -> None:
        """Searches for a layer or block and takes the best."""
        self.type(word)
        self.key(Key.Key_Return)


@pytest.fixture
def blank(context: Context) -> Iterator[Counted]:
    context.document.open(context.document.project.changed(network=Network()), None, "blank")
    context.document.set_facts(CIFAR)
    with shown(context) as hands:
        yield Counted(hands)


def test_resnet18_from_blank(blank: Counted) -> None:
    blank.click(blank.hands.card("input"))
    blank.put("conv2d")
    blank.key(Key.Key_Return)  # its settings: channels first
    blank.type("64")
    for _ in range(4):
        blank.key(Key.Key_Tab)
    blank.type("none")  # activation
    blank.key(Key.Key_Tab)
    blank.key(Key.Key_Space)  # no bias: the norm below has one
    blank.key(Key.Key_Escape)
    blank.put("batch norm")
    blank.put("activation")
    for word in ("residual", "residual", *("halving", "residual") * 3):
        blank.put(word)
    blank.put("global pool 2d")
    blank.put("dense")
    blank.key(Key.Key_Return)
    blank.type("10")
    blank.key(Key.Key_Tab)
    blank.type("softmax")
    blank.key(Key.Key_Escape)
    document = blank.hands.document
    assert document.report.parameters == PARAMETERS
    assert document.report.problems == ()
    assert blank.gestures < MOST
    kinds = [layer.kind for layer in document.network.middle]
    assert kinds == ["conv2d", "batch_norm", "activation", *["block"] * 8, "global_pool2d", "dense"]
    assert document.report.layers["global_pool2d"].inputs[0] == Shape.of(channel=512, height=4, width=4)


def test_every_gesture_can_be_undone(blank: Counted) -> None:
    empty = blank.hands.document.project
    blank.click(blank.hands.card("input"))
    for word in ("conv2d", "residual", "halving"):
        blank.put(word)
    while blank.hands.document.undo_stack.canUndo():
        blank.key(Key.Key_Z, CTRL)
    assert blank.hands.document.project == empty
