"""Thumbnails of the open photograph in every style: painted when visible, dropped otherwise.

A thumbnail is the painted photograph scaled down, not a painting of a scaled-down photograph, whose
strokes would be far larger than in the saved picture.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from realstyler.errors import RealstylerError
from realstyler.registry import Style
from realstyler_gui.shared import images
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.images import Pixels
from realstyler_gui.shared.parameters import Network, Parameters
from realstyler_gui.shared.tasks import PAINT, Task

THUMBNAIL_SIDE = 224
"""Longer side of a thumbnail in the strip, in pixels."""

_PRIORITY = 5
"""After the preview of the chosen style, before its full resolution."""


class Thumbnails(QObject):
    """Paints small versions of a photograph on request."""

    ready = Signal(str)
    """The name of a style whose thumbnail is ready."""

    def __init__(
        self,
        context: Context,
        parent: QObject | None = None,
        *,
        side: int = THUMBNAIL_SIDE,
        network: Network = "live",
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._side, self._network = side, network
        self._pixels: Pixels | None = None
        self._done: dict[str, QImage] = {}
        self._failed: set[str] = set()
        self._running: dict[str, Task[QImage]] = {}

    def set_photo(self, pixels: Pixels | None) -> None:
        """Discard all thumbnails and start over with another photograph."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()
        self._done.clear()
        self._failed.clear()
        self._pixels = pixels

    def renew(self) -> None:
        """Paint all anew: styles may have other weights."""
        self.set_photo(self._pixels)

    def find(self, style: Style) -> QImage | None:
        """Return the thumbnail; if there is none yet, request it and return None."""
        name = style.name
        if name not in self._done and name not in self._failed and name not in self._running:
            self._request(style)
        return self._done.get(name)

    def failed(self, style: Style) -> bool:
        """Return whether painting in this style failed."""
        return style.name in self._failed

    def _request(self, style: Style) -> None:
        if self._pixels is None or not style.trained:
            return
        pixels, stylizers = self._pixels, self._context.stylizers
        network = self._network if self._network in style.networks else style.networks[0]
        parameters = Parameters(style=style.name, network=network)
        name, side = style.name, self._side

        def work(task: Task[QImage]) -> QImage:
            painted = stylizers.paint(task, pixels, parameters)
            return images.as_image(images.reduced(painted, side))

        self._running[name] = self._context.tasks.run(
            work,
            lambda image: self._keep(name, image),
            lambda error: self._give_up(name, error),
            lane=PAINT,
            priority=_PRIORITY,
        )

    def _keep(self, name: str, image: QImage) -> None:
        self._running.pop(name, None)
        self._done[name] = image
        self.ready.emit(name)

    def _give_up(self, name: str, _: RealstylerError) -> None:
        # The error is shown when the style is chosen; here it would only be repeated many times.
        self._running.pop(name, None)
        self._failed.add(name)
        self.ready.emit(name)
