"""How a run begins: seconds to its first loss, and its first steps beside the tuned loop. Prints one line a case.

    PYTHONPATH=. python benchmarks/beginning.py [CASE ...]

In a process for each case and contestant: ours from the call that trains to the first Progress, and milliseconds of a
step over the first 20, 100 and 1,000, from the first one on; the tuned loop over as many once it is warm; the window,
offscreen, from Train with all loaded to the first loss that is painted. On a machine that does nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.speed.cases import CASES, Case, write

COUNTS = (20, 100, 1_000)
LONGEST = 60.0  # seconds of steps; fewer are counted then


def ours(case: Case, folder: Path) -> dict[str, float]:
    """Seconds to the first loss, "first", and milliseconds of a step by their count."""
    from benchmarks.speed.ours import dataset_of, project_of
    from engine.record.control import Control
    from engine.record.events import Progress
    from engine.record.request import TrainingRequest
    from engine.training.speed.devices import warm_up
    from engine.training.worker import run

    project, dataset = project_of(case), dataset_of(case, folder)
    warm_up()
    begin = time.perf_counter()
    request = TrainingRequest(project, dataset, folder / "run")
    marks: list[float] = []
    ready, first, control = begin, 0.0, Control()
    for event in run(request, control):
        now = time.perf_counter()
        if isinstance(event, Progress):
            last, count = marks[-1] if marks else ready, len(event.losses)
            marks += [last + (now - last) * done / count for done in range(1, count + 1)]  # of a bunch each as long
            first = first or now
        elif not marks:
            ready = now  # all that comes before the first step
        if len(marks) >= COUNTS[-1] or (marks and now - ready > LONGEST):
            control.stop()
    return {"first": first - begin, **_by_count(ready, marks)}


def tuned(case: Case, folder: Path) -> dict[str, float]:
    """Milliseconds of a step by their count."""
    import torch

    from benchmarks.speed.cases import read
    from benchmarks.speed.contestants.tuned import fastest
    from benchmarks.speed.models import MODELS

    trainer = fastest(case, MODELS[case.name](case), *map(torch.from_numpy, read(folder)))
    trainer.epoch()
    begin, marks = time.perf_counter(), []
    while len(marks) < COUNTS[-1] and (not marks or marks[-1] - begin < LONGEST):
        for inputs, answers in islice(trainer.batches(), COUNTS[-1] - len(marks)):
            trainer.step(inputs, answers)
            marks.append(time.perf_counter())
    return _by_count(begin, marks)


def window(case: Case, folder: Path) -> dict[str, float]:
    """Seconds from Train to the first loss that is painted, "first"."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from benchmarks.speed.contestants.window import opened

    app = QApplication(["Layerdeck"])
    ready: list[bool] = []
    shown = opened(case, folder, lambda: ready.append(True))
    session, pressed, painted = shown.context.session, [0.0], [0.0]

    def look() -> None:
        if ready and not pressed[0] and not session.obstacle():
            pressed[0] = time.perf_counter()
            shown.train()
        elif pressed[0] and session.live is not None and session.live.recent_loss is not None:
            curves = shown.findChild(QWidget, "monitor.curves")
            assert curves is not None
            curves.repaint()  # now, not with the next turn of the queue
            painted[0] = time.perf_counter()
            app.exit()  # without asking whether the run may be stopped

    timer = QTimer(shown, interval=2)
    timer.timeout.connect(look)
    timer.start()
    app.exec()
    return {"first": painted[0] - pressed[0]}


def _by_count(begin: float, marks: list[float]) -> dict[str, float]:
    return {str(count): 1000 * (marks[count - 1] - begin) / count for count in COUNTS if count <= len(marks)}


def main(names: list[str]) -> None:
    """One line a case."""
    print(f"{'':18}{'first loss':>12}{'in the window':>16}" + "".join(f"{f'{count:,} steps':>14}" for count in COUNTS))
    for name in names or list(CASES):
        found = {}
        with tempfile.TemporaryDirectory() as folder:
            write(CASES[name], Path(folder))
            for who in ("ours", "tuned", "window"):
                command = [sys.executable, __file__, who, name, folder]
                screen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
                said = subprocess.run(command, env=screen, check=True, capture_output=True, text=True).stdout
                found[who] = json.loads(said.splitlines()[-1])
        ratios = {count: found["tuned"].get(count, 0.0) / ms for count, ms in found["ours"].items() if count != "first"}
        cells = "".join(f"{ratios[str(count)]:>14.2f}" if str(count) in ratios else f"{'-':>14}" for count in COUNTS)
        print(
            f"{CASES[name].title:18}{found['ours']['first']:>10.2f} s{found['window']['first']:>14.2f} s{cells}",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in ("ours", "tuned", "window"):
        child = {"ours": ours, "tuned": tuned, "window": window}[sys.argv[1]]
        print(json.dumps(child(CASES[sys.argv[2]], Path(sys.argv[3]))), flush=True)
        os._exit(0)  # the run goes on, and has no end
    else:
        main(sys.argv[1:])
