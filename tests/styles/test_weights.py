"""The shipped weights: whole, licensed, and free of the grids that pixel shuffles can leave."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from realstyler.engine import Stylizer
from realstyler.registry import Registry
from realstyler.registry.weights import NetworkName

BUILT_IN = {
    name: style
    for name, style in Registry.discover().styles.items()
    if "realstyler_styles" in str(style.folder)
}
TRAINED = [(name, network) for name, style in BUILT_IN.items() for network in style.networks]

LARGEST_WAVE: dict[NetworkName, float] = {"full": 4.0, "live": 2.0}
"""Levels of 255; the pixel shuffle of the live network would leave tens if it went wrong."""


def gradient(side: int) -> NDArray[np.uint8]:
    """A smooth picture without any period of its own, uint8 side×side×3."""
    rows, columns = np.mgrid[0:side, 0:side] / side
    planes = [20 + 200 * columns, 20 + 200 * rows, 60 + 90 * (rows + columns)]
    return np.stack(planes, axis=-1).astype(np.uint8)


def grid_amplitude(picture: NDArray[np.uint8], period: int) -> float:
    """Largest amplitude, in levels of 255, of a wave of this period along x or y in any channel."""
    waves = []
    for profile in (picture.mean(0), picture.mean(1)):  # length×3
        window = np.hanning(len(profile))  # keeps slow changes from leaking into the period
        wave = window * np.exp(-2j * np.pi / period * np.arange(len(profile)))
        waves.append(np.abs(wave @ (profile - profile.mean(0))) / window.sum())
    return float(np.max(waves))


def test_mosaic_is_trained() -> None:
    """The first style has both its networks; without this the other tests might test nothing."""
    assert ("mosaic", "full") in TRAINED
    assert ("mosaic", "live") in TRAINED


@pytest.mark.parametrize(("name", "network"), TRAINED)
def test_weights_say_what_they_are(name: str, network: NetworkName) -> None:
    """Licence, data and steps travel with the weights, in half precision."""
    weights = BUILT_IN[name].load_weights(network)
    assert weights.metadata.license == "CC0-1.0"
    assert weights.metadata.steps > 0
    assert "photographs" in weights.metadata.data
    assert weights.metadata.architecture == BUILT_IN[name].training(network).network
    assert {array.dtype for array in weights.arrays.values()} == {np.dtype(np.float16)}


@pytest.mark.parametrize(("name", "network"), TRAINED)
def test_no_grid_is_painted(name: str, network: NetworkName) -> None:
    """No wave of 4 or 2 pixels that an eye would find on a smooth gradient."""
    painted = Stylizer(name, network=network).stylize(gradient(256))
    assert grid_amplitude(painted, 4) < LARGEST_WAVE[network]
    assert grid_amplitude(painted, 2) < LARGEST_WAVE[network]
    assert painted.std() > 35  # a sky is not left grey
