"""Which batches stand behind each change of the weights: every so many of an epoch, and its leftover at its end."""

from __future__ import annotations

from dataclasses import dataclass

from engine.settings import steps_in_epoch


@dataclass(frozen=True)
class Windows:
    """Batches in groups, none of which reaches over the end of an epoch.

    Everything follows from the number of batches done, so that a snapshot need not hold more than that.

    Attributes:
        every: batches of a whole window.
        batch_size, examples: of the training split.
    """

    every: int
    batch_size: int
    examples: int

    @property
    def per_epoch(self) -> int:
        """Batches of an epoch."""
        return steps_in_epoch(self.examples, self.batch_size)

    def begins(self, done: int) -> bool:
        """Whether the next batch is the first of a window, `done` batches after the run began."""
        return self.every == 1 or done % self.per_epoch % self.every == 0

    def weight(self, done: int) -> float:
        """Examples of the window whose last batch was batch number `done`, in whole batches."""
        place = (done - 1) % self.per_epoch  # of that last batch in its epoch, from 0
        first = place // self.every * self.every
        end = self.examples if place + 1 == self.per_epoch else (place + 1) * self.batch_size
        return (end - first * self.batch_size) / self.batch_size

    def changes(self, done: int) -> int:
        """How often the weights have been changed after `done` batches."""
        epochs, rest = divmod(done, self.per_epoch)
        return epochs * -(-self.per_epoch // self.every) + rest // self.every
