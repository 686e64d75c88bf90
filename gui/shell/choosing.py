"""What becomes of the network where other data is opened: the person says."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.document import Document
from gui.kit.messages import ask
from gui.starters import Starters

Choice = Literal["use", "starter", "cancel"]


class Choosing(QObject):
    """Asks where there is a network that somebody made."""

    def __init__(self, document: Document, starters: Starters, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._starters, self._window = document, starters, window

    def needed(self) -> bool:
        """The network is more than its ends, and no starter as it was made."""
        project = self._document.project
        return bool(project.network.middle) and self._starters.untouched(project) is None

    def choose(self, name: str) -> Choice:
        """Asks what data called `name` is for; "starter" where there is nothing to keep."""
        if not self.needed():
            return "starter"
        answers = {
            "use": self.tr("Use it with this network"),
            "starter": self.tr("Build a starter"),
            "cancel": self.tr("Cancel"),
        }
        text = self.tr("Use {0} with the network that is here?").format(name)
        kept = self.tr(
            "The network is kept, and its ends, loss and metrics are made to fit; or a starter takes its place."
        )
        answer = ask(self._window, text, f"{kept} {self.tr('Both can be undone.')}", answers, default="use")
        choices: tuple[Choice, ...] = ("use", "starter", "cancel")
        return choices[list(answers).index(answer)]
