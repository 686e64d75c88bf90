"""How far the run is, how fast, and how well it does."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from engine.record.control import LEARNING_RATE
from gui.document import Document
from gui.kit.cards import Card, Tile, breakable, clear, clock, pliant, text
from gui.kit.forms.numbers import compact
from gui.kit.numbers import digits, measured, plain, title
from gui.kit.redraw import Redraw
from gui.live.run import RECENT, LiveRun
from gui.live.session import Session
from gui.pages.training.ending import Ending
from gui.pages.training.knobs_panel import KnobsPanel
from gui.shared.states import eta_words, memory_words, prepare_words, search_words


class ProgressCard(Card):
    """Epoch, ETA, speed, tiles with the last epoch's measures, and how it ended."""

    def __init__(self, session: Session, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("monitor.progress")
        pliant(self.title).setWordWrap(True)  # a fold, or a run of another project, has more to say than a line holds
        self.head.setStretchFactor(self.title, 100)
        self._session = session
        self.bar = QProgressBar()
        self.bar.setObjectName("monitor.bar")
        self.bar.setAccessibleName(self.tr("Progress of the run"))
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.speed = pliant(text("", "dim", wrap=True))
        self.speed.setObjectName("monitor.speed")
        self.ending, self.knobs = Ending(document), KnobsPanel(session)
        self._tiles: dict[str, Tile] = {}
        self._tiled: LiveRun | None = None  # the run that they are of
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        for widget in (self.bar, self.speed, self.ending):
            self.body.addWidget(widget)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.knobs)
        self.recipe = pliant(text("", "dim", wrap=True))
        self.body.addWidget(self.recipe)
        self.redraw = Redraw(self, self._draw)
        session.drained.connect(self.redraw.ask)
        session.state_changed.connect(self._on_state_changed)
        self._on_state_changed()

    def _on_state_changed(self) -> None:
        live = self._session.live
        self.setVisible(live is not None)
        begins = self._session.state == "starting" or self._tiled is None
        if live is not None and live is not self._tiled and begins and live.drawn is live:
            self._make_tiles(live)
        self._tiled = live
        self.redraw.ask()
        self.redraw.now()

    def _make_tiles(self, live: LiveRun) -> None:
        clear(self._grid)
        names: dict[str, str] = {name: title(name) for name in live.metrics}
        if live.facts.validation:
            names["loss"] = self.tr("validation loss")
        names["train_loss"] = self.tr("training loss")
        self._tiles = {name: Tile(words) for name, words in names.items()}
        self._tiles["train_loss"].setToolTip(self.tr("Mean of the last {0} steps").format(RECENT))
        for index, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, index // 2, index % 2)

    def _draw(self) -> None:
        live = self._session.live
        if live is None:
            return
        epochs = live.project.training.epochs
        words = self.tr("Epoch {0} of {1}").format(f"{live.epoch:,}", f"{epochs:,}")
        folding = self._session.folding
        if folding is not None:
            words = self.tr("{0} · {1}").format(folding.called, words)
        other = self._session.other
        self.title.setText(self.tr("{0}: {1}").format(breakable(other), words) if other else words)
        self.bar.setValue(round(live.progress * 1000))
        self.note.setText(self._note(live))
        self.speed.setText(self._speed(live))
        if live.ended is None or folding is None or not folding.going:  # the end of a fold is none to press things at
            self.ending.show_run(live, alone=folding is None)
        self.knobs.refresh()
        self._show_tiles(live.drawn)
        self.recipe.setText(self._recipe(live))

    def _note(self, live: LiveRun) -> str:
        state = self._session.state
        if state == "paused":
            return self.tr("paused")
        if state == "stopping":
            return self.tr("stopping …")
        if live.searching:
            return memory_words()
        if live.ended is not None:
            return clock(live.seconds)
        return eta_words(live)

    def _speed(self, live: LiveRun) -> str:
        if live.searching:
            return search_words()
        if live.preparing:
            return prepare_words()
        if live.started is None and live.ended is None:
            folding = self._session.folding
            begins = folding is not None and folding.fold > 0  # the engine is up since the first one
            return self.tr("The next fold begins …") if begins else self.tr("Starting the engine …")
        speed = live.steps_per_second
        if speed <= 0:
            return ""
        words = self.tr("{0} examples/s · {1} ms/step")
        return words.format(f"{live.examples_per_second:,.0f}", digits(1000 / speed, 3))

    def _show_tiles(self, live: LiveRun) -> None:
        last = live.epochs[-1] if live.epochs else None
        for name, tile in self._tiles.items():
            if name == "train_loss":
                tile.show_value(plain(live.recent_loss))
            elif name == "loss":
                tile.show_value(plain(last.loss if last else None))
            else:
                tile.show_value(measured(name, last.metrics.get(name) if last else None))

    def _rate(self, live: LiveRun) -> str:
        """As it is set, the knob's number, and beside it what the schedule made of it for the last step.

        Of a run that has ended as it was set alone: a schedule ends near 0, which says nothing.
        """
        base = float(live.knobs.holds(live.turned, LEARNING_RATE))
        words = self.tr("learning rate {0}").format(compact(base))
        if live.ended is not None or math.isclose(live.learning_rate, base, rel_tol=1e-3):
            return words
        return self.tr("{0}, now {1} by its schedule").format(words, f"{live.learning_rate:.3g}")

    def _recipe(self, live: LiveRun) -> str:
        training = live.project.training
        parts = [
            " + ".join(dict.fromkeys(loss.title for loss in live.losses_used)),
            training.optimizer.title,
            self._rate(live),
            self.tr("batch {0}").format(f"{training.batch_size:,}"),
        ]
        if live.started is not None:
            threads = live.started.threads
            device = live.started.device.upper()
            parts.append(self.tr("{0}, {1} threads").format(device, threads) if threads > 1 else device)
        return " · ".join(parts)
