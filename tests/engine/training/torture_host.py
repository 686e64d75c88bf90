"""Trains in processes that can be killed: loads torch once, then forks for each run that it is asked for.

It says each process's id as it starts, and how it ended. It computes nothing itself, so that no thread of torch is
lost in a fork; what is forked is killed like any other process.
"""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path

import torch

from engine.record.control import Control
from engine.record.events import Progress
from engine.record.files import holds_run
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint.snapshot import choose
from engine.training.speed import fast_step
from engine.training.worker import run
from tests.engine.training.torture_cases import CASES


def main() -> None:
    """Reads {"case", "folder", "rhythm"} lines; answers each with {"pid"} and then {"code"}, -9 where it was killed."""
    torch.set_num_threads(1)
    warm_up()
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            train(wanted["case"], Path(wanted["folder"]), Rhythm(*wanted["rhythm"]))
            os._exit(0)
        say(pid=pid)
        _, status = os.waitpid(pid, 0)
        say(code=os.waitstatus_to_exitcode(status))


def warm_up() -> None:
    """Loads what torch loads with its first optimizer, two seconds' work; no gradient is computed before a fork."""
    weights = torch.nn.Parameter(torch.zeros(1))
    weights.grad = torch.zeros(1)
    torch.optim.Adam([weights], fused=True).step()


def train(name: str, folder: Path, rhythm: Rhythm) -> None:
    """Goes on with the run in the folder where one has a snapshot, else begins it.

    What saves often also records its steps, nearly from the first one on; what does not goes the usual way.
    """
    fast_step.WORTH = math.inf if rhythm == Rhythm(bunch=0) else 0
    fast_step.LOOKS = 3
    case, control = CASES[name](), Control()
    resume = holds_run(folder) and RunFolder(folder).trained
    project = RunFolder(folder).project() if resume else case.project
    step = choose(folder)[0].step if resume else 0
    if step in case.turns and all(knob.step < step for knob in RunFolder(folder).knobs()):
        control.turn(case.turns[step])  # it was killed before the hand's wish had come to it
    for event in run(TrainingRequest(project, case.data, folder, resume=resume, rhythm=rhythm), control):
        if isinstance(event, Progress) and event.step in case.turns:
            control.turn(case.turns[event.step])


def say(**document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
