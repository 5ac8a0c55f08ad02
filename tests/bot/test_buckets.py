"""Token buckets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realstyler_bot.buckets import Buckets


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 10))
def test_bucket(pauses: list[float], burst: int) -> None:
    """Nobody gets more than the burst plus what has been refilled since."""
    now = 0.0
    buckets = Buckets(burst, 0.5, lambda: now)
    granted = 0
    for pause in pauses:
        now += pause
        granted += buckets.take(1)
        assert granted <= burst + 0.5 * now + 1e-6


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 10)), max_size=60))
def test_debts_of_a_bucket(wishes: list[tuple[float, int]]) -> None:
    """Waiting as told never exceeds the burst plus what has been refilled since."""
    now, taken = 0.0, 0
    buckets = Buckets(10, 0.5, lambda: now)
    turns = []
    for pause, tokens in wishes:
        now += pause
        taken += tokens
        turn = now + buckets.owe(1, tokens)
        assert taken <= 10 + 0.5 * turn + 1e-6
        turns.append(turn)
    assert turns == sorted(turns)
