"""Ways to keep gradients small, each declared once."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choices.base import Choice
from engine.layers.calls import Call


class Clipping(Choice):
    """What is done with gradients before each change of the weights."""

    def call(self) -> Call | None:
        """The function of torch.nn.utils that does it, without the parameters; None where nothing is done."""
        return None


class NoClipping(Clipping):
    """Gradients as they are."""

    title: ClassVar[str] = "None"
    kind: Literal["none"] = "none"


class ClipNorm(Clipping):
    """Scales all gradients together so that their common length is at most the limit.

    Pascanu, Mikolov & Bengio 2013, algorithm 1.
    """

    title: ClassVar[str] = "Norm"
    kind: Literal["norm"] = "norm"
    limit: Annotated[
        float, Field(gt=0, le=1e6, title="Limit", description="Length of all gradients together, at most")
    ] = 1.0

    def call(self) -> Call:
        return Call.of("nn.utils.clip_grad_norm_", self.limit)


class ClipValue(Clipping):
    """Cuts every single gradient to between minus and plus the limit."""

    title: ClassVar[str] = "Value"
    kind: Literal["value"] = "value"
    limit: Annotated[float, Field(gt=0, le=1e6, title="Limit", description="Size of each gradient, at most")] = 0.5

    def call(self) -> Call:
        return Call.of("nn.utils.clip_grad_value_", self.limit)


AnyClipping = Annotated[NoClipping | ClipNorm | ClipValue, Field(discriminator="kind")]
