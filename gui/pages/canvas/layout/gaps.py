"""Places where something can be inserted."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF


@dataclass(frozen=True)
class Gap:
    """Room between two cards, or on the wire of a column.

    Attributes:
        parent: path of the block whose inside it is in; "" for the network itself.
        index: place that an inserted layer gets in `rewiring.at` of the parent: 1 is the first below what enters.
        reads: id, in the parent, of the layer whose wire is split; "" where that is simply the one above.
        feeds: id of the one reader whose wire is split, into a column or out of one; "" in a plain stack.
        rect: where it is, in pixels at zoom 1.
    """

    parent: str
    index: int
    reads: str = ""
    feeds: str = ""
    rect: QRectF = field(default_factory=QRectF, compare=False)
