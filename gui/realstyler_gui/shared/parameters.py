"""Everything that determines how a photograph is painted; immutable, for undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from realstyler.engine import Controls, Stroke

Network = Literal["full", "live"]

STROKES: tuple[Stroke, ...] = ("auto", "native", 2048, 1536, 1024, 768, 512, 384, 256)
"""Positions of the stroke slider: relative to the picture, then from fine to coarse."""


@dataclass(frozen=True)
class Parameters:
    """A style or a blend of two, and the controls."""

    style: str = ""
    second: str = ""
    """The style blended in; empty for none."""
    share: float = 0.5
    """Share of the second style, 0 to 1."""
    network: Network = "full"
    strength: float = 1.0
    keep_colors: bool = False
    stroke: Stroke = "auto"

    @property
    def recipe(self) -> str:
        """Return the style or blend in command-line syntax; empty if no style is chosen."""
        if not self.second or self.second == self.style or self.share <= 0:
            return self.style
        if self.share >= 1:
            return self.second
        return f"{self.style}:{1 - self.share:.2f},{self.second}:{self.share:.2f}"

    @property
    def controls(self) -> Controls:
        """Strength, colours and strokes, as the engine takes them."""
        from realstyler.engine import Controls

        return Controls(self.strength, self.keep_colors, self.stroke)

    @property
    def painting(self) -> tuple[Any, ...]:
        """Return what requires repainting when changed: everything except the strength."""
        return (self.recipe, self.network, self.keep_colors, self.stroke)

    @classmethod
    def from_dict(cls, values: Any) -> Parameters:
        """Restore from `dataclasses.asdict`; invalid values are replaced by defaults."""
        given = values if isinstance(values, dict) else {}
        plain = cls()
        for name, fits in _FITS.items():
            if name in given and fits(given[name]):
                plain = plain.but(**{name: given[name]})
        return plain

    def but(self, **changes: Any) -> Parameters:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def with_style(self, name: str) -> Parameters:
        """Return a copy with another style, dropping a blend with itself."""
        return self.but(style=name, second="" if self.second == name else self.second)

    @property
    def file_suffix(self) -> str:
        """Return a suffix for file names, such as ``mosaic`` or ``mosaic+night``."""
        blended = "," in self.recipe
        return f"{self.style}+{self.second}" if blended else self.recipe.partition(":")[0]


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


_FITS: dict[str, Callable[[Any], bool]] = {
    "style": lambda value: isinstance(value, str),
    "second": lambda value: isinstance(value, str),
    "share": _is_share,
    "network": lambda value: value in ("full", "live"),
    "strength": _is_share,
    "keep_colors": lambda value: isinstance(value, bool),
    "stroke": lambda value: value in STROKES,
}
"""Validators of the fields."""
