"""When a run has waited long enough for a better epoch, and which one was the best."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.settings import EarlyStopping


class Patience:
    """Follows the scores of finished epochs, one by one: losses, or a metric turned so that lower is better. Made anew
    from all of them, it stands where it stood.

    Attributes:
        epochs: taken in so far.
        best, best_score: the epoch with the lowest score, 1-based, and its score; 0 and infinity before there is one.

    Args:
        scores: of the epochs so far, oldest first.
        since: epochs whose waiting does not count: those before more of them were asked for.
    """

    def __init__(self, settings: EarlyStopping, scores: Sequence[float] = (), since: int = 0) -> None:
        self._settings, self._since = settings, since
        self.epochs, self.best, self.best_score = 0, 0, math.inf
        self._reference, self._improved = math.inf, 0
        for score in scores:
            self.take(score)

    def take(self, score: float) -> bool:
        """Another epoch; True where none before was as good. A score that is not a number is never good."""
        self.epochs += 1
        if score < self._reference - self._settings.by:
            self._reference, self._improved = score, self.epochs
        if not score < self.best_score:
            return False
        self.best, self.best_score = self.epochs, score
        return True

    @property
    def waited(self) -> int:
        """Epochs since the last one whose score was better by more than what counts."""
        return self.epochs - min(self.epochs, max(self._improved, self._since))

    @property
    def over(self) -> bool:
        """Whether the run ends here."""
        return 0 < self._settings.patience <= self.waited
