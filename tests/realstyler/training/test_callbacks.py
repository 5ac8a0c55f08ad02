"""What is shown beside a training."""

from __future__ import annotations

import pytest

from realstyler.registry.config import TrainingConfig
from realstyler.training.callbacks import advice, readable


@pytest.mark.parametrize(
    ("value", "text"),
    [(851234.5, "8.51e5"), (2.3e12, "2.3e12"), (1234.0, "1.23e3"), (12.3456, "12.3"), (0.0, "0")],
)
def test_losses_are_short(value: float, text: str) -> None:
    """Losses, in the millions as they are, take a few characters."""
    assert readable({"style": value}) == {"style": text}


@pytest.mark.parametrize(
    ("loss", "content_weight", "said"),
    [
        (2e6, 1.0, ""),
        (5e5, 1.0, ""),
        (2.5e5, 1.0, "; 1e6 is a good start: --set style_weight=2"),
        (4.1e6, 1.0, "; 1e6 is a good start: --set style_weight=0.12"),
        (1e6, 4.0, "; 4e6 is a good start: --set style_weight=2"),
        (0.0, 1.0, ""),
        (1e6, 0.0, ""),
    ],
)
def test_an_odd_start_is_told_with_a_better_weight(
    loss: float, content_weight: float, said: str
) -> None:
    """The suggested weight brings untouched photographs to the usual style loss."""
    config = TrainingConfig(style_weight=0.5, content_weight=content_weight)
    assert advice(loss, config) == said
