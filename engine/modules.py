"""Small modules that layers name beside torch.nn. Each stands by itself: exported code prints its source."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """Sums tensors of one shape: n of (B, ...) -> (B, ...)."""

    def forward(self, *inputs: Tensor) -> Tensor:
        total = inputs[0]
        for other in inputs[1:]:
            total = total + other
        return total


class Concatenate(nn.Module):
    """Puts tensors side by side along axis `dim` (the batch is axis 0): (B, 4), (B, 2) -> (B, 6)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat(inputs, dim=self.dim)


class SwapAxes(nn.Module):
    """Swaps axes `first` and `second` (the batch is axis 0): (B, time, feature) -> (B, feature, time)."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(self.first, self.second)


class LastStep(nn.Module):
    """Of what nn.RNN, nn.LSTM or nn.GRU gives, the top layer's state once all is read: (B, units).

    Both ways: the state after the last step of the way forward, then that after the first step of the way back,
    (B, 2 * units).
    """

    def __init__(self, both_ways: bool = False) -> None:
        super().__init__()
        self.both_ways = both_ways

    def forward(self, result: tuple[Tensor, Tensor | tuple[Tensor, Tensor]]) -> Tensor:
        state = result[1]
        hidden = state[0] if isinstance(state, tuple) else state  # (layers * ways, B, units)
        return torch.cat((hidden[-2], hidden[-1]), dim=1) if self.both_ways else hidden[-1]


class EveryStep(nn.Module):
    """Of what nn.RNN, nn.LSTM or nn.GRU gives, the output of every step: (B, time, units)."""

    def forward(self, result: tuple[Tensor, Tensor | tuple[Tensor, Tensor]]) -> Tensor:
        return result[0]


class Exp(nn.Module):
    """e to the power of each number, so that answers are positive: any shape, kept."""

    def forward(self, x: Tensor) -> Tensor:
        return x.exp()


class Multiply(nn.Module):
    """Multiplies tensors number by number; (B, C) or (B, C, 1, 1) scales the channels of (B, C, H, W)."""

    def forward(self, *inputs: Tensor) -> Tensor:
        axes = max(x.dim() for x in inputs)
        total, *others = [x.reshape(x.shape + (1,) * (axes - x.dim())) for x in inputs]
        for other in others:
            total = total * other
        return total


class Permute(nn.Module):
    """Puts axes into another order (the batch, axis 0, first): order (0, 2, 3, 1) moves channels last."""

    def __init__(self, order: tuple[int, ...]) -> None:
        super().__init__()
        self.order = order

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.order).contiguous()  # torch's group norm crashes on a picture with its channels last


class Repeat(nn.Module):
    """The same row at every step: (B, feature) -> (B, times, feature)."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def forward(self, x: Tensor) -> Tensor:
        return x.unsqueeze(1).repeat(1, self.times, 1)


class Slice(nn.Module):
    """Numbers `start` to before `stop` along axis `dim` (the batch is axis 0)."""

    def __init__(self, dim: int, start: int, stop: int) -> None:
        super().__init__()
        self.dim, self.start, self.stop = dim, start, stop

    def forward(self, x: Tensor) -> Tensor:
        return x.narrow(self.dim, self.start, self.stop - self.start)


class Pick(nn.Module):
    """One place along axis `dim`, which goes: dim 1, (B, time, feature) -> (B, feature)."""

    def __init__(self, dim: int, index: int) -> None:
        super().__init__()
        self.dim, self.index = dim, index

    def forward(self, x: Tensor) -> Tensor:
        return x.select(self.dim, self.index)


class MeanOver(nn.Module):
    """The mean over axes `dims` (the batch is axis 0); `keep` leaves them with size 1."""

    def __init__(self, dims: tuple[int, ...], keep: bool = False) -> None:
        super().__init__()
        self.dims, self.keep = dims, keep

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=self.dims, keepdim=self.keep)


class MaxOver(nn.Module):
    """The largest number over axes `dims` (the batch is axis 0); `keep` leaves them with size 1."""

    def __init__(self, dims: tuple[int, ...], keep: bool = False) -> None:
        super().__init__()
        self.dims, self.keep = dims, keep

    def forward(self, x: Tensor) -> Tensor:
        return x.amax(dim=self.dims, keepdim=self.keep)


class Noise(nn.Module):
    """Adds normal noise while training: any shape, kept."""

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def forward(self, x: Tensor) -> Tensor:
        return x + self.deviation * torch.randn_like(x) if self.training else x


class RandomFlip(nn.Module):
    """Mirrors each picture by itself while training, with these chances: (B, C, H, W), kept."""

    def __init__(self, left_right: float, up_down: float = 0.0) -> None:
        super().__init__()
        self.chances = {3: left_right, 2: up_down}

    def forward(self, x: Tensor) -> Tensor:
        for axis, chance in self.chances.items() if self.training else ():
            if chance:
                turned = torch.rand(x.shape[0], 1, 1, 1, device=x.device) < chance
                x = torch.where(turned, x.flip(axis), x)
        return x


class RandomShift(nn.Module):
    """Moves each picture by itself while training, up to `distance` pixels each way: (B, C, H, W), kept.

    A random crop out of the picture with a margin (He et al. 2016, 4.2) of "zeros", or to "repeat" its edge.
    """

    def __init__(self, distance: int, fill: str = "zeros") -> None:
        super().__init__()
        self.distance, self.fill = distance, fill

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        height, width = x.shape[2:]
        rows, columns = self.places(x, height).unsqueeze(2), self.places(x, width).unsqueeze(1)
        top, left = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
        taken = (top * width + left).flatten(1).unsqueeze(1)  # (B, 1, H * W), of the picture as one row
        moved = x.flatten(2).gather(2, taken.expand(-1, x.shape[1], -1)).view(x.shape)
        if self.fill == "repeat":
            return moved
        return moved.masked_fill(((rows != top) | (columns != left)).unsqueeze(1), 0.0)

    def places(self, x: Tensor, size: int) -> Tensor:  # (B, size)
        start = torch.randint(-self.distance, self.distance + 1, (x.shape[0], 1), device=x.device)
        return start + torch.arange(size, device=x.device)


