"""When a run has waited long enough for a better loss, and which epoch was the best."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.settings import EarlyStopping


class Patience:
    """Follows the losses of finished epochs, one by one. Made anew from all of them, it stands where it stood.

    Attributes:
        epochs: taken in so far.
        best, best_loss: the epoch with the lowest loss, 1-based, and its loss; 0 and infinity before there is one.

    Args:
        losses: of the epochs so far, oldest first.
        since: epochs whose waiting does not count: those before more of them were asked for.
    """

    def __init__(self, settings: EarlyStopping, losses: Sequence[float] = (), since: int = 0) -> None:
        self._settings, self._since = settings, since
        self.epochs, self.best, self.best_loss = 0, 0, math.inf
        self._reference, self._improved = math.inf, 0
        for loss in losses:
            self.take(loss)

    def take(self, loss: float) -> bool:
        """Another epoch; True where none before was as good. A loss that is not a number is never good."""
        self.epochs += 1
        if loss < self._reference - self._settings.by:
            self._reference, self._improved = loss, self.epochs
        if not loss < self.best_loss:
            return False
        self.best, self.best_loss = self.epochs, loss
        return True

    @property
    def waited(self) -> int:
        """Epochs since the last one whose loss was better by more than what counts."""
        return self.epochs - min(self.epochs, max(self._improved, self._since))

    @property
    def over(self) -> bool:
        """Whether the run ends here."""
        return 0 < self._settings.patience <= self.waited
