"""Wave: a woodblock print: Prussian blue outlines, flat tones and foam."""

from pathlib import Path

from realstyler.plugins import Style, hookimpl

from .config import FULL, LIVE


@hookimpl
def register_styles() -> list[Style]:
    """Register the style of this folder."""
    style = Style(
        name="wave",
        title="Wave",
        description="A woodblock print: Prussian blue outlines, flat tones and foam",
        folder=Path(__file__).parent,
        full=FULL,
        live=LIVE,
        author="realstyler",
        license="CC0-1.0",
    )
    return [style]
