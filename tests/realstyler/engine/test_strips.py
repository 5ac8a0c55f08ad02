"""Large pictures in strips compared with the direct path."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from realstyler.engine import Cancellation, Pixels, Stylizer, openvino_backend, strips
from realstyler.errors import Cancelled
from realstyler.registry.weights import Weights

SIZES = [(96, 100), (97, 99), (98, 101), (131, 40), (12, 300), (65, 66), (67, 72)]


@pytest.fixture
def small_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint every picture in strips of a few rows."""
    monkeypatch.setattr(openvino_backend, "DIRECT_BYTES", 0)
    monkeypatch.setattr(strips, "STRIP_VALUES", 6000)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("small_strips")
def test_strips_equal_torch(
    weights: Weights, reference: Callable[[Weights, Pixels], Pixels], size: tuple[int, int]
) -> None:
    """No seams and global statistics: within one level of the torch module."""
    picture = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    stylized = Stylizer(weights, device="cpu", precision="float32").stylize(picture)
    assert np.abs(stylized.astype(int) - reference(weights, picture)).max() <= 1


def test_strips_equal_the_direct_path(
    weights: Weights,
    photograph: Callable[..., Pixels],
    psnr: Callable[[Pixels, Pixels], float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the automatic precision both paths agree as well as that precision allows."""
    picture = photograph(161, 202)
    stylizer = Stylizer(weights, device="cpu")
    direct = stylizer.stylize(picture)
    monkeypatch.setattr(openvino_backend, "DIRECT_BYTES", 0)
    monkeypatch.setattr(strips, "STRIP_VALUES", 12000)
    assert psnr(stylizer.stylize(picture), direct) >= 42


@pytest.mark.usefixtures("small_strips")
def test_progress_rises_to_one(weights: Weights, photograph: Callable[..., Pixels]) -> None:
    """Progress is reported for each strip, never decreases, and ends at exactly 1."""
    shares: list[float] = []
    Stylizer(weights, device="cpu").stylize(photograph(120, 90), progress=shares.append)
    assert len(shares) > 20
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.usefixtures("small_strips")
def test_cancel_between_strips(weights: Weights, photograph: Callable[..., Pixels]) -> None:
    """Cancelling at a fifth of the work ends it soon after."""
    cancel = Cancellation()
    shares: list[float] = []

    def report(share: float) -> None:
        shares.append(share)
        if share > 0.2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        Stylizer(weights, device="cpu").stylize(photograph(120, 90), cancel=cancel, progress=report)
    assert shares[-1] < 0.5
