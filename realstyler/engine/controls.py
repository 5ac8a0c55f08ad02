"""The controls that every surface shares, and blends of styles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from realstyler.errors import UsageError

SMALLEST_STROKE, LARGEST_STROKE = 16, 16384
AUTO_SIDE = 1280
"""Pixels of the longer side from which strokes grow with the picture."""

Stroke = int | Literal["auto", "native"]
"""The working resolution: pixels of the longer side, or how it follows from the picture."""


_STROKE_BOUNDS: dict[str, Any] = {"smallest": SMALLEST_STROKE, "largest": LARGEST_STROKE}


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

    stroke: Stroke = "auto"
    """Working resolution: pixels of the longer side at which the strokes are painted.

    The result is brought back to the photograph's size. Smaller numbers give larger strokes, and
    less to compute. ``auto`` is 1280, so that strokes are as large, relative to the picture, on
    every picture larger than that; ``native`` paints at the photograph's own resolution. Strokes
    are never finer than the picture's own pixels.
    """

    def __post_init__(self) -> None:
        if not (math.isfinite(self.strength) and 0 <= self.strength <= 1):
            raise UsageError(code="strength-out-of-range", strength=self.strength)
        if self.stroke not in ("auto", "native") and not self._is_side(self.stroke):
            raise UsageError(code="stroke-out-of-range", stroke=self.stroke, **_STROKE_BOUNDS)

    def working_side(self, height: int, width: int) -> int:
        """Return the longer side in pixels at which a picture of height × width is painted."""
        own = max(height, width)
        if self.stroke == "native":
            return own
        return min(own, AUTO_SIDE if self.stroke == "auto" else self.stroke)

    @staticmethod
    def _is_side(stroke: object) -> bool:
        return isinstance(stroke, int) and SMALLEST_STROKE <= stroke <= LARGEST_STROKE


def parse_stroke(text: str) -> Stroke:
    """Read ``auto``, ``native`` or a number of pixels.

    Raises:
        UsageError: it is none of these; whether the number is in range is for `Controls` to say.
    """
    if text == "auto":
        return "auto"
    if text == "native":
        return "native"
    try:
        return int(text)
    except ValueError:
        raise UsageError(code="no-stroke", text=text, **_STROKE_BOUNDS) from None


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
            raise UsageError(code="blend-names-wrong", blend=self._text)
        if not all(math.isfinite(share) and share > 0 for _, share in self.shares):
            raise UsageError(code="blend-share-not-positive", blend=self._text)
        total = math.fsum(share for _, share in self.shares)
        scaled = tuple((name, share / total) for name, share in self.shares)
        object.__setattr__(self, "shares", scaled)

    def __str__(self) -> str:
        return f"the blend '{self._text}'"

    @property
    def _text(self) -> str:
        return ",".join(f"{name}:{share:g}" for name, share in self.shares)

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
        raise UsageError(code="no-share-of-blend", part=part.strip())
    return name, share
