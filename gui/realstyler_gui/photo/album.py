"""An album: pictures to browse, one of which is current."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from realstyler.errors import InputError
from realstyler.pictures import find_pictures


@dataclass(frozen=True)
class Album:
    """Pictures in order, with the current one."""

    paths: tuple[Path, ...]
    index: int = 0

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Album:
        """Collect pictures and the contents of folders; a single picture brings its neighbours.

        Raises:
            InputError: there are no pictures.
        """
        if len(paths) == 1 and paths[0].is_file():
            return cls._around(paths[0])
        found = tuple(found.path for found in find_pictures(paths))
        if not found:
            raise InputError(code="no-pictures-in", place=paths[0])
        return cls(found)

    @classmethod
    def _around(cls, path: Path) -> Album:
        beside = [found.path for found in find_pictures([path.parent], recursive=False)]
        ordered = tuple(beside if path in beside else sorted([*beside, path]))
        return cls(ordered, ordered.index(path))

    @property
    def current(self) -> Path:
        """Return the current picture."""
        return self.paths[self.index]

    def step(self, by: int) -> Album:
        """Return the album with another picture as current; wraps around."""
        return replace(self, index=(self.index + by) % len(self.paths))

    def without_current(self, by: int) -> Album:
        """Return the album without the current picture; a neighbour becomes current."""
        left = self.paths[: self.index] + self.paths[self.index + 1 :]
        return Album(left, (self.index if by > 0 else self.index - 1) % max(1, len(left)))
