"""What is shown beside a training."""

from __future__ import annotations

import pytest

from realstyler.training.callbacks import readable


@pytest.mark.parametrize(
    ("value", "text"),
    [(851234.5, "8.51e5"), (2.3e12, "2.3e12"), (1234.0, "1.23e3"), (12.3456, "12.3"), (0.0, "0")],
)
def test_losses_are_short(value: float, text: str) -> None:
    """Losses, in the millions as they are, take a few characters."""
    assert readable({"style": value}) == {"style": text}
