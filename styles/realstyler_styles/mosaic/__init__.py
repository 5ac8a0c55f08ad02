"""Mosaic: a stained glass window."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    style = Style(
        name="mosaic",
        title="Mosaic",
        description="A stained glass window: luminous cells in dark leading",
        folder=Path(__file__).parent,
        full=FULL,
        live=LIVE,
        author="realstyler",
        license="CC0-1.0",
    )
    return [style]
