"""The pictures that were opened together, one of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from realstyler.errors import InputError
from realstyler.pictures import find_pictures


@dataclass(frozen=True)
class Album:
    """Pictures in order, and which one is looked at."""

    paths: tuple[Path, ...]
    index: int = 0

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Album:
        """Collect pictures, and those inside folders.

        Raises:
            InputError: there is none.
        """
        found = tuple(found.path for found in find_pictures(paths))
        if not found:
            raise InputError(f"{paths[0]} holds no pictures", "choose another folder")
        return cls(found)

    @property
    def current(self) -> Path:
        """The picture that is looked at."""
        return self.paths[self.index]

    def step(self, by: int) -> Album:
        """The same album at another picture, round and round."""
        return replace(self, index=(self.index + by) % len(self.paths))
