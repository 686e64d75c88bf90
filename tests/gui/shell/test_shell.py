"""The window as a whole: opening, saving, closing, training and going wrong, with real files and real runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from engine.layers.core.basics import Dense
from engine.network import Network
from engine.project import Project, load, save
from engine.runs.folder import RunFolder
from gui.app import PAGES as MADE
from gui.app import compose, load_engine, warm_up
from gui.document import Document
from gui.kit import theme
from gui.kit.background import Job
from gui.settings import Preferences
from gui.shell.commands import PAGES
from gui.shell.crash import Crashes
from gui.shell.main_window import MainWindow
from gui.shell.recovery import Recovery
from tests.engine.runs.disks import read_only
from tests.gui.pages.start.test_start import dragged, drop
from tests.gui.runs_helpers import small

Child = TypeVar("Child", QPushButton, QToolButton, QLabel)
TABLE = "size,colour,kind\n" + "".join(f"{n % 7},{'red' if n % 2 else 'blue'},{'abc'[n % 3]}\n" for n in range(90))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "my flowers.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def engine_ready(qtbot: QtBot, window: MainWindow) -> None:
    job = Job(load_engine, window)
    with qtbot.waitSignal(job.done, timeout=60_000):
        job.start()


def answer(name: str) -> list[str]:
    """Presses a button of the next question; returns what the question says once it was asked."""
    asked: list[str] = []

    def press(tries: int = 500) -> None:
        box = QApplication.activeModalWidget()
        if box is None and tries:
            QTimer.singleShot(20, lambda: press(tries - 1))
            return
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        button = box.findChild(QPushButton, f"question.{name}")
        assert button is not None, name
        button.click()

    QTimer.singleShot(0, press)
    return asked


def child(
    window: MainWindow, kind: type[QPushButton | QToolButton | QLabel], name: str
) -> QPushButton | QToolButton | QLabel:
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def open_and_wait(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.opening.opened, timeout=60_000):
        window.opening.open(path)
    qtbot.waitUntil(lambda: window.context.document.facts is not None, timeout=60_000)


class Clock:
    """Seconds as the test counts them."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def open_project(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.opening.opened, timeout=60_000):
        window.opening.open(path)


def test_work_done_while_something_opens_is_asked_about(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    document = window.context.document
    window.opening.open(table)
    document.edit("Add Dense", document.network.insert(Dense())[0])
    mine = document.project
    answer("cancel")
    qtbot.waitUntil(lambda: not window.opening.busy, timeout=60_000)
    assert document.project == mine


def test_it_begins_at_the_start_page_and_the_rail_leads_on(qtbot: QtBot, window: MainWindow) -> None:
    assert window.stack.currentWidget() is window.start
    for page in PAGES:
        button = child(window, QToolButton, f"rail.{page}")
        button.click()
        assert window.page == page
        assert window.stack.currentWidget() is window.page_widget(page)
        assert button.isChecked()
    child(window, QPushButton, "toolbar.home").click()
    assert window.stack.currentWidget() is window.start
    assert not child(window, QToolButton, "rail.data").isChecked()


def test_pages_are_made_while_the_window_is_idle(qtbot: QtBot, window: MainWindow) -> None:
    window.make_pages()
    qtbot.waitUntil(lambda: window.stack.count() == 1 + len(MADE), timeout=30_000)
    assert window.page == "start"


def test_the_training_page_is_made_first_and_one_at_a_time(qtbot: QtBot, window: MainWindow) -> None:
    made: list[str] = []
    window.stack.widgetAdded.connect(lambda index: made.append(window.stack.widget(index).objectName()))
    with qtbot.waitSignal(window.pages_made, timeout=30_000):
        window.make_pages()
        assert made == [], "nothing before the window is idle"
    assert made[0] == "training.page"
    assert len(made) == len(set(made)) == len(MADE)


def test_warming_up_loads_charts_pages_and_engine(qtbot: QtBot, window: MainWindow) -> None:
    ready: list[bool] = []
    warm_up(window, lambda: ready.append(True))
    qtbot.waitUntil(lambda: ready == [True], timeout=60_000)
    assert window.stack.count() == 1 + len(MADE)
    assert "engine.training.worker" in sys.modules


def test_what_belongs_to_qt_is_loaded_on_the_gui_thread_only(tmp_path: Path) -> None:
    child = Path(__file__).with_name("loading_child.py")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(child.parents[3])}
    script = [sys.executable, str(child), str(tmp_path)]
    found = subprocess.run(script, env=environment, check=False, timeout=110, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout.splitlines()[-1])
    assert told["ended"] == "Finished"
    assert "pyqtgraph" in told["here"]
    assert told["elsewhere"] == []


