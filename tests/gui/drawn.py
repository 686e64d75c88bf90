"""What a chart shows, read from its lines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gui.kit.chart import Chart


def points_of(chart: Chart, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """What is drawn of a line, y as on the axis; empty where there is none."""
    line = chart._lines.get(name)
    x, y = (None, None) if line is None else line.getData()
    return (np.empty(0), np.empty(0)) if x is None or y is None else (x, y)
