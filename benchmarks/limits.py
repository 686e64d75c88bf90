"""What share of this machine's limit training reaches: the matrix products and convolutions of a step by themselves.

    PYTHONPATH=. python benchmarks/limits.py [CASE ...]

For each case of benchmarks/speed, by turns: a step of Layerdeck, and only the products and convolutions of a step,
forward and backward, at their own shapes, one after the other, with whatever threads and memory format are fastest.
`share` is the second over the first: 100 % would be a step in which nothing else costs time. `of peak` compares with
what the same arithmetic takes at the rate of one large product. Prints a table and writes benchmarks/limits.json.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.speed.cases import CASES, Case, made, write
from benchmarks.speed.models import MODELS, loss
from benchmarks.speed.rounds import Contestant

RESULT = Path(__file__).with_suffix(".json")
ROUNDS = 5
SECONDS = 1.0  # of replaying in a round, about
LARGE = 2_048  # side of the product that gives the peak
Work = Callable[[], object]
Row = dict[str, Any]

aten = torch.ops.aten
HEAVY = {
    aten.mm.default,
    aten.addmm.default,
    aten.bmm.default,
    aten.convolution.default,
    aten.convolution_backward.default,
    aten._scaled_dot_product_flash_attention_for_cpu.default,
    aten._scaled_dot_product_flash_attention_for_cpu_backward.default,
}


class Recorded(TorchDispatchMode):
    """Within `with`, keeps every product and convolution with what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.works: list[Work] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in HEAVY:
            self.works.append(lambda: func(*args, **(kwargs or {})))
        return func(*args, **(kwargs or {}))


def main(names: list[str]) -> None:
    """Measures the named cases, or all of them."""
    torch.set_flush_denormal(True)
    peak = 2 * LARGE**3 / min(large_product() for _ in range(ROUNDS)) / 1e9
    print(f"one product of {LARGE} x {LARGE}: {peak:.0f} GFLOP/s; ms a step:")
    print(f"{'':18}{'GFLOP':>9}{'at peak':>10}{'own shapes':>12}{'Layerdeck':>11}{'share':>8}{'of peak':>9}")
    rows: dict[str, Row] = {}
    for name in names or CASES:
        rows[name] = found = measured(CASES[name], peak)
        print(
            f"{CASES[name].title:18}{found['gflop']:9.3g}{found['at_peak_ms']:10.3g}{found['own_shapes_ms']:12.3g}"
            f"{found['layerdeck_ms']:11.3g}{found['share']:8.0%}{found['of_peak']:9.0%}",
            flush=True,
        )
    if not names:
        document = {"peak_gflops": peak, "threads": torch.get_num_threads(), "cases": rows}
        RESULT.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def large_product() -> float:
    """Seconds of one."""
    left, right = torch.rand(LARGE, LARGE), torch.rand(LARGE, LARGE)
    begin = time.perf_counter()
    torch.mm(left, right)
    return time.perf_counter() - begin


def measured(case: Case, peak: float) -> Row:
    """One case."""
    gflop, ways = counted(case) / 1e9, list(recorded(case))
    steps, alone = [], []
    with tempfile.TemporaryDirectory() as folder:
        write(case, Path(folder))
        ours = Contestant("layerdeck", case, Path(folder), {})
        ours.ready()
        for _ in range(ROUNDS):
            ours.turn(max(1, round(min(case.epochs, 1 / ours.epoch_seconds))))
            steps.append(ours.result.ms[-1])
            alone.append(1000 * min(replayed(works) for works in ways))
        ours.close()
    at_peak, own, step = 1000 * gflop / peak, median(alone), median(steps)
    made_row = {"gflop": gflop, "at_peak_ms": at_peak, "own_shapes_ms": own, "layerdeck_ms": step}
    ratios = sorted(few / all_ for few, all_ in zip(alone, steps, strict=True))
    return {**made_row, "share": median(ratios), "shares": ratios, "of_peak": at_peak / step}


def replayed(works: list[Work]) -> float:
    """Seconds of a step's works, with one thread or all, whichever is faster: medians of what fits into the time."""
    threads, best = torch.get_num_threads(), []
    candidates = sorted({1, threads})
    for count in candidates:
        torch.set_num_threads(count)
        times: list[float] = []
        begin = time.perf_counter()
        while len(times) < 2 or time.perf_counter() - begin < SECONDS / len(candidates):
            start = time.perf_counter()
            for work in works:
                work()
            times.append(time.perf_counter() - start)
        best.append(median(times[1:]))
    torch.set_num_threads(threads)
    return min(best)


def recorded(case: Case) -> Iterator[list[Work]]:
    """The works of a step; for pictures in both memory formats."""
    for memory in (torch.contiguous_format, *([torch.channels_last] if case.is_picture else [])):
        model, inputs, answers = example(case)
        if case.is_picture:
            model, inputs = model.to(memory_format=memory), inputs.to(memory_format=memory)
        with Recorded() as kept:
            loss(model(inputs), answers).backward()
        yield kept.works + (lstm_works(case) if case.name == "lstm" else [])


def lstm_works(case: Case, features: int = 128, units: int = 64) -> list[Work]:
    """The products of an LSTM, which torch hides in one call: the input of all steps at once, the state step by step.

    Backwards: one product a step for the state, then the gradients of both matrices and of the input at once.
    """
    steps, rows = case.shape[0], case.batch * case.shape[0]
    inputs, gates, states = torch.rand(rows, features), torch.rand(rows, 4 * units), torch.rand(rows, units)
    reads, keeps = torch.rand(features, 4 * units), torch.rand(units, 4 * units)
    state, gate = states[: case.batch], gates[: case.batch]
    return [
        lambda: torch.mm(inputs, reads),
        *[lambda: torch.mm(state, keeps)] * steps,
        *[lambda: torch.mm(gate, keeps.t())] * steps,
        lambda: torch.mm(inputs.t(), gates),
        lambda: torch.mm(states.t(), gates),
        lambda: torch.mm(gates, reads.t()),
    ]


def counted(case: Case) -> float:
    """Floating-point operations of a step, a multiply-add as two; the LSTM's by hand, as torch does not count them."""
    model, inputs, answers = example(case)
    with FlopCounterMode(display=False) as counter:
        loss(model(inputs), answers).backward()
    more = 3 * 2 * case.batch * case.shape[0] * 4 * 64 * (128 + 64) if case.name == "lstm" else 0
    return float(counter.get_total_flops() + more)


def example(case: Case) -> tuple[torch.nn.Module, Tensor, Tensor]:
    """The network and one batch."""
    inputs, answers = made(case)
    batch = torch.from_numpy(inputs[: case.batch]), torch.from_numpy(answers[: case.batch])
    return (MODELS[case.name](case), *batch)


if __name__ == "__main__":
    main(sys.argv[1:])
