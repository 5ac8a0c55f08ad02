"""Both backends on every trained style of the registry."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from realstyler.engine import Pixels, Stylizer, openvino_backend, strips
from realstyler.registry import registry
from realstyler.registry.weights import NetworkName, Weights

TRAINED = [
    (style.name, network) for style in registry().styles.values() for network in style.networks
]

pytestmark = pytest.mark.skipif(not TRAINED, reason="no style of the registry is trained yet")

SIZES = [(240, 320), (237, 315), (61, 33)]


@pytest.mark.parametrize(("style", "network"), TRAINED)
@pytest.mark.parametrize("size", SIZES)
def test_same_picture_as_torch(
    style: str,
    network: NetworkName,
    size: tuple[int, int],
    photograph: Callable[..., Pixels],
    psnr: Callable[[Pixels, Pixels], float],
    reference: Callable[[Weights, Pixels], Pixels],
) -> None:
    """Float32 is within one level of torch on trained weights, the automatic precision 40 dB."""
    photo = photograph(*size)
    weights = registry().find(style).load_weights(network)
    expected = reference(weights, photo)
    exact = Stylizer(style, network, device="cpu", precision="float32").stylize(photo)
    assert np.abs(exact.astype(int) - expected).max() <= 1
    assert psnr(Stylizer(style, network, device="cpu").stylize(photo), expected) >= 40


@pytest.mark.parametrize(("style", "network"), TRAINED)
@pytest.mark.parametrize("colour", [(0, 0, 0), (217, 164, 130), (255, 255, 255)])
def test_nothing_is_made_of_nothing(
    style: str, network: NetworkName, colour: tuple[int, int, int]
) -> None:
    """A uniform picture, e.g. from a covered lens, is painted in one colour.

    Otherwise only rounding errors would be normalized.
    """
    painted = Stylizer(style, network, device="cpu").stylize(
        np.full((240, 320, 3), colour, np.uint8)
    )
    assert (painted == painted[0, 0]).all()


@pytest.mark.parametrize(("style", "network"), TRAINED)
def test_strips_show_no_seam(
    style: str,
    network: NetworkName,
    photograph: Callable[..., Pixels],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In strips a trained network paints within two levels of the direct path, in float32."""
    photo = photograph(203, 260)
    stylizer = Stylizer(style, network, device="cpu", precision="float32")
    direct = stylizer.stylize(photo)
    monkeypatch.setattr(openvino_backend, "DIRECT_BYTES", 0)
    monkeypatch.setattr(strips, "STRIP_VALUES", 100_000)
    assert np.abs(stylizer.stylize(photo).astype(int) - direct).max() <= 2
