"""What every layer kind shares. A kind is one frozen class: form, palette, file, shape and module come from it."""

import keyword
import math
from abc import abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from engine.errors import ShapeError
from engine.layers.calls import Calls
from engine.shapes import Shape

LONGEST_NAME = 60  # characters of what a person calls a layer

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Rate = Annotated[float, Field(ge=0.0, lt=1.0)]

TORCH_NAMES = """
    add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict
    modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook
    requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu
    zero_grad
"""
RESERVED = frozenset({*TORCH_NAMES.split(), "head", "logits", "answers", *keyword.kwlist})
"""Ids that a layer cannot have: attributes of nn.Module and of a printed Model, and Python's own words."""


class Family(StrEnum):
    """A group in the palette, in palette order, and a colour on the card."""

    EDGE = "edge"
    CORE = "core"
    SEQUENCE = "text & sequence"
    IMAGE = "image"
    NORMALISE = "normalise"
    SHAPE = "shape"
    JOIN = "join"


class Settings(BaseModel):
    """A frozen value that refuses unknown names and nonsense when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def changed(self, **values: Any) -> Self:
        """A copy with some values replaced and all of them checked; pydantic.ValidationError where one is refused."""
        return type(self).model_validate({**dict(self), **values})


class Learning(Settings):
    """How one layer learns, where that differs from the rest. A block's holds for all inside it as well.

    Attributes:
        frozen: its weights stay as they are.
        rate: the learning rate is multiplied by it; inside blocks the factors multiply.
        l1, l2: added to the loss: l1 times the sum of sizes and l2 times the sum of squares of its weights (biases and
            norms left out).
    """

    frozen: bool = Field(False, title="Frozen", description="Its weights stay as they are")
    rate: Annotated[
        float, Field(ge=0, le=1_000, title="Rate", description="The learning rate of this layer is multiplied by it")
    ] = 1.0
    l1: Annotated[
        float, Field(ge=0, le=100, title="L1", description="Pulls weights to exactly zero: a price on their size")
    ] = 0.0
    l2: Annotated[
        float, Field(ge=0, le=100, title="L2", description="Keeps weights small: a price on their squares")
    ] = 0.0


class Layer(Settings):
    """One entry of a network.

    Attributes:
        id: unique in its network; also the attribute's name in exported code.
        name: what the card says; "" shows the kind's title.
        inputs: ids of the layers it reads; empty reads the one above.
        shares: id of an earlier layer whose weights it uses instead of its own; empty: its own.
        note: what the person wants to remember of it; changes nothing.
        learning: how its weights learn, where that differs from the rest.
    """

    title: ClassVar[str]
    family: ClassVar[Family]
    accepts: ClassVar[tuple[tuple[str, ...], ...]] = ()  # axis names it can read; empty: any
    reads: ClassVar[str] = "real"  # "real", "ids" or "any"
    arity: ClassVar[tuple[int, int]] = (1, 1)  # least and most layers it reads
    in_palette: ClassVar[bool] = True
    sign: ClassVar[str] = ""  # of a layer that joins: what stands between the names of what it reads

    kind: str
    id: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$", max_length=60, title="Id")] = ""
    name: Annotated[
        str, Field(max_length=LONGEST_NAME, title="Name", description="What the card says; empty: its kind")
    ] = ""
    inputs: tuple[str, ...] = Field(
        (), title="Reads", description="Layers above that it reads; empty: the one right above"
    )
    shares: Annotated[
        str, Field(max_length=60, title="Shares", description="A layer above whose weights it uses; empty: its own")
    ] = ""
    note: Annotated[str, Field(max_length=2_000, title="Note", description="For you; it changes nothing")] = ""
    learning: Learning = Learning()

    @field_validator("id")
    @classmethod
    def _free_for_code(cls, name: str) -> str:
        if name in RESERVED:
            raise PydanticCustomError("reserved", "a layer cannot have the id {name}", {"name": name})
        return name

    @property
    def label(self) -> str:
        return self.name or self.title

    @property
    def inside(self) -> Sequence["Layer"]:
        """The layers that stand inside it, top to bottom; none where it is no block."""
        return ()

    @classmethod
    def about(cls) -> str:
        """The first line of the class's docstring: tooltip and manual."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    def summary(self) -> str:
        """One short line for the card: `64 units · ReLU`."""
        return self.sign.join(self.inputs)

    @abstractmethod
    def output(self, inputs: Sequence[Shape]) -> Shape:
        """Shape after the layer. ShapeError where the inputs do not suit it."""

    def build(self, inputs: Sequence[Shape]) -> Calls:
        """The modules, in order; the first receives all the inputs. Call only with inputs that `output` accepts."""
        return ()

    def positions(self, inputs: Sequence[Shape], output: Shape) -> int:
        """How often the weights are applied to one sample: windows of a convolution, steps of a recurrent layer."""
        names = {"feature", "channel"}
        return math.prod(size for name, size in output.axes if name not in names)

    def parameters(self, inputs: Sequence[Shape]) -> int:
        """Numbers that training changes."""
        return sum(call.parameters for call in self.build(inputs))

    def macs(self, inputs: Sequence[Shape], output: Shape) -> int:
        """Multiply-adds of the forward pass for one sample; look-ups, biases, norms and activations are not counted."""
        return sum(call.weights + call.frozen for call in self.build(inputs)) * self.positions(inputs, output)


class Unary(Layer):
    """A layer that reads one other."""

    def output(self, inputs: Sequence[Shape]) -> Shape:
        x = self.single(inputs)
        self.check(x)
        return self.shape(x)

    def build(self, inputs: Sequence[Shape]) -> Calls:
        return self.calls(self.single(inputs))

    def single(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs) != 1:
            raise ShapeError(
                f"{self.label} reads one layer, not {len(inputs)}",
                layer=self.id,
                hint="Join them first with Add or Concatenate",
            )
        return inputs[0]

    def check(self, x: Shape) -> None:
        """ShapeError where the axes or the kind of values do not suit this layer."""
        if self.reads == "ids" and x.values != "ids":
            raise ShapeError(f"{self.label} needs token numbers, got {x}", layer=self.id, hint="Use it on text, first")
        if self.reads == "real" and x.values == "ids":
            raise ShapeError(
                f"{self.label} cannot read token numbers ({x})", layer=self.id, hint="Put Embedding before it"
            )
        if self.accepts and x.names not in self.accepts:
            wanted = " or ".join(" × ".join(names) for names in self.accepts)
            raise ShapeError(f"{self.label} needs {wanted}, got {x}", layer=self.id, hint=self.advice(x))

    def advice(self, x: Shape) -> str:
        """What to do about axes that do not suit."""
        return "Put a layer before it that gives that shape"

    @abstractmethod
    def shape(self, x: Shape) -> Shape:
        """Shape of one sample after the layer; arithmetic only."""

    @abstractmethod
    def calls(self, x: Shape) -> Calls:
        """The modules that compute it, in order."""
