"""From bytes to bytes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pictures_for_tests import pixels_of
from realstyler.pictures import Picture
from realstyler_bot.workers.painting import as_product, is_photo, lay_out


@given(st.integers(1, 12000), st.integers(1, 12000))
def test_photograph_limits(width: int, height: int) -> None:
    """Telegram accepts whatever is sent as a photo."""
    if is_photo(width, height, 1000):
        assert width + height <= 10_000
        assert max(width, height) <= 20 * min(width, height)


def test_transparency_survives_in_files() -> None:
    """A file keeps its alpha channel; a photo is composited on white."""
    pixels = np.zeros((50, 50, 3), np.uint8)
    picture = Picture(pixels, alpha=np.zeros((50, 50), np.uint8), format="PNG")
    assert as_product(picture, "x", as_file=True).name == "x.png"
    shown = as_product(picture, "x", as_file=False)
    assert pixels_of(shown.content).min() > 250


def test_sheet_shows_all() -> None:
    """Every picture is on the sheet, unscaled."""
    cells = [("", np.full((40, 60, 3), value, np.uint8)) for value in (10, 90, 170)]
    sheet = lay_out(cells)
    for _, cell in cells:
        assert (sheet == cell[0, 0]).all(axis=2).sum() == 40 * 60
