"""Callback data of buttons."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from realstyler_bot import callbacks

NAMES = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=32)


IDS = st.integers(1, 2**52)


@given(NAMES, IDS, st.integers(0, 10**9))
def test_buttons_fit(style: str, owner: int, number: int) -> None:
    """The longest style name with the largest numbers fits within 64 bytes."""
    data = callbacks.StylePick(style=style, job=number, owner=owner)
    assert callbacks.StylePick.unpack(data.pack()) == data
