"""What the palette offers: kinds of layers, blocks that come with the app, and the person's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from engine.blocks import BLOCKS
from engine.layers import KINDS, Block
from engine.layers.base import Family, Layer
from engine.shapes import Shape
from gui.kit.fuzzy import score
from gui.library import Kept

EDGES = ("input", "output")


@dataclass(frozen=True)
class Offer:
    """One row of the palette.

    Attributes:
        key: ends the row's objectName.
        title, about: for the person.
        family: names the colour.
        words: more that a search finds it by.
        make: a new layer for the shape that arrives at its place, None where that is not known.
        own: name of the file in the person's library; "" for all others.
    """

    key: str
    title: str
    about: str
    family: Family
    words: str
    make: Callable[[Shape | None], Layer]
    own: str = ""

    def score(self, wanted: str) -> float:
        """How well it answers a search; 0 where it does not."""
        return score(wanted, self.title, self.words)


def kind_offer(kind: type[Layer]) -> Offer:
    """A kind of layer, with its defaults."""
    key = str(kind.model_fields["kind"].default)
    words = f"{key} {kind.family.value} {kind.about()}"
    return Offer(key, kind.title, kind.about(), kind.family, words, lambda _: kind.model_validate({}))


def groups(own: Sequence[Kept]) -> list[tuple[str, list[Offer]]]:
    """Everything there is, under the titles that the palette shows."""
    kinds = [kind for kind in KINDS if kind.in_palette or kind.model_fields["kind"].default in EDGES]
    made = [
        (_tr(family.value), [kind_offer(kind) for kind in kinds if kind.family is family])
        for family in Family
        if family is not Family.EDGE
    ]
    edges = (_tr("data"), [kind_offer(kind) for kind in kinds if kind.family is Family.EDGE])
    return [*made, edges, (_tr("blocks"), _shipped()), (_tr("your blocks"), list(_kept(own)))]


def _shipped() -> list[Offer]:
    return [
        Offer(one.kind, _tr(one.title), _tr(one.about), Family.CORE, f"{one.words} {one.about} block", one.make)
        for one in BLOCKS
    ]


def _kept(own: Iterable[Kept]) -> Iterable[Offer]:
    for kept in own:
        about = _tr("Your own: {0}").format(kept.block.summary())
        yield Offer(f"own.{kept.file}", kept.name, about, Family.CORE, "block own", _copies(kept.block), kept.file)


def _copies(block: Block) -> Callable[[Shape | None], Layer]:
    return lambda _: block


def _tr(text: str) -> str:
    return QCoreApplication.translate("palette", text)
