"""The real window on a real X server: a sample is trained and saved with nothing but a mouse and a keyboard."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import project as projects
from engine.record.files import RECORD
from engine.runs.folder import RunFolder, read_status
from tests.end_to_end.xvfb.desk import Desk, screen

MISSING = [name for name in ("Xvfb", "xdotool", "openbox") if shutil.which(name) is None]

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(sys.platform != "linux", reason="Xvfb is for Linux"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with screen() as environment:
        made = Desk(environment, tmp_path)
        try:
            yield made
        finally:
            made.close()


def finished(home: Path) -> Path | None:
    """The folder of a run that is over."""
    for record in (home / "data").rglob(RECORD):
        if read_status(record.parent).state == "finished":
            return record.parent
    return None


def test_a_sample_is_trained_and_saved_by_mouse_and_keyboard(desk, tmp_path):
    desk.click("start.sample.iris", seconds=60)
    desk.click("toolbar.train")
    desk.ready("toolbar.stop")
    folder = desk.wait(lambda: finished(tmp_path), "the run to finish", seconds=120)

    desk.ready("toolbar.train")
    desk.press("ctrl+s")
    desk.focused("QLineEdit")
    desk.press("ctrl+a")
    desk.type(str(tmp_path / "mine.layerdeck"))
    desk.press("Return")
    desk.wait((tmp_path / "mine.layerdeck").is_file, "the project to be saved")
    desk.press("ctrl+q")
    desk.wait(lambda: desk.process.poll() is not None, "the app to close")
    assert desk.process.returncode == 0, desk.log.read_text()
    assert "Traceback" not in desk.log.read_text()

    run, project = RunFolder(folder), projects.load(tmp_path / "mine.layerdeck")
    status = run.status()
    assert project == run.project()
    assert project.data is not None
    assert project.data.path == "sample:iris"
    assert status.step == status.total_steps == len(run.losses())
    assert status.epoch == project.training.epochs == len(run.epochs())
    assert np.isfinite(run.losses()).all()
    assert run.losses()[-10:].mean() < 0.5 * run.losses()[:10].mean()
