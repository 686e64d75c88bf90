"""Which snapshots along a run are kept, so that one can go back to "epoch 12" or "step 4,000": some, evenly spread.

A run's end need not be known: whenever there would be more parts of it than are asked for, two become one and every
second snapshot goes. What is kept follows from what was written alone, so that a run that was interrupted, or that is
trained longer, goes on thinning where it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from engine.record.rows import SnapshotRow

SHARE = 0.1  # of the room left on the disk, for the kept snapshots of a run, at most
FINEST = -32  # a distance of an epoch / 2^32: less than a step


def is_wanted(epoch: int, keep: int) -> bool:
    """Whether the end of an epoch, 1-based, is one that stays when the run ends there."""
    return keep > 0 and epoch % (1 << max(0, _power(epoch, 1, keep))) == 0


def spread(rows: Iterable[SnapshotRow], per_epoch: int, keep: int) -> set[int]:
    """The steps of those that stay: `keep` at most.

    The run so far is cut into parts of the same length, an epoch times a power of two, as short as there are no more
    than `keep` of them; of each part the latest end of an epoch stays, or else the latest snapshot.

    Args:
        rows: those that were kept so far, and the new one; after step 0.
        per_epoch: steps.
    """
    candidates = sorted(rows, key=lambda row: (row.loss is not None, row.step))  # the end of an epoch has a loss
    if not candidates or not keep:
        return set()
    power = _power(max(row.step for row in candidates), per_epoch, keep)
    return set({_part(row.step, per_epoch, power): row.step for row in candidates}.values())


def fitting(folder: Path, held: int, size: int, keep: int) -> int:
    """How many of `keep` may stay, so that they never fill a disk.

    Args:
        folder: on the disk.
        held: bytes of those that are kept.
        size: bytes of one.
    """
    try:
        room = shutil.disk_usage(folder).free + held
    except OSError:
        return keep
    return min(keep, int(room * SHARE) // max(1, size))


def _power(step: int, per_epoch: int, keep: int) -> int:
    """How long the parts are when a run stands at a step: an epoch times 2 to this power."""
    power = FINEST
    while _part(step, per_epoch, power) >= keep:
        power += 1
    return power


def _part(step: int, per_epoch: int, power: int) -> int:
    """Number of the part, from 0, that a step ends in or stands in."""
    if power < 0:
        return ((step << -power) - 1) // per_epoch
    return (step - 1) // (per_epoch << power)
