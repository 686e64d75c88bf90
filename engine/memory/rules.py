"""What each module keeps for the backward pass and what it needs besides, by the name a Call gives it.

Counted in numbers for one example. From torch's own formulas (derivatives.yaml) and, for the recurrent layers, from the
kernels' workspaces, measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.layers.calls import Call

Amount = Callable[[Call, int, int], float]
"""(call, numbers that come in, numbers that go out) for one example -> numbers for one example."""


def nothing(call: Call, entering: int, leaving: int) -> float:
    """No numbers at all."""
    return 0.0


@dataclass(frozen=True)
class Rule:
    """What one kind of module does with memory.

    Attributes:
        keeps_input: the backward pass needs what came in.
        keeps_output: the backward pass needs what went out.
        view: gives the same numbers in the same place, arranged otherwise.
        keeps: further numbers kept for the backward pass.
        forward, backward: numbers held only while the pass goes through it.
        looking: numbers held besides `forward` in a pass without learning, where nothing is kept.
        packs: copies of the weights made meanwhile, in the kernel's own order.
    """

    keeps_input: bool = False
    keeps_output: bool = False
    view: bool = False
    keeps: Amount = nothing
    forward: Amount = nothing
    backward: Amount = nothing
    looking: Amount = nothing
    packs: int = 0


def out(share: float) -> Amount:
    """`share` times the numbers that go out."""
    return lambda call, entering, leaving: share * leaving


def entered(share: float) -> Amount:
    """`share` times the numbers that come in."""
    return lambda call, entering, leaving: share * entering


def _steps(call: Call, entering: int) -> int:
    return max(1, entering // int(str(call.args[0])))


def _recurrent(call: Call) -> tuple[int, int, int, int]:
    """Features, units, layers and ways of nn.RNN, nn.LSTM or nn.GRU."""
    options = dict(call.kwargs)
    features, units = int(str(call.args[0])), int(str(call.args[1]))
    return features, units, int(str(options.get("num_layers", 1))), 2 if options.get("bidirectional") else 1


def lstm_keeps(call: Call, entering: int, leaving: int) -> float:
    """oneDNN's workspace: gates, cells and outputs, and the states in rows of 16 numbers; the output and the input."""
    features, units, layers, ways = _recurrent(call)
    total = 0.0
    for layer in range(layers):
        read = features if layer == 0 else units * ways
        widest = -(-max(read, units) // 16) * 16
        total += ways * (read + 10.5 * units + 6 * widest)
    return total * _steps(call, entering)


def cell_keeps(gates: float) -> Amount:
    """A native cell's gates and state of each step, and the input with time in front, for each way."""

    def amount(call: Call, entering: int, leaving: int) -> float:
        features, units, layers, ways = _recurrent(call)
        read = features + (layers - 1) * units * ways
        return ways * (read + gates * units * layers) * _steps(call, entering)

    return amount


def one_layer(share: float) -> Amount:
    """What the layer at work needs: `share` numbers for each unit and step, and both ways before they are joined."""

    def amount(call: Call, entering: int, leaving: int) -> float:
        _, units, _, ways = _recurrent(call)
        return (share + (ways if ways > 1 else 0)) * units * _steps(call, entering)

    return amount


def blocks_out(call: Call, entering: int, leaving: int) -> float:
    """What a convolution gives as oneDNN writes it first: in blocks of 16 channels, the last one filled up."""
    return leaving * _filled(int(str(call.args[1])))


def blocks_in(call: Call, entering: int, leaving: int) -> float:
    """The gradient of what came in, likewise."""
    return entering * _filled(int(str(call.args[0])))


def _filled(channels: int) -> float:
    return -(-channels // 16) * 16 / channels


def attention_keeps(call: Call, entering: int, leaving: int) -> float:
    """Queries, keys, values and what they gather; turned ones besides; with dropout the weights themselves, thrice."""
    features, heads, options = int(str(call.args[0])), int(str(call.args[1])), dict(call.kwargs)
    steps = leaving // features
    memory = int(str(options.get("memory", 0)))
    seen = (entering - leaving) // memory if memory and entering > leaving else steps
    total = 2.0 * leaving + 2.0 * seen * features + heads * steps
    if options.get("rotary"):
        total += seen * features
    if options.get("dropout"):  # the flash kernel has none: all is computed one by one
        total += heads * steps * seen * 3 + leaving + seen * features
    return total


def attention_needs(call: Call, entering: int, leaving: int) -> float:
    """Gradients of queries, keys and values; with dropout those of the weights."""
    heads, steps = int(str(call.args[1])), leaving // int(str(call.args[0]))
    return 5.0 * leaving + (2.0 * heads * steps * steps if dict(call.kwargs).get("dropout") else 0.0)


def lora_keeps(call: Call, entering: int, leaving: int) -> float:
    """The narrow layer's numbers at each step."""
    return _steps(call, entering) * int(str(call.args[2]))


def flipped(call: Call, entering: int, leaving: int) -> float:
    """One mirrored copy for each way that pictures are flipped."""
    return leaving * sum(bool(chance) for chance in call.args)


KEEPS_INPUT, KEEPS_OUTPUT, PLAIN, VIEW = Rule(keeps_input=True), Rule(keeps_output=True), Rule(), Rule(view=True)
MAX_POOL = Rule(keeps_input=True, keeps=out(2))  # where each largest number stood, as int64
CONVOLUTION = Rule(keeps_input=True, forward=blocks_out, backward=blocks_in)
MASK = Rule(keeps=out(1))  # which numbers were kept, as float32

RULES: dict[str, Rule] = {
    "nn.Linear": KEEPS_INPUT,
    **{f"nn.{name}": KEEPS_INPUT for name in ("LeakyReLU", "ELU", "GELU", "SiLU", "Softplus")},
    **{f"nn.{name}": KEEPS_OUTPUT for name in ("ReLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax")},
    **{f"nn.Conv{kind}{axes}d": CONVOLUTION for kind in ("", "Transpose") for axes in (1, 2, 3)},
    **{f"nn.MaxPool{axes}d": MAX_POOL for axes in (1, 2, 3)},
    **{f"nn.AdaptiveMaxPool{axes}d": MAX_POOL for axes in (1, 2, 3)},
    **{f"nn.AvgPool{axes}d": KEEPS_INPUT for axes in (1, 2, 3)},
    **{f"nn.AdaptiveAvgPool{axes}d": PLAIN for axes in (1, 2, 3)},  # to one place: a mean
    **{f"nn.{kind}Pad{axes}d": PLAIN for kind in ("Zero", "Constant") for axes in (1, 2, 3)},
    **{f"nn.Dropout{axes}d": PLAIN for axes in (1, 2, 3)},  # one number for each channel
    **dict.fromkeys(("nn.Flatten", "nn.Unflatten", "SwapAxes", "Slice", "Pick"), VIEW),
    **dict.fromkeys(("EveryStep", "LastStep"), VIEW),
    "nn.Dropout": MASK,
    "nn.AlphaDropout": Rule(keeps=out(1), forward=out(2)),
    "nn.Embedding": PLAIN,  # the ids are the batch itself
    **dict.fromkeys(("Add", "Concatenate", "Permute", "Repeat", "MeanOver", "Sinusoids", "LearnedPositions"), PLAIN),
    **dict.fromkeys(("ClassToken", "nn.Upsample"), PLAIN),
    "Noise": Rule(forward=out(2)),
    "RandomFlip": Rule(forward=flipped),
    # where each number is from, as int64: once for all channels, often 16 or more
    "RandomShift": Rule(keeps_input=True, keeps=out(1 / 8), forward=out(1)),
    "Cutout": PLAIN,  # one mask for all channels
    "Exp": KEEPS_OUTPUT,
    "MaxOver": Rule(keeps_input=True, keeps_output=True, backward=entered(1)),
    "LoraLinear": Rule(keeps_input=True, keeps=lora_keeps, forward=out(2), backward=entered(1)),
    "Attention": Rule(keeps_input=True, keeps=attention_keeps, forward=out(1), backward=attention_needs),
    "nn.RMSNorm": Rule(keeps_input=True, keeps=out(1), backward=out(1)),
    "nn.LSTM": Rule(keeps=lstm_keeps, forward=one_layer(4.3), backward=one_layer(4.3), packs=2),
    "nn.GRU": Rule(keeps=cell_keeps(7), forward=one_layer(3), backward=one_layer(3), looking=one_layer(1)),
    "nn.RNN": Rule(keeps=cell_keeps(1), forward=one_layer(2), backward=one_layer(2), looking=one_layer(1)),
}
"""By a call's target. Any other module keeps what comes in (`DEFAULT`)."""

DEFAULT = KEEPS_INPUT


def rule(call: Call) -> Rule:
    """What the module of a call does with memory."""
    return RULES.get(call.target, DEFAULT)
