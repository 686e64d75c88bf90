"""The ratios as bars, for the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.speed.outcome import Rows

matplotlib.use("Agg")
from matplotlib import pyplot

NAMES = {
    "tuned": "Tuned loop by hand",
    "textbook": "Textbook loop",
    "lightning": "Lightning",
    "keras": "Keras 3 (TensorFlow)",
}
COLOURS = {"tuned": "#2f6fdb", "textbook": "#8a94a6", "lightning": "#7a4fd0", "keras": "#d2502d"}
TICKS = (0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20, 30)
INK = "#1d2430"


def draw(rows: Rows, machine: dict[str, Any], path: Path) -> None:
    """Bars of Layerdeck's speed over each contestant, with lines from the smallest to the largest round."""
    shown = [name for name in NAMES if any(name in row.get("ratios", {}) for row in rows.values())]
    with pyplot.rc_context({"font.size": 9, "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK}):
        figure, axes = pyplot.subplots(figsize=(9, 3.9), dpi=160, facecolor="white")
        width = 0.8 / max(1, len(shown))
        for place, name in enumerate(shown):
            for number, row in enumerate(rows.values()):
                if name in row["ratios"]:
                    _bar(axes, number - 0.4 + width * (place + 0.5), width, row["ratios"][name], COLOURS[name])
            axes.bar(0, 0, color=COLOURS[name], label=NAMES[name])  # for the legend alone
        axes.axhline(1, color=INK, linewidth=1.2)
        axes.set_yscale("log")
        axes.set_yticks([tick for tick in TICKS if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]])
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} ×"))
        axes.set_xticks(range(len(rows)), [row["title"] for row in rows.values()])
        axes.tick_params(length=0)
        axes.set_title("How much faster Layerdeck trains: above the line it is ahead", loc="left", fontsize=11)
        axes.grid(axis="y", color="#e3e7ee", linewidth=0.8)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.legend(frameon=False, ncols=len(shown), loc="upper center", bbox_to_anchor=(0.5, -0.09))
        about = (
            f"{machine['cores']} cores, torch {machine['torch']}; training steps a second, medians of rounds by turns"
        )
        figure.text(0.99, 0.01, about, ha="right", fontsize=7, color="#5b6474")
        figure.tight_layout(rect=(0, 0.02, 1, 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path)
        pyplot.close(figure)


def _bar(axes: Any, x: float, width: float, ratio: dict[str, float], colour: str) -> None:
    middle = ratio["median"]
    axes.bar(x, middle - 1, width * 0.92, bottom=1, color=colour)  # from the line up or down
    axes.plot([x, x], [ratio["min"], ratio["max"]], color=INK, linewidth=0.8)
    axes.annotate(
        f"{middle:.2f}" if middle < 2 else f"{middle:.1f}",
        (x, max(ratio["max"], 1)),
        textcoords="offset points",
        xytext=(0, 2),
        ha="center",
        fontsize=7,
    )
