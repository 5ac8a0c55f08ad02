"""Pool of opened stylizers. All methods may block."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

from realstyler.pictures import Picture
from realstyler_gui.shared.images import Pixels
from realstyler_gui.shared.parameters import Network, Parameters
from realstyler_gui.shared.tasks import Task

if TYPE_CHECKING:
    from realstyler.engine import Stylizer

Kind = TypeVar("Kind", Pixels, Picture)
"""Input of painting: uint8 H×W×3 in sRGB, or a picture with colour space and alpha."""

CAPACITY = 6
"""Maximum number of open stylizers; each takes tens of megabytes."""


class StylizerPool:
    """Opens stylizers on demand and paints with them; called from worker threads."""

    def __init__(self, threads: int | None = None) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, Network, int | None], Stylizer] = OrderedDict()
        self.threads = threads
        """Processor threads for painting; None for all."""

    def stylizer(self, recipe: str, network: Network) -> Stylizer:
        """Return the stylizer of a style or blend; opening one may take seconds.

        Raises:
            RealstylerError: the style is unknown, untrained or damaged.
        """
        key = (recipe, network, self.threads)
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        opened = self._make(*key)
        with self._lock:
            self._open[key] = opened
            while len(self._open) > CAPACITY:
                self._open.popitem(last=False)
        return opened

    def paint(self, task: Task[Any], picture: Kind, parameters: Parameters) -> Kind:
        """Paint a picture, or uint8 H×W×3 in sRGB, at full strength.

        Reports progress, and stops when the task is cancelled.

        Raises:
            RealstylerError: the style is unusable, or the task was cancelled.
        """
        return self.paint_mixed(task, picture, parameters.but(strength=1.0))

    def paint_mixed(self, task: Task[Any], picture: Kind, parameters: Parameters) -> Kind:
        """Paint with the given strength; otherwise like `paint`."""
        from realstyler.engine import Cancellation

        stylizer = self.stylizer(parameters.recipe, parameters.network)
        cancellation = Cancellation()
        task.cancel.forward_to(cancellation.cancel)
        return stylizer.stylize(
            picture, parameters.controls, cancel=cancellation, progress=task.report
        )

    @staticmethod
    def mix(photo: Pixels, painted: Pixels, strength: float) -> Pixels:
        """Blend a full-strength painting with its photograph."""
        if strength == 1:
            return painted
        from realstyler.engine import mix

        result = painted.copy()
        mix(photo, [painted], [1.0], result, strength=strength)
        return result

    def forget(self) -> None:
        """Close all stylizers, e.g. after weights have changed."""
        with self._lock:
            self._open.clear()

    @staticmethod
    def _make(recipe: str, network: Network, threads: int | None) -> Stylizer:
        from realstyler.engine import Stylizer, parse_blend

        return Stylizer(parse_blend(recipe), network=network, threads=threads)
