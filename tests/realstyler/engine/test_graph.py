"""The OpenVINO graphs compared with the torch module."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from realstyler.engine import Pixels, Stylizer
from realstyler.registry.weights import Weights

sides = st.integers(1, 70)
Reference = Callable[[Weights, Pixels], Pixels]


def furthest(one: Pixels, other: Pixels) -> int:
    """Return the largest difference of two pictures in levels."""
    return int(np.abs(one.astype(int) - other).max())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(height=sides, width=sides, seed=st.integers(0, 2**16))
def test_float32_equals_torch(
    weights: Weights, reference: Reference, height: int, width: int, seed: int
) -> None:
    """In float32 every size, odd and tiny ones too, is within one level of the torch module.

    Except for uniform pictures, where only rounding errors would be normalized.
    """
    assume(height * width > 1)
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    stylized = Stylizer(weights, device="cpu", precision="float32").stylize(picture)
    assert furthest(stylized, reference(weights, picture)) <= 1


@pytest.mark.parametrize("size", [(120, 160), (123, 157), (6, 90)])
def test_automatic_precision_is_close(
    weights: Weights,
    reference: Reference,
    photograph: Callable[..., Pixels],
    psnr: Callable[[Pixels, Pixels], float],
    size: tuple[int, int],
) -> None:
    """The automatic precision stays above 40 dB of the torch module."""
    picture = photograph(*size)
    stylized = Stylizer(weights, device="cpu").stylize(picture)
    assert psnr(stylized, reference(weights, picture)) >= 40


def by_the_network_alone(stylizer: Stylizer, picture: Pixels) -> Pixels:
    """Paint without mixing in tones for plain pictures."""
    painted = np.empty_like(picture)
    stylizer._composition.painters[0].paint(picture, painted)
    return painted


@pytest.mark.parametrize("exposure", [(0.08, 0), (0.08, 230)])
def test_dark_and_bright_pictures(
    weights: Weights,
    reference: Reference,
    photograph: Callable[..., Pixels],
    psnr: Callable[[Pixels, Pixels], float],
    exposure: tuple[float, int],
) -> None:
    """Low-contrast pictures, dark or bright, lose no precision to 16-bit numbers."""
    factor, offset = exposure
    picture = (photograph(120, 160) * factor + offset).astype(np.uint8)
    stylized = by_the_network_alone(Stylizer(weights, device="cpu"), picture)
    assert psnr(stylized, reference(weights, picture)) >= 40


@pytest.mark.parametrize("network", ["full", "live without refinement"])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures(
    random_weights: Callable[..., Weights], reference: Reference, network: str, level: int
) -> None:
    """A uniform picture, where only epsilon divides, becomes one colour, the mean of torch's.

    More layers with random weights amplify rounding errors until nothing can be compared; trained
    networks are tested with the real weights.
    """
    weights = random_weights(network)
    picture = np.full((40, 52, 3), level, np.uint8)
    expected = reference(weights, picture)
    exact = by_the_network_alone(Stylizer(weights, device="cpu", precision="float32"), picture)
    assert furthest(exact, expected) <= 3
    flat = by_the_network_alone(Stylizer(weights, device="cpu"), picture)
    assert np.abs(flat - expected.mean((0, 1))).max() <= 3


def test_both_variants_agree(weights: Weights, reference: Reference) -> None:
    """Sizes next to a multiple of 4 use the other graph, and agree with torch all the same."""
    random = np.random.default_rng(5)
    stylizer = Stylizer(weights, device="cpu", precision="float32")
    for height, width in [(64, 64), (64, 65), (65, 64), (62, 66), (63, 61)]:
        picture = random.integers(0, 256, (height, width, 3), np.uint8)
        assert furthest(stylizer.stylize(picture), reference(weights, picture)) <= 1
