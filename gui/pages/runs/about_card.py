"""What is known of the selected run, what a person says of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import cast

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.record.states import is_whole
from engine.runs.folder import SnapshotInfo
from engine.runs.summary import RunSummary
from gui.kit.amounts import short, size
from gui.kit.cards import GAP, Card, clock, text
from gui.kit.icons import icon
from gui.kit.numbers import decider_title, measured, plain, title
from gui.kit.style import look
from gui.pages.runs.columns import readable
from gui.pages.runs.keeping import Keeper
from gui.pages.runs.snapshots import SnapshotList
from gui.pages.runs.tags import TagsField
from gui.shared.states import state_words

WIDTH, NARROW = 320, 280  # px
LONGER = "plus"  # icon


class AboutCard(Card):
    """One run; of several what they have in common.

    Signals:
        group_wanted: name of the group whose runs the person wants to see.
    """

    group_wanted = Signal(str)

    def __init__(self, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._keeper = keeper
        self._bytes = 0  # of all snapshots
        self._folder: Path | None = None
        self._group = ""
        self._shown: Sequence[RunSummary] = ()
        self._difference_shown = False
        self.says, self.trouble = text("", "dim", wrap=True), text("", "warning", wrap=True)
        self.trouble.setObjectName("runs.trouble")
        self.group = QPushButton()
        self.group.setObjectName("runs.group")
        look(self.group, "link")
        self.group.clicked.connect(lambda: self.group_wanted.emit(self._group))
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        self._places = 0  # of buttons
        self.body.addLayout(self._grid)  # above all whose height depends on the run: a button stays where it is
        for widget in (self.says, self.trouble, self.group):
            self.body.addWidget(widget)
        self.results = self._button("runs.results", self.tr("Show results"), "results")
        self.project = self._button("runs.project", self.tr("Open project"), "open")
        self.resume = self._button("runs.resume", self.tr("Go on"), "play")
        self.longer = self._button("runs.longer", self.tr("Train longer…"), LONGER, beside=self.resume)
        self.longer.setAccessibleName(self.tr("Train for more epochs"))
        self.rerun = self._button("runs.rerun", self.tr("Rerun"), "refresh")
        self.star = self._button("runs.star", self.tr("Star"), "star")
        self.delete = self._button("runs.delete", self.tr("Delete"), "trash")
        self.restore = self._button("runs.restore", self.tr("Put back"), "undo")
        self.rename = self._make_rename()
        self.said = self._make_said()
        self.body.addWidget(self.said, 1)
        self.body.addStretch(0)
        self.set_narrow(False)

    def verbs(self) -> list[QPushButton]:
        """The buttons that there are for the selected runs now, in reading order."""
        buttons = (
            self.results, self.project, self.resume, self.longer, self.rerun, self.rename, self.star, self.delete,
            self.restore,
        )  # fmt: skip
        return [button for button in buttons if not button.isHidden()]

    def set_narrow(self, narrow: bool) -> None:
        """In a small window the list needs the room more."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDTH)
        self.longer.setIcon(QIcon() if narrow else icon(LONGER))  # its words need the room
        self._say_kept()

    def show_runs(self, runs: Sequence[RunSummary], tags: set[str], *, in_bin: bool) -> None:
        """The selected runs; `tags`: those in use anywhere."""
        one = runs[0] if len(runs) == 1 else None
        self._show_title(runs)
        self.trouble.setText(one.trouble or one.status.message if one else "")
        self.trouble.setVisible(bool(self.trouble.text()))
        self._group = one.about.group if one else ""
        self.group.setVisible(bool(self._group))
        self.group.setText(self.tr("All runs of {0}").format(self._group))
        self._shown = runs
        self._say()
        for button in (self.results, self.project, self.rerun, self.star, self.delete):
            button.setVisible(not in_bin)
        self.rename.setVisible(not in_bin and one is not None)  # beside the name of one
        over = one is not None and is_whole(one.status.state)
        self.resume.setVisible(not in_bin and not over)
        self.longer.setVisible(not in_bin and over)
        self.fork.setVisible(not in_bin)
        self.restore.setVisible(in_bin)
        self.restore.setEnabled(bool(runs))
        self.star.setEnabled(any(readable(run) for run in runs))
        self.star.setText(self.tr("Star off") if runs and all(run.about.star for run in runs) else self.tr("Star"))
        self.delete.setEnabled(bool(runs))
        self.said.setVisible(one is not None and readable(one))
        self.tags.offer(tags)
        for field in (self.tags, self.notes):
            field.setReadOnly(in_bin)
        self._show_said(one)

    def show_difference(self, shown: bool) -> None:
        """Whether the difference of two runs is in sight: then nobody needs to be told of it."""
        self._difference_shown = shown
        self._say()

    def _say(self) -> None:
        self.says.setText(_one(self._shown[0]) if len(self._shown) == 1 else self._several(self._shown))
        self.says.setVisible(bool(self.says.text()))

    def show_snapshots(self, snapshots: Sequence[SnapshotInfo]) -> None:
        """Those of the selected run."""
        self.snapshots.show_infos(snapshots)
        self._bytes = sum(info.bytes for info in snapshots)
        self._say_kept()

    def _say_kept(self) -> None:
        words = self.tr("Snapshots · {0}").format(size(self._bytes))
        self.kept.setText(words if self._bytes and not self._narrow else self.tr("Snapshots"))
        self.kept.setToolTip(words if self._bytes else "")

    def take(self) -> None:
        """Keeps what is being written right now."""
        self.tags.done()

    def _make_rename(self) -> QPushButton:
        """Beside the name that it changes."""
        button = QPushButton(icon("pencil", "dim"), "")
        button.setObjectName("runs.rename")
        button.setAccessibleName(self.tr("Rename"))
        button.setToolTip(self.tr("Rename the run (F2, or double-click its name)"))
        look(button, "flat")
        self.head.insertWidget(self.head.indexOf(self.title) + 1, button)
        return button

    def _make_said(self) -> QWidget:
        self.tags, self.notes, self.snapshots = TagsField(), QPlainTextEdit(), SnapshotList()
        self.tags.setObjectName("runs.tags")
        self.tags.setAccessibleName(self.tr("Tags, with commas between them"))
        self.tags.setToolTip(self.tr("Words with commas between them. Press T in the list to get here."))
        self.tags.changed.connect(self._on_tags_changed)
        self.notes.setObjectName("runs.note")
        self.notes.setAccessibleName(self.tr("Note"))
        self.notes.setPlaceholderText(self.tr("What you want to remember of it"))
        self.notes.setToolTip(self.tr("Kept while you write. Press N in the list to get here."))
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(48)
        self.notes.textChanged.connect(self._on_note_changed)
        self.kept = text(self.tr("Snapshots"), "dim")
        self.fork = QPushButton(self.tr("New run from here"))
        self.fork.setObjectName("runs.fork")
        self.fork.setAccessibleName(self.tr("New run from the selected snapshot"))
        look(self.fork, "link")
        head = QHBoxLayout()
        head.addWidget(self.kept, 1)
        head.addWidget(self.fork)
        said = QWidget()
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        for words, field, stretch in ((self.tr("Tags"), self.tags, 0), (self.tr("Note"), self.notes, 2)):
            label: QLabel = text(words, "dim")
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field, stretch)
            column.addSpacing(4)
        column.addLayout(head)
        column.addWidget(self.snapshots, 3)
        QWidget.setTabOrder(self.snapshots, self.fork)  # a snapshot is chosen first
        return said

    def _button(self, name: str, words: str, symbol: str, beside: QPushButton | None = None) -> QPushButton:
        """In the next place, or in that of a button that is never seen at the same time."""
        button = QPushButton(icon(symbol), words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        if beside is None:
            self._grid.addWidget(button, self._places // 2, self._places % 2)
            self._places += 1
        else:
            row, column, *_ = cast("tuple[int, int, int, int]", self._grid.getItemPosition(self._grid.indexOf(beside)))
            self._grid.addWidget(button, row, column)
        return button

    def _show_title(self, runs: Sequence[RunSummary]) -> None:
        if len(runs) == 1:
            words = runs[0].name
        else:
            words = self.tr("{0} runs").format(f"{len(runs):,}") if runs else self.tr("No run is selected")
        self.note.setText(state_words(runs[0].state) if len(runs) == 1 else "")
        room = self.maximumWidth() - 2 * GAP - 52 - self.note.fontMetrics().horizontalAdvance(self.note.text())
        self.title.setText(self.title.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self.title.setToolTip(words)

    def _show_said(self, run: RunSummary | None) -> None:
        """What is being written about the same run stays as it is."""
        other = (run.folder if run else None) != self._folder
        self._folder = run.folder if run else None
        waiting = self._keeper.waiting(run.folder) if run else {}
        tags: Sequence[str] = waiting.get("tags", run.about.tags if run else ())
        note = str(waiting.get("note", run.about.note if run else ""))
        if other or not self.tags.hasFocus():
            self.tags.show_tags(tags)
        if note != self.notes.toPlainText() and (other or not self.notes.hasFocus()):
            with QSignalBlocker(self.notes):
                self.notes.setPlainText(note)

    def _on_tags_changed(self, tags: tuple[str, ...]) -> None:
        if self._folder is not None:
            self._keeper.put(self._folder, tags=tags)
            self._keeper.soon()

    def _on_note_changed(self) -> None:
        if self._folder is not None:
            self._keeper.put(self._folder, note=self.notes.toPlainText())

    def _several(self, runs: Sequence[RunSummary]) -> str:
        """Mean and standard deviation of what the runs of one group have, as for the folds of a cross-validation."""
        if len({run.about.group for run in runs}) != 1 or not runs[0].about.group:
            asked = len(runs) == 2 and not self._difference_shown
            return self.tr("Press Difference to see in what they differ.") if asked else ""
        lines = [self.tr("Mean ± standard deviation")]
        losses = [run.status.loss for run in runs if run.status.loss is not None]
        if len(losses) == len(runs):
            lines.append(self.tr("validation loss {0} ± {1}").format(plain(fmean(losses)), plain(stdev(losses))))
        for name in runs[0].status.metrics or {}:
            values = [run.status.metrics[name] for run in runs if run.status.metrics and name in run.status.metrics]
            if len(values) == len(runs):
                parts = measured(name, fmean(values)), measured(name, stdev(values))
                lines.append(self.tr("{0} {1} ± {2}").format(title(name), *parts))
        return "\n".join(lines) if len(lines) > 1 else ""


def _one(run: RunSummary) -> str:
    """How long it was trained, and what there is of it."""
    status = run.status
    if not readable(run):
        return ""
    words = [
        QCoreApplication.translate("runs", "epoch {0} of {1}").format(f"{status.epoch:,}", f"{status.epochs:,}"),
        QCoreApplication.translate("runs", "step {0}").format(f"{status.step:,}"),
        clock(status.seconds),
        QCoreApplication.translate("runs", "{0} parameters").format(short(status.parameters)),
        size(run.bytes),
    ]
    if run.snapshots:
        by = decider_title(status.best_by, validated=status.loss is not None)
        words.append(QCoreApplication.translate("runs", "best by {0}").format(by))
    if run.about.parent:
        words.append(QCoreApplication.translate("runs", "made from {0}").format(run.about.parent))
    return " · ".join(words)
