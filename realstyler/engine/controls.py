"""The controls that every surface shares, and blends of styles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from realstyler.errors import UsageError

SMALLEST_STROKE, LARGEST_STROKE = 16, 16384
_EXAMPLE = "write mosaic:0.6,night:0.4"


@dataclass(frozen=True)
class Controls:
    """How a stylization is mixed with its photograph; checked when it is made.

    Raises:
        UsageError: a value is out of range.
    """

    strength: float = 1.0
    """0 gives the photograph back, bit for bit, 1 the stylization; linear in between."""

    keep_colors: bool = False
    """Take the luminance (BT.601) from the stylization and the chroma from the photograph."""

    stroke: int | None = None
    """Working resolution: pixels of the longer side at which the strokes are painted.

    The result is brought back to the photograph's size. Smaller numbers give larger strokes, and
    less to compute. ``None`` paints at the photograph's own resolution.
    """

    def __post_init__(self) -> None:
        if not (math.isfinite(self.strength) and 0 <= self.strength <= 1):
            raise UsageError(f"strength {self.strength:g} is out of range", "choose 0 to 1")
        if self.stroke is not None and not SMALLEST_STROKE <= self.stroke <= LARGEST_STROKE:
            raise UsageError(
                f"stroke {self.stroke} is out of range",
                f"choose {SMALLEST_STROKE} to {LARGEST_STROKE} pixels",
            )


@dataclass(frozen=True)
class Blend:
    """Several styles and the share of each; shares are scaled to sum up to 1.

    Raises:
        UsageError: no style, a style twice, or shares that are negative or all zero.
    """

    shares: tuple[tuple[str, float], ...]
    """Style names and positive numbers, e.g. ``(("mosaic", 0.6), ("night", 0.4))``."""

    def __post_init__(self) -> None:
        names = [name for name, _ in self.shares]
        if not names or len(set(names)) < len(names):
            raise UsageError(f"{self} names no style, or one twice", _EXAMPLE)
        if not all(math.isfinite(share) and share > 0 for _, share in self.shares):
            raise UsageError(f"{self} has a share that is not positive", _EXAMPLE)
        total = math.fsum(share for _, share in self.shares)
        scaled = tuple((name, share / total) for name, share in self.shares)
        object.__setattr__(self, "shares", scaled)

    def __str__(self) -> str:
        return "the blend '" + ",".join(f"{name}:{share:g}" for name, share in self.shares) + "'"

    @property
    def names(self) -> Sequence[str]:
        """The names of the styles, in order."""
        return [name for name, _ in self.shares]


def parse_blend(text: str) -> Blend:
    """Read ``mosaic``, ``mosaic:0.6,night:0.4`` or ``mosaic,night`` (equal shares).

    Raises:
        UsageError: the text is malformed. Whether the styles exist is not looked at.
    """
    return Blend(tuple(_parse_share(part) for part in text.split(",")))


def _parse_share(part: str) -> tuple[str, float]:
    name, colon, number = (piece.strip() for piece in part.partition(":"))
    try:
        share = float(number) if colon else 1.0
    except ValueError:
        share = math.nan
    if not name or math.isnan(share):
        raise UsageError(f"'{part.strip()}' is not a style's share", _EXAMPLE)
    return name, share
