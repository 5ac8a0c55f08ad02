"""The way to the engine: opened stylizers, kept while they are in use. Everything here may wait."""

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
"""What is painted: uint8 H×W×3 in sRGB, or a picture with its colour space and transparency."""

CAPACITY = 6
"""Stylizers that are kept open; each holds some tens of megabytes."""


class StylizerPool:
    """Opens stylizers on demand and paints with them; called from working threads."""

    def __init__(self, threads: int | None = None) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, Network, int | None], Stylizer] = OrderedDict()
        self.threads = threads
        """Processor threads that painting may use; None for all."""

    def stylizer(self, recipe: str, network: Network) -> Stylizer:
        """Return the stylizer of a style or blend; opening one takes up to a few seconds.

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

        It reports its progress, and stops when the task is cancelled.

        Raises:
            RealstylerError: the style cannot be used, or the work was cancelled.
        """
        return self.paint_mixed(task, picture, parameters.but(strength=1.0))

    def paint_mixed(self, task: Task[Any], picture: Kind, parameters: Parameters) -> Kind:
        """Paint with the given strength; otherwise as `paint`."""
        from realstyler.engine import Cancellation

        stylizer = self.stylizer(parameters.recipe, parameters.network)
        cancellation = Cancellation()
        task.cancel.forward_to(cancellation.cancel)
        return stylizer.stylize(
            picture, parameters.controls, cancel=cancellation, progress=task.report
        )

    @staticmethod
    def mix(photo: Pixels, painted: Pixels, strength: float) -> Pixels:
        """Mix a painting that was made at full strength with its photograph."""
        if strength == 1:
            return painted
        from realstyler.engine import mix

        result = painted.copy()
        mix(photo, [painted], [1.0], result, strength=strength)
        return result

    def forget(self) -> None:
        """Close everything, e.g. after weights have changed."""
        with self._lock:
            self._open.clear()

    @staticmethod
    def _make(recipe: str, network: Network, threads: int | None) -> Stylizer:
        from realstyler.engine import Stylizer, parse_blend

        return Stylizer(parse_blend(recipe), network=network, threads=threads)
