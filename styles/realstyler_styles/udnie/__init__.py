"""Udnie: cubist shards in grey, rust and green."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    style = Style(
        name="udnie",
        title="Udnie",
        description="Cubist shards in grey, rust and green",
        folder=Path(__file__).parent,
        full=FULL,
        live=LIVE,
        author="realstyler",
        license="CC0-1.0",
    )
    return [style]
