"""Pictures: files that the cells name, all brought to one size, each channel to mean 0 and deviation 1."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.data.dataset import Tell
from engine.data.feature.base import Given, Held, InputFeature

Pixels = Annotated[int, Field(ge=1, le=1024, json_schema_extra={"unit": "px"})]


class Picture(InputFeature):
    """A picture, float32 (channel, height, width)."""

    title: ClassVar[str] = "picture"

    kind: Literal["picture"] = "picture"
    width: Annotated[Pixels, Field(title="Width")] = 32
    height: Annotated[Pixels, Field(title="Height")] = 32
    colour: Literal["grey", "colour"] = Field("colour", title="Colour")

    def read(self, given: Given, tell: Tell) -> Held:
        from engine.data.feature.pixels import read_pictures  # Pillow takes a moment to load

        return read_pictures(self, given, tell)
