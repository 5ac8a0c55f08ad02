"""The backend interface: a network that paints pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from realstyler.engine.cancellation import Cancellation
from realstyler.engine.pictures import Pixels

Progress = Callable[[float], None]
"""Called with the finished share of the work, 0…1, from the working thread."""


class Painter(Protocol):
    """A network on a device, shared by threads."""

    def load(self) -> None:
        """Do in advance the work that the first picture would otherwise wait for."""

    def grown_size(self, height: int, width: int) -> tuple[int, int]:
        """Return the size to which a picture must be padded before painting."""

    def paint(
        self,
        picture: Pixels,
        painted: Pixels,
        cancellation: Cancellation | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Stylize a padded, contiguous uint8 H×W×3 picture into ``painted`` of the same shape.

        Raises:
            Cancelled: cancellation was requested; the content of ``painted`` is then undefined, and
                may change until the running computation has ended.
        """
