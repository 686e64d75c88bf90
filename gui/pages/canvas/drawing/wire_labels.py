"""What stands beside the wires, asked for only where it is seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gui.document import Document
from gui.pages.canvas.drawing.faces import wire_texts


class WireLabels:
    """Texts by the path of the layer that gives what they say, longest first."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[str, Sequence[str]] = {}

    def of(self, path: str) -> Sequence[str]:
        """The texts of one wire."""
        if path not in self._known:
            self._known[path] = wire_texts(self._document, path)
        return self._known[path]

    def renew(self, paths: Collection[str]) -> list[str]:
        """Forgets all after an edit; those of `paths` that say something else now."""
        before, self._known = self._known, {}
        return [path for path in paths if before.get(path) != self.of(path)]
