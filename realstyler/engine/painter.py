"""The interface of a backend: one network that paints pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from realstyler.engine.cancellation import Cancellation
from realstyler.engine.pictures import Pixels

Progress = Callable[[float], None]
"""Called with the share of the work that is done, 0…1, from the working thread."""


class Painter(Protocol):
    """A network on a device, shared by threads."""

    def load(self) -> None:
        """Do the work now that the first picture of any size would wait for."""

    def grown_size(self, height: int, width: int) -> tuple[int, int]:
        """Return the sides that a picture must be grown to before it is painted."""

    def paint(
        self,
        picture: Pixels,
        painted: Pixels,
        cancellation: Cancellation | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Stylize contiguous uint8 H×W×3 of a grown size into ``painted`` of the same shape.

        Raises:
            Cancelled: a stop was requested; ``painted`` then holds anything, and may be written
                to until what was running has ended.
        """
