"""Watercolor: a style, learned from the picture beside."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    return [
        Style(
            name="watercolor",
            title="Watercolour",
            folder=Path(__file__).parent,
            full=FULL,
            live=LIVE,
            author="realstyler",
            license="CC0-1.0",
        )
    ]
