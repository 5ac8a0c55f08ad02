"""Linocut: thick black contours, four bright inks and carved marks on white."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    style = Style(
        name="linocut",
        title="Linocut",
        description="Thick black contours, four bright inks and carved marks on white",
        folder=Path(__file__).parent,
        full=FULL,
        live=LIVE,
        author="realstyler",
        license="CC0-1.0",
    )
    return [style]
