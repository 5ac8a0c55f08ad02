"""Zooming and panning a picture in its view."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realstyler_gui.shared.view.viewport import Viewport

sizes = st.floats(1, 20_000)


@given(sizes, sizes, sizes, sizes, st.lists(st.tuples(st.floats(0.2, 5), sizes, sizes), max_size=8))
def test_a_picture_never_leaves_its_view(
    width: float,
    height: float,
    across: float,
    down: float,
    steps: list[tuple[float, float, float]],
) -> None:
    """However it is zoomed and dragged, the picture fills the view or is centred."""
    port = Viewport()
    port.resize(across, down)
    port.show(width, height)
    for factor, x, y in steps:
        port.zoom(factor, min(x, across), min(y, down))
        port.pan(x - y, y - x)
        for start, length, room in (
            (port.left, port.width * port.scale, port.view_width),
            (port.top, port.height * port.scale, port.view_height),
        ):
            if length <= room:
                assert abs(start - (room - length) / 2) <= 1
            else:
                assert start <= 0.5
                assert start + length >= room - 1


@given(sizes, sizes, sizes, sizes)
def test_fitting_shows_everything(width: float, height: float, across: float, down: float) -> None:
    """A fitted picture is inside the view and not enlarged beyond its limit."""
    port = Viewport()
    port.resize(across, down)
    port.show(width, height)
    assert port.scale <= port.fit_limit
    assert port.width * port.scale <= across * (1 + 1e-9)
    assert port.height * port.scale <= down * (1 + 1e-9)
