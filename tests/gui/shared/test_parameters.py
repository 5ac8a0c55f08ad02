"""Painting parameters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realstyler_gui.shared.parameters import Parameters


@given(st.floats(0, 1))
def test_a_recipe_is_what_the_engine_reads(share: float) -> None:
    """Every recipe is a blend that the engine accepts, with the right styles."""
    from realstyler.engine import parse_blend

    parameters = Parameters(style="mosaic", second="night", share=round(share, 2))
    names = set(parse_blend(parameters.recipe).names)
    assert names <= {"mosaic", "night"}
    assert ("night" in names) == (parameters.share > 0)
