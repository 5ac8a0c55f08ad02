"""Painting controls shared by all interfaces, and blends of styles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from realstyler.errors import UsageError

SMALLEST_STROKE, LARGEST_STROKE = 16, 16384
AUTO_SIDE = 1280
"""Longer side in pixels above which strokes scale with the picture."""

Stroke = int | Literal["auto", "native"]
"""Working resolution: longer side in pixels, or how it is derived from the picture."""


_STROKE_BOUNDS: dict[str, Any] = {"smallest": SMALLEST_STROKE, "largest": LARGEST_STROKE}


@dataclass(frozen=True)
class Controls:
    """How a stylization is combined with its photograph; validated on construction.

    Raises:
        UsageError: a value is out of range.
    """

    strength: float = 1.0
    """0 returns the photograph unchanged, 1 the full stylization; linear in between."""

    keep_colors: bool = False
    """Take the luminance (BT.601) from the stylization and the chroma from the photograph."""

    stroke: Stroke = "auto"
    """Working resolution: longer side in pixels at which the strokes are painted.

    The result is scaled back to the photograph's size. Smaller numbers give larger strokes and run
    faster. ``auto`` is 1280, so that strokes have the same size relative to the picture on all
    larger pictures; ``native`` paints at the photograph's own resolution. Pictures are never
    enlarged for painting.
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
    """Parse ``auto``, ``native`` or a number of pixels.

    Raises:
        UsageError: it is none of these; the number's range is checked by `Controls`.
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
    """Several styles and their shares, normalized to a sum of 1.

    Raises:
        UsageError: no style, a duplicate style, or shares that are not positive.
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
    """Parse ``mosaic``, ``mosaic:0.6,night:0.4`` or ``mosaic,night`` (equal shares).

    Raises:
        UsageError: the text is malformed. Whether the styles exist is not checked.
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
