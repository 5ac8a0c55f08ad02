"""Pale glass: pale panes of stained glass in thin dark lead."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    style = Style(
        name="glass",
        title="Pale glass",
        description="Pale panes of stained glass in thin dark lead",
        folder=Path(__file__).parent,
        full=FULL,
        live=LIVE,
        author="realstyler",
        license="CC0-1.0",
    )
    return [style]
