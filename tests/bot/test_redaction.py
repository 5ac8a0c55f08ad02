"""Keeping the token secret."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realstyler_bot.redaction import redact


@given(st.integers(1, 10**12), st.text("abcXYZ019_-", min_size=20, max_size=40))
def test_redaction(number: int, secret: str) -> None:
    """Tokens are masked in any text; the rest is unchanged."""
    token = f"{number + 10}:{secret}"
    address = f"http://host:8080/file/bot{token}/photos/1.jpg"
    assert secret not in redact(f"{address} and {address.replace(':' + secret, '%3A' + secret)}")
    assert redact("at 12:30:45 in /a/b") == "at 12:30:45 in /a/b"
