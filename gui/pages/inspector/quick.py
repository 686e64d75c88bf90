"""One setting for all that a block holds: the channels of its convolutions, in the proportions they have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import rewiring
from engine.layers import Block
from engine.layers.base import Count, Settings
from gui.kit.forms import SettingsForm
from gui.pages.inspector.place import Place

LEAST = 2  # layers with channels from which it is worth a row


class Together(Settings):
    """What is set at once."""

    channels: Annotated[
        Count, Field(title="Channels", description="Of all convolutions inside, in proportion to the last")
    ] = 64


class Quick(QWidget):
    """A row `inspector.all.channels`; hidden for what is no block or has hardly any convolutions.

    Signals:
        edited: field and value.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = SettingsForm("inspector.all", self)
        self._made: tuple[tuple[str, ...], dict[str, int]] | None = None  # what typing has made so far
        self._base: dict[str, int] = {}  # what it began with: "128" is 1, 12 and 128 on its way
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self.form.edited.connect(self.edited)

    def show_place(self, place: Place) -> None:
        """Shows what the block there has."""
        found = channels_in(place.layer) if isinstance(place.layer, Block) else {}
        self.setVisible(len(found) >= LEAST)
        if len(found) >= LEAST:
            self.form.show_settings(Together(channels=list(found.values())[-1]))

    def apply(self, place: Place, text: str, value: int) -> None:
        """Sets all channels, in one step of undo. EngineError where one is refused."""
        block = place.layer
        if not isinstance(block, Block):
            return
        found = channels_in(block)
        if self._made != (place.path, found):
            self._base = found
        wanted = scaled(self._base, value)
        inner = rewiring.inside(block)
        for layer_id, channels in wanted.items():
            inner = inner.with_values(layer_id, channels=channels)
        self._made = (place.path, wanted)
        place.set_inside(text, inner, merge=f"{'.'.join(place.path)}.channels")


def channels_in(block: Block) -> dict[str, int]:
    """Channels of the layers right inside that have them, top to bottom."""
    found = {layer.id: dict(layer).get("channels") for layer in block.layers}
    return {layer_id: channels for layer_id, channels in found.items() if isinstance(channels, int)}


def scaled(channels: dict[str, int], last: int) -> dict[str, int]:
    """The same proportions, with `last` for the last one."""
    base = list(channels.values())[-1]
    return {layer_id: max(1, round(count * last / base)) for layer_id, count in channels.items()}