def test_delete_follows_what_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    document = window.context.document
    document.edit("Add Dense", Network.stack(Dense()))
    document.undo_stack.setClean()
    window.go("network")
    delete, copy = window.actions_["edit.delete"], window.actions_["edit.duplicate"]
    assert not delete.isEnabled()
    layers = document.network.layers
    window.network_page.selection.choose(layers[1].id)
    assert delete.isEnabled()
    assert copy.isEnabled()
    window.network_page.selection.choose(layers[0].id)
    assert not delete.isEnabled(), "the input stays"


def test_saving_what_was_just_opened_keeps_the_choice_and_the_zoom(window: MainWindow, tmp_path: Path) -> None:
    document = window.context.document
    document.open(Project(network=Network.stack(Dense())), None, "a")
    window.go("network")
    page, layer = window.network_page, document.network.layers[1].id
    page.select(layer)
    page.view.zoom.set(0.5)
    document.save(tmp_path / "a.layerdeck")
    assert page.selection.ids == (layer,)
    assert page.view.sheet.zoom == 0.5
    document.open(Project(network=Network.stack(Dense())), None, "b")
    assert page.selection.ids == ()
    assert page.view.sheet.zoom == 1.0


def test_the_rail_does_not_take_the_keyboard_from_a_button_that_goes(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    window.go("training")
    train = window.header.train
    for off, on in ((train.hide, train.show), (partial(train.setEnabled, False), train.show)):
        train.setEnabled(True)
        train.setFocus()
        assert train.hasFocus()
        off()
        assert QApplication.focusWidget() not in window.rail.buttons.values()
        on()


def test_every_control_has_a_name_for_tests_and_screen_readers(window: MainWindow) -> None:
    for kind in (QPushButton, QToolButton):
        for button in window.header.findChildren(kind) + window.rail.findChildren(kind):
            if button.objectName() != "qt_menubar_ext_button":
                assert button.objectName(), button.text()
                assert button.accessibleName(), button.objectName()


def test_a_dropped_table_becomes_a_project_that_can_be_trained(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    mime = dragged(table)
    with qtbot.waitSignal(window.opening.opened, timeout=60_000):
        assert drop(window, mime)
    qtbot.waitUntil(lambda: window.context.document.facts is not None, timeout=60_000)
    document = window.context.document
    assert document.title == "my flowers"
    assert not document.report.problems
    assert not document.unsaved
    assert window.page == "data"
    assert window.actions_["run.train"].isEnabled()
    assert child(window, QLabel, "toolbar.project").text() == "my flowers"
    assert "parameters" in child(window, QLabel, "status.network").text()


def test_bad_data_is_one_sentence_and_loses_nothing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    document = window.context.document
    document.edit("Add Dense", Network.stack(Dense()))
    document.undo_stack.setClean()
    project = document.project
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with qtbot.waitSignal(window.opening.refused, timeout=60_000):
        window.opening.open(empty)
    assert window.banner.isVisible()
    assert "empty" in window.banner.text.text()
    assert not window.opening.busy
    assert document.project is project
    assert document.undo_stack.count() == 1
    window.banner.dismiss.click()
    assert not window.banner.isVisible()


def test_opening_can_be_cancelled(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    document = window.context.document
    project = document.project
    window.opening.open(table)
    assert window.banner.cancel.isVisible()
    window.banner.cancel.click()
    assert not window.banner.isVisible()
    assert not window.opening.busy
    assert window.opening.shutdown(30)
    qtbot.wait(50)
    assert document.project is project


def test_a_project_file_opens_and_is_remembered(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.layerdeck"
    save(Project(about="mine", network=Network.stack(Dense(units=3))), path)
    with qtbot.waitSignal(window.opening.opened, timeout=10_000):
        window.opening.open(path)
    assert window.context.document.project.about == "mine"
    assert window.context.document.path == path
    assert window.page == "network"
    assert window.context.settings.recent == (path,)
    assert child(window, QLabel, "toolbar.project").text() == "a.layerdeck"


def test_a_project_cut_in_half_is_one_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.layerdeck"
    save(Project(), path)
    path.write_text(path.read_text()[:40])
    with qtbot.waitSignal(window.opening.refused, timeout=10_000):
        window.opening.open(path)
    assert "a.layerdeck is damaged" in window.banner.text.text()
    assert window.context.settings.recent == ()


@pytest.mark.parametrize(("reply", "closed"), [("cancel", False), ("discard", True), ("save", True)])
def test_closing_with_unsaved_work_asks(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, reply: str, closed: bool
) -> None:
    path = tmp_path / "a.layerdeck"
    document = window.context.document
    document.save(path)
    document.edit("Add Dense", Network.stack(Dense()))
    assert child(window, QLabel, "toolbar.unsaved").isVisible()
    asked = answer(reply)
    assert window.close() is closed
    assert asked == ["Save the changes to a?"]
    assert len(load(path).network.layers) == (3 if reply == "save" else 2)


def test_saving_where_it_cannot_be_keeps_the_window_open(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    document = window.context.document
    folder = tmp_path / "folder"
    document.save(folder / "a.layerdeck")
    document.edit("Add Dense", Network.stack(Dense()))
    (folder / "a.layerdeck").unlink()
    folder.rmdir()
    folder.write_text("in the way")
    answer("save")
    assert not window.close()
    assert "cannot be written" in window.banner.text.text()
    assert document.unsaved


@pytest.mark.usefixtures("engine_ready")
def test_training_shows_pause_and_stop_and_ends_by_name(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    open_and_wait(qtbot, window, table)
    session = window.context.session
    project = window.context.document.project
    window.context.document.edit("Train longer", project.changed(training=project.training.changed(epochs=100_000)))
    window.context.document.undo_stack.setClean()
    clock = window.header.clock = Clock()
    child(window, QPushButton, "toolbar.train").click()
    qtbot.waitUntil(lambda: session.state == "running", timeout=60_000)
    assert window.page == "training"
    assert not child(window, QPushButton, "toolbar.train").isVisible()
    pause = child(window, QPushButton, "toolbar.pause")
    assert pause.x() > child(window, QPushButton, "toolbar.stop").x()  # it stands where Train stood
    clock.seconds += 0.9
    pause.click()  # the second click of someone impatient
    for _ in range(3):  # a run that was asked would have answered
        with qtbot.waitSignal(session.drained, timeout=10_000):
            pass
    assert session.state == "running"
    clock.seconds += 0.2
    pause.click()
    qtbot.waitUntil(lambda: session.state == "paused", timeout=10_000)
    assert pause.text().strip() == "Go on"
    pause.click()  # the second click of someone who wants it to pause
    qtbot.wait(1)
    assert session.state == "paused"
    clock.seconds += 1.1
    pause.click()
    qtbot.waitUntil(lambda: session.state == "running", timeout=10_000)
    child(window, QPushButton, "toolbar.stop").click()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=10_000)
    train = child(window, QPushButton, "toolbar.train")
    assert train.isVisible()
    train.click()  # it was meant for Pause
    assert session.state == "idle"
    clock.seconds += 1.1
    train.click()
    assert session.state == "starting"
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=60_000)
    assert child(window, QLabel, "strip.title").text().startswith("Stopped at step")


@pytest.mark.usefixtures("engine_ready")
def test_closing_while_training_asks_stops_and_saves(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    open_and_wait(qtbot, window, table)
    session = window.context.session
    project = window.context.document.project
    window.context.document.edit("Train longer", project.changed(training=project.training.changed(epochs=100_000)))
    window.context.document.undo_stack.setClean()
    window.actions_["run.train"].trigger()
    qtbot.waitUntil(lambda: session.live is not None and session.live.step > 0, timeout=60_000)
    live = session.live
    assert live is not None
    asked = answer("stay")
    assert not window.close()
    assert asked == ["Training is going on"]
    assert session.state == "running"
    answer("stop")
    assert window.close()
    assert session.state == "idle"
    status = RunFolder(live.folder).status()
    assert status.state == "stopped"
    assert status.step > 0


def test_what_holds_train_back_is_said_and_leads_there(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    open_and_wait(qtbot, window, table)
    document = window.context.document
    last = document.network.layers[-2]
    document.edit("Set units", document.network.with_values(last.id, units=7))
    document.undo_stack.setClean()
    assert document.report.problems
    window.go("data")
    problem = child(window, QPushButton, "strip.problem")
    assert problem.isVisible()
    assert last.label in problem.accessibleName()
    problem.click()
    assert window.page == "network"
    assert window.network_page.selection.ids == (last.id,)


def test_the_theme_is_chosen_and_remembered(window: MainWindow, qapp: QApplication) -> None:
    child(window, QToolButton, "toolbar.theme").click()
    assert theme.tokens().name == "light"
    assert window.context.settings.theme == "light"
    assert window.actions_["view.theme_light"].isChecked()
    child(window, QToolButton, "toolbar.theme").click()
    assert theme.tokens().name == "dark"


def test_preferences_survive_a_restart(tmp_path: Path) -> None:
    first = Preferences(tmp_path / "a.ini")
    first.theme = "light"
    kept = tmp_path / "ä, b.layerdeck"
    save(Project(), kept)
    first.add_recent(kept)
    first.sync()
    second = Preferences(tmp_path / "a.ini")
    assert second.theme == "light"
    assert second.recent == (kept,)


def test_a_damaged_preference_falls_back(tmp_path: Path) -> None:
    (tmp_path / "a.ini").write_text("[General]\ntheme=purple\n")
    assert Preferences(tmp_path / "a.ini").theme == "system"


class TestRecovery:
    """Work that no file holds."""

    def test_unsaved_work_is_kept_aside_until_it_is_saved(
        self, qtbot: QtBot, document: Document, tmp_path: Path
    ) -> None:
        recovery = Recovery(document, tmp_path / "unsaved", document)
        document.edit("Add Dense", Network.stack(Dense()))
        qtbot.waitUntil(recovery.path.exists, timeout=10_000)
        assert load(recovery.path) == document.identified
        document.save(tmp_path / "a.layerdeck")
        assert not recovery.path.exists()
        recovery.clear()

    def test_work_of_a_crashed_app_is_offered_and_restored(
        self, qtbot: QtBot, settings: Preferences, tmp_path: Path
    ) -> None:
        folder = tmp_path / "unsaved"
        folder.mkdir()
        project = Project(about="precious", network=Network.stack(Dense(units=9)))
        save(project, folder / "unsaved-1-a.layerdeck")
        window = compose(settings, folder, tmp_path / "runs")
        qtbot.addWidget(window)
        [found] = window.recovery.left_over()
        window.start.offer_restore(found, "yesterday")
        child(window, QPushButton, "start.restore").click()
        assert window.context.document.project == project
        assert window.context.document.unsaved
        assert not found.exists()
        assert window.recovery.path.exists(), "it stays kept until it is saved"
        window.context.document.undo_stack.setClean()
        window.close()

    @pytest.fixture
    def killed(self, tmp_path: Path) -> Path:
        """A project file, 9 units in it, of an app that was killed after they were set to 77."""
        path = tmp_path / "flowers.layerdeck"
        save(Project(network=Network.stack(Dense(units=9))), path)
        script = (
            "import os, signal, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication as App\n"
            "from engine.project import load; from gui.document import Document\n"
            "from gui.shell.recovery import Recovery\n"
            "app = App([]); document = Document(); path = Path(sys.argv[1])\n"
            "recovery = Recovery(document, path.parent / 'unsaved'); document.open(load(path), path, path.stem)\n"
            "document.edit('Set units', document.network.with_values('dense', units=77))\n"
            "recovery.keep(); os.kill(os.getpid(), signal.SIGKILL)"
        )
        root = str(Path(__file__).parents[3])
        command = [sys.executable, "-c", script, str(path)]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": root}, check=False, timeout=60)
        return path

    @pytest.fixture
    def restored(self, qtbot: QtBot, settings: Preferences, killed: Path, request: pytest.FixtureRequest) -> MainWindow:
        """A window in which that work was restored, by its button."""
        window = compose(settings, killed.parent / "unsaved", killed.parent / "runs")
        stack = window.context.document.undo_stack
        qtbot.addWidget(window, before_close_func=lambda _: stack.setClean())
        for step in getattr(request, "param", ()):
            step(killed)
        [found] = window.recovery.left_over()
        window.start.offer_restore(found, "yesterday")
        child(window, QPushButton, "start.restore").click()
        return window

    def test_restored_work_knows_its_file(self, restored: MainWindow, killed: Path) -> None:
        document = restored.context.document
        assert document.path == killed
        assert document.title == "flowers"
        assert document.unsaved
        restored.actions_["file.save"].trigger()
        assert not document.unsaved
        assert load(killed).network.layer("dense") == Dense(id="dense", units=77)
        assert [path.name for path in (killed.parent / "unsaved").iterdir()] == [f"{restored.recovery.path.name}.lock"]

    @pytest.mark.parametrize(
        "restored", [[lambda path: save(Project(about="newer"), path)]], indirect=True, ids=["written"]
    )
    def test_a_file_that_was_written_since_is_not_written_over(self, restored: MainWindow, killed: Path) -> None:
        assert restored.context.document.path is None
        assert restored.context.document.title == "flowers"

    def test_the_project_opened_after_restored_work_is_unchanged(
        self, qtbot: QtBot, restored: MainWindow, tmp_path: Path
    ) -> None:
        other = tmp_path / "other.layerdeck"
        save(Project(about="other"), other)
        answer("discard")
        open_project(qtbot, restored, other)
        assert not restored.context.document.unsaved
        assert child(restored, QLabel, "toolbar.unsaved").isHidden()
        assert not restored.actions_["edit.undo"].isEnabled()

    def test_work_of_an_app_that_still_runs_is_left_alone(self, document: Document, tmp_path: Path) -> None:
        one, other = Recovery(document, tmp_path, document), Recovery(document, tmp_path, document)
        document.edit("Add Dense", Network.stack(Dense()))
        one.keep()
        assert other.left_over() == ()
        one.clear()
        other.clear()
        assert list(tmp_path.glob("unsaved-*")) == []

    def test_locks_that_a_crash_left_are_swept(self, document: Document, tmp_path: Path) -> None:
        lock = tmp_path / "unsaved-1-a.layerdeck.lock"
        script = (
            "import os, sys; from PySide6.QtCore import QLockFile as L; l = L(sys.argv[1]); l.tryLock(0); os._exit(9)"
        )
        subprocess.run([sys.executable, "-c", script, str(lock)], check=False, timeout=60)
        assert lock.exists()
        recovery = Recovery(document, tmp_path, document)
        assert [path.name for path in tmp_path.glob("*.lock")] == [f"{recovery.path.name}.lock"]
        recovery.clear()


class TestNowhereToWrite:
    """The app's data folder is on a read-only disk: one sentence each, and work goes on."""

    @pytest.fixture
    def window(self, qapp: QApplication, settings: Preferences, tmp_path: Path) -> Iterator[MainWindow]:
        (tmp_path / "data" / "unsaved").mkdir(parents=True)
        with read_only(tmp_path / "data") as data:
            window = compose(settings, data / "unsaved", data / "runs")
            window.show()
            yield window
            window.context.document.undo_stack.setClean()
            assert window.close(), "quitting quits"
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def test_a_sample_opens_and_is_edited(self, qtbot: QtBot, window: MainWindow) -> None:
        with qtbot.waitSignal(window.opening.opened, timeout=60_000):
            window.opening.open_sample("circle")
        with qtbot.waitSignal(window.recovery.refused, timeout=60_000):
            window.context.document.edit("Empty", Network.stack(Dense(units=3)))
        said = window.banner.text.text()
        assert "is not kept for after a crash" in said
        assert "read-only" in said or "permission denied" in said
        window.context.document.edit("Again", Network.stack(Dense(units=4)))
        with qtbot.assertNotEmitted(window.recovery.refused):
            window.recovery._try()

    def test_training_says_where_runs_can_go_instead(self, qtbot: QtBot, window: MainWindow) -> None:
        window.context.document.open(small("circle"), None, "circle")
        qtbot.waitUntil(lambda: not window.context.session.obstacle(), timeout=60_000)
        for start in (window.train, lambda: window.context.session.cross_validate(3)):
            window.banner.hide()
            start()
            assert window.context.session.state == "idle"
            assert window.banner.isVisible()
            said = window.banner.text.text()
            assert str(window.context.session.root) in said
            assert "LAYERDECK_RUNS" in said

    def test_a_data_folder_that_is_a_file_lets_the_app_start(
        self, document: Document, qtbot: QtBot, tmp_path: Path
    ) -> None:
        (tmp_path / "data").write_text("")
        recovery = Recovery(document, tmp_path / "data" / "unsaved", document)
        assert recovery.left_over() == ()
        with qtbot.waitSignal(recovery.refused, timeout=60_000):
            document.edit("Add Dense", Network.stack(Dense()))
        document.undo_stack.setClean()
        recovery.clear()

    def test_defects_are_told_where_no_log_can_be_written(
        self, qtbot: QtBot, document: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "log").write_text("")
        crashes = Crashes(tmp_path / "log", lambda: tmp_path / "kept", lambda: None)
        crashes.take(KeyError, KeyError("a defect of ours"), None)
        qtbot.waitUntil(lambda: len(boxes()) == 1, timeout=5000)
        assert "The details are below" in boxes()[0].informativeText()
        assert "a defect of ours" in capsys.readouterr().err
        boxes()[0].close()
        crashes.close()


class TestCrashes:
    """Defects are written down, keep the work and are said once."""

    @pytest.fixture
    def crashes(self, document: Document, tmp_path: Path) -> Iterator[Crashes]:
        recovery = Recovery(document, tmp_path / "unsaved", document)
        crashes = Crashes(tmp_path / "log", recovery.keep, lambda: None)
        yield crashes
        crashes.close()
        recovery.clear()

    def test_a_defect_is_logged_and_the_work_kept(
        self, qtbot: QtBot, crashes: Crashes, document: Document, tmp_path: Path
    ) -> None:
        document.edit("Add Dense", Network.stack(Dense(units=5)))
        for _ in range(3):
            try:
                raise KeyError("a defect of ours")
            except KeyError as error:
                crashes.take(KeyError, error, error.__traceback__)
        qtbot.waitUntil(lambda: len(boxes()) == 1, timeout=5000)
        assert "a defect of ours" in crashes.file.read_text()
        [kept] = (tmp_path / "unsaved").glob("*.layerdeck")
        assert load(kept) == document.identified
        assert str(kept) in boxes()[0].informativeText()
        boxes()[0].close()


def boxes() -> list[QMessageBox]:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
    return [box for box in found if box.isVisible()]
