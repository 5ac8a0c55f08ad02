"""Palette knife: slabs of light paint from the palette knife, mirrored in wet ground."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    style = Style(
        name="knife",
        title="Palette knife",
        description="Slabs of light paint from the palette knife, mirrored in wet ground",
        folder=Path(__file__).parent,
        full=FULL,
        live=LIVE,
        author="realstyler",
        license="CC0-1.0",
    )
    return [style]
