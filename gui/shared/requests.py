"""What a page wants of the window around it: another page, other data, a project to open."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal


class Requests(QObject):
    """Signals of a page that only the window can fulfil.

    Signals:
        page: show a page of the rail, by name.
        layer: show the layer of this path in the network.
        file, folder: choose data in a dialog and open it.
        project: open a project or data at this Path.
        template: open the template of this name on its own data.
    """

    page = Signal(str)
    layer = Signal(str)
    file = Signal()
    folder = Signal()
    project = Signal(object)
    template = Signal(str)


@runtime_checkable
class HasRequests(Protocol):
    """A page with requests."""

    @property
    def requests(self) -> Requests:
        """The window connects them when the page is made."""
        ...