class Cutout(nn.Module):
    """Sets a square of each picture to zero while training (DeVries & Taylor 2017): (B, C, H, W), kept.

    Its middle is drawn from all pixels, so that it may reach beyond the rim.
    """

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        rows, columns = self.within(x, x.shape[2]), self.within(x, x.shape[3])
        return x.masked_fill((rows.unsqueeze(2) & columns.unsqueeze(1)).unsqueeze(1), 0.0)

    def within(self, x: Tensor, size: int) -> Tensor:  # (B, size)
        start = torch.randint(0, size, (x.shape[0], 1), device=x.device) - self.side // 2
        places = torch.arange(size, device=x.device) - start
        return (places >= 0) & (places < self.side)


class LoraLinear(nn.Linear):
    """x W + b + (x A) B with W kept as it is (Hu et al. 2021): (..., inputs) -> (..., outputs).

    A (inputs to `rank`) starts random and B (`rank` to outputs) at zero, so that at first only W speaks.
    """

    def __init__(self, inputs: int, outputs: int, rank: int) -> None:
        super().__init__(inputs, outputs)
        self.weight.requires_grad_(False)
        self.down = nn.Linear(inputs, rank, bias=False)
        self.up = nn.Linear(rank, outputs, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.up(self.down(x))
        return super().forward(x) + changed


class Attention(nn.Module):
    """Each step gathers from the steps it looks at, in several heads (Vaswani et al. 2017).

    (B, time, features) -> the same; with a memory (B, steps, memory) it looks at that instead of itself.
    `causal`: no step sees a later one. `rotary`: steps for which turns are kept; each query and key is turned by an
    angle that grows with its place, so that only distances count (Su et al. 2021).
    """

    cos: Tensor
    sin: Tensor

    def __init__(
        self, features: int, heads: int, memory: int = 0, causal: bool = False, dropout: float = 0.0, rotary: int = 0
    ) -> None:
        super().__init__()
        self.heads, self.causal, self.dropout, self.rotary = heads, causal, dropout, rotary
        self.query = nn.Linear(features, features)
        self.key_value = nn.Linear(memory or features, 2 * features)
        self.mix = nn.Linear(features, features)
        if rotary:
            half = features // heads // 2
            angles = torch.outer(torch.arange(rotary).float(), 10_000.0 ** (-torch.arange(half) / half))
            self.register_buffer("cos", angles.cos())
            self.register_buffer("sin", angles.sin())

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        key, value = self.key_value(x if memory is None else memory).chunk(2, dim=-1)
        query, key, value = self.split(self.query(x)), self.split(key), self.split(value)
        if self.rotary:
            query, key = self.turn(query), self.turn(key)
        seen = nn.functional.scaled_dot_product_attention(
            query, key, value, dropout_p=self.dropout if self.training else 0.0, is_causal=self.causal
        )
        mixed: Tensor = self.mix(seen.transpose(1, 2).flatten(2))
        return mixed

    def split(self, x: Tensor) -> Tensor:  # (B, time, features) -> (B, heads, time, features of a head)
        return x.reshape(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def turn(self, x: Tensor) -> Tensor:
        cos, sin = self.cos[: x.shape[2]], self.sin[: x.shape[2]]
        first, second = x.chunk(2, dim=-1)
        return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1)


class Sinusoids(nn.Module):
    """Adds to each step waves that tell its place (Vaswani et al. 2017, 3.5): (B, steps, features), kept.

    Feature 2i gets sin(place / 10000^(2i / features)), feature 2i + 1 the cosine.
    """

    table: Tensor

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        speeds = 10_000.0 ** (-torch.arange(0, features, 2) / features)
        angles = torch.outer(torch.arange(steps).float(), speeds)
        self.register_buffer("table", torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)[:, :features])

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.shape[1]]


class LearnedPositions(nn.Module):
    """Adds to each step a learned row for its place: (B, steps, features), kept."""

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        self.table = nn.Parameter(0.02 * torch.randn(steps, features))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.shape[1]]


class ClassToken(nn.Module):
    """Puts one learned step in front, in which a transformer gathers its answer: (B, time, f) -> (B, 1 + time, f)."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.token = nn.Parameter(0.02 * torch.randn(1, 1, features))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.token.expand(x.shape[0], -1, -1), x), dim=1)


class Chain(nn.Sequential):
    """Modules in turn, where the first receives several tensors."""

    def forward(self, *inputs: Tensor) -> Tensor:
        first, *rest = self
        x: Tensor = first(*inputs)
        for module in rest:
            x = module(x)
        return x


class TiedLinear(nn.Module):
    """A matrix product with the weights of another module, and a bias of its own.

    (B, ..., inputs), (outputs, inputs) -> (B, ..., outputs). Press & Wolf 2017, Using the output embedding. Rows of a
    table are drawn with deviation 1: divided by the root of their length, sums begin as small as those of other layers
    (Raffel et al. 2020, T5).
    """

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, weight: Tensor) -> Tensor:
        return nn.functional.linear(x * weight.shape[1] ** -0.5, weight, self.bias)
