"""What every page is given: the open document, its data, its training and the person's preferences."""

from __future__ import annotations

from dataclasses import dataclass

from gui.document import Document
from gui.live.forecast import Forecast
from gui.live.session import Session
from gui.loading import Loader
from gui.settings import Preferences


@dataclass(frozen=True)
class Context:
    """The five things a page may talk to. Pages know nothing else and not each other.

    Attributes:
        document: the project, its report and the undo stack.
        loader: the prepared data.
        session: the run that goes on, if one does.
        settings: what is remembered between starts.
        forecast: what training will cost.
    """

    document: Document
    loader: Loader
    session: Session
    settings: Preferences
    forecast: Forecast
