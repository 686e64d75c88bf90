"""Learning-rate schedules, each declared once: what the rate is multiplied by at each step."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choices.base import Choice


class Schedule(Choice):
    """How the learning rate changes while training. Schedules are arithmetic on the step number, so resuming needs no state."""

    def factor(self, step: int, total: int) -> float:
        """What the learning rate is multiplied by at `step` of `total` (0-based)."""
        return 1.0


class Constant(Schedule):
    """The same learning rate from first step to last."""

    title: ClassVar[str] = "Constant"
    kind: Literal["constant"] = "constant"


SCHEDULES: tuple[type[Schedule], ...] = (Constant,)
AnySchedule = Annotated[Constant, Field()]
