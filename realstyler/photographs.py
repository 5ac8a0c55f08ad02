"""The photographs to learn from: Flickr8k as Kaggle delivers it, or any folder. Needs no torch.

Which photograph, crop and flip a step sees depends on (seed, step, slot) alone, never on a
generator's state: so a resumed training continues exactly, on any number of devices.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from realstyler.errors import InputError, UsageError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
SMALLEST_BOX = 0.7
"""Crops cut at least this share of the photograph's shorter side."""

# zipfile raises RuntimeError for encrypted members and unknown kinds of compression.
_UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, KeyError)


@dataclass(frozen=True)
class Photographs:
    """The photographs of a folder or a zip file, in a fixed order."""

    root: Path
    names: tuple[str, ...]

    @classmethod
    def find(cls, root: Path) -> Photographs:
        """List the photographs under a folder, in its ``Images`` folder if it has one, or in a zip.

        Raises:
            UsageError: nothing is there, or no photograph is in it.
        """
        if not root.exists():
            raise UsageError(code="photographs-missing", place=root)
        names = _zip_names(root) if root.is_file() else _folder_names(root)
        if not names:
            suffixes = " ".join(sorted(SUFFIXES))
            raise UsageError(code="no-photographs", place=root, suffixes=suffixes)
        return cls(root, tuple(names))

    def read(self, name: str) -> bytes:
        """Read the bytes of one photograph's file.

        Raises:
            InputError: it is gone or damaged.
        """
        try:
            if self.root.is_file():
                return _archive(self.root, os.getpid()).read(name)
            return (self.root / name).read_bytes()
        except _UNREADABLE as error:
            raise InputError(code="photograph-unreadable", name=name, reason=error) from error

    @property
    def description(self) -> str:
        """One line for the weights' metadata, without this machine's paths."""
        return f"{len(self.names)} photographs of {self.root.resolve().name}"


@dataclass(frozen=True)
class Draw:
    """What one slot of one step sees: photograph, square box and flip."""

    photograph: int
    scale: float
    """Share of the shorter side that the box covers."""
    left: float
    top: float
    """Where the box lies in the free room, 0..1."""
    flip: bool

    def box(self, width: int, height: int) -> tuple[int, int, int]:
        """Left, top and side in pixels of the square in a photograph of this size."""
        side = max(1, round(min(width, height) * self.scale))
        return round((width - side) * self.left), round((height - side) * self.top), side


def draw(seed: int, position: int, count: int, attempt: int = 0) -> Draw:
    """Choose for the ``position``-th photograph of a training: each is seen once per epoch."""
    random = np.random.default_rng((seed, position, attempt))
    epoch, offset = divmod(position, count)
    photograph = int(_order(seed, epoch, count)[offset])
    if attempt:  # the chosen one cannot be read: any other
        photograph = int(random.integers(count))
    scale, left, top, flip = random.random(4)
    return Draw(
        photograph, SMALLEST_BOX + (1 - SMALLEST_BOX) * scale, left, top, flip=bool(flip < 0.5)
    )


@lru_cache(maxsize=2)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, epoch)).permutation(count)


@lru_cache(maxsize=1)
def _archive(path: Path, _process: int) -> zipfile.ZipFile:
    """Open a zip file once in every process: forked ones would share its position in the file."""
    return zipfile.ZipFile(path)


def _folder_names(root: Path) -> list[str]:
    start = root / "Images" if (root / "Images").is_dir() else root
    found = (path for path in start.rglob("*") if _is_photograph(path.relative_to(root)))
    return sorted(str(path.relative_to(root)) for path in found if path.is_file())


def _zip_names(path: Path) -> list[str]:
    try:
        names = _archive(path, os.getpid()).namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(code="photographs-zip-damaged", place=path, reason=error) from error
    return sorted(name for name in names if _is_photograph(PurePosixPath(name)))


def _is_photograph(path: PurePosixPath | Path) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden
