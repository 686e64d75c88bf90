"""What losses, optimizers and schedules share: one frozen class each, chosen by its `kind`."""

from typing import ClassVar

from engine.layers.base import Settings


class Choice(Settings):
    """One entry of a table of choices: `title` on screen, first docstring line as tooltip, fields as its form."""

    title: ClassVar[str]
    kind: str

    @classmethod
    def about(cls) -> str:
        """The first line of the class's docstring: tooltip and manual."""
        return (cls.__doc__ or "").strip().splitlines()[0]
