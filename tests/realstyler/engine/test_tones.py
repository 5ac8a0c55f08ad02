"""Plain pictures from black to white, with every trained network."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from realstyler.engine import Controls, Pixels, Stylizer
from realstyler.engine.blending import luminance_of
from realstyler.engine.tones import contrast, painted_share
from realstyler.registry import registry
from realstyler.registry.weights import NetworkName

TRAINED = [
    (style.name, network) for style in registry().styles.values() for network in style.networks
]

CLOSE = 12
"""Tolerance in levels of 255 for painted black or white to miss the outer quarters."""


def _lightness(picture: Pixels) -> float:
    return float(luminance_of(picture).mean())


@pytest.mark.parametrize(("style", "network"), TRAINED)
def test_constants_are_ordered_from_dark_to_light(style: str, network: NetworkName) -> None:
    """Black becomes the style's darkest tone, white its lightest, everything else is between."""
    stylizer = Stylizer(style, network, device="cpu")
    frames = [np.full((96, 128, 3), level, np.uint8) for level in range(0, 256, 15)]
    levels = [_lightness(stylizer.stylize(frame)) for frame in frames]
    assert all(after >= before - 0.5 for before, after in itertools.pairwise(levels))
    with Image.open(registry().styles[style].picture_path) as picture:
        tones = luminance_of(np.asarray(picture.convert("RGB")))
    assert levels[0] <= np.quantile(tones, 0.25) + CLOSE
    assert levels[-1] >= np.quantile(tones, 0.75) - CLOSE


@pytest.mark.parametrize(("style", "network"), TRAINED[:4])
def test_noise_on_plain_ground_stays_noise(style: str, network: NetworkName) -> None:
    """Sensor noise of two levels on black does not become confetti."""
    noise = np.random.default_rng(0).integers(0, 3, (120, 160, 3), np.uint8)
    assert Stylizer(style, network, device="cpu").stylize(noise).std(axis=(0, 1)).max() < 4


@pytest.mark.parametrize(("style", "network"), TRAINED[:2])
def test_a_fade_fades(style: str, network: NetworkName, photograph: Callable[..., Pixels]) -> None:
    """In a fade to black every frame is at least as dark as the previous one, finally black."""
    stylizer, photo = Stylizer(style, network, device="cpu"), photograph(96, 128)
    shares = (1.0, 0.3, 0.2, 0.1, 0.05, 0.0)
    frames = [(photo * share).astype(np.uint8) for share in shares]
    levels = [_lightness(stylizer.stylize(frame)) for frame in frames]
    assert all(after < before + 2 for before, after in itertools.pairwise(levels))
    assert levels[-1] < levels[0] - 20


@given(st.floats(0, 100), st.floats(0, 1))
@settings(deadline=None)
def test_the_share_has_no_step(levels: float, more: float) -> None:
    """It rises smoothly from 0 to 1, and is 1 for ordinary photographs."""
    share, next_share = painted_share(levels), painted_share(levels + more)
    assert 0 <= share <= next_share <= 1
    assert next_share - share <= 0.08 * more + 1e-9
    assert levels < 20 or share == 1


def test_contrast_counts_colours_too() -> None:
    """Red and green of the same lightness are not a plain picture."""
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::8, 0], stripes[:, 4::8, 1] = 200, 100
    assert contrast(stripes) > 20
    assert contrast(np.full((64, 64, 3), 77, np.uint8)) == 0


def test_a_stroke_is_bounded_by_the_picture(photograph: Callable[..., Pixels]) -> None:
    """A stroke larger than the picture paints at its own size: thumbnails are not enlarged."""
    style, network = TRAINED[0]
    stylizer, photo = Stylizer(style, network, device="cpu"), photograph(48, 64)
    np.testing.assert_array_equal(
        stylizer.stylize(photo, Controls(stroke=16384)), stylizer.stylize(photo)
    )
