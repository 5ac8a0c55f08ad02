"""Small networks with random weights, and torch as the reference."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest

from random_networks import random_arrays
from realstyler.engine import Pixels, weights_source
from realstyler.networks.architecture import LiveNetwork, Network, TransformNetwork
from realstyler.registry.weights import Weights, WeightsMetadata

ARCHITECTURES: dict[str, Network] = {
    "full": TransformNetwork(width=8, blocks=2),
    "live": LiveNetwork(width=16, blocks=2, head_width=8),
    "live without refinement": LiveNetwork(width=16, blocks=2, head_width=8, refinement_blocks=0),
}


def _random_weights(architecture: Network, network: str, seed: int) -> Weights:
    arrays = random_arrays(architecture.layers(), seed)
    metadata = WeightsMetadata.model_validate(
        {
            "style": "random",
            "network": network.split(maxsplit=1)[0],
            "architecture": architecture,
            "training": {},
            "data": "nothing: random weights",
            "steps": 0,
            "license": "CC0-1.0",
        }
    )
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest()
    return Weights(metadata, arrays, digest)


@pytest.fixture(scope="session")
def random_weights() -> Callable[..., Weights]:
    """Weights of a small network; norms and biases are random too, to expose errors in them."""

    def make(network: str, seed: int = 0) -> Weights:
        return _random_weights(ARCHITECTURES[network], network, seed)

    return make


@pytest.fixture(params=ARCHITECTURES)
def weights(request: pytest.FixtureRequest, random_weights: Callable[..., Weights]) -> Weights:
    """Random weights of each network in turn."""
    return random_weights(request.param)


@pytest.fixture(scope="session")
def reference() -> Callable[[Weights, Pixels], Pixels]:
    """What the torch module paints in float32, uint8 H×W×3 to the same."""
    from realstyler.engine.torch_backend import TorchPainter

    painters: dict[str, TorchPainter] = {}

    def paint(weights: Weights, picture: Pixels) -> Pixels:
        if weights.digest not in painters:
            origin = weights_source.of_weights(weights)
            painters[weights.digest] = TorchPainter(origin, "cpu", "float32", None)
        painted = np.empty_like(picture)
        painters[weights.digest].paint(picture, painted)
        return painted

    return paint


@pytest.fixture(scope="session")
def photograph() -> Callable[..., Pixels]:
    """A smooth picture with edges and a little noise: height, width → uint8 H×W×3."""

    def make(height: int, width: int, seed: int = 0) -> Pixels:
        random = np.random.default_rng(seed)
        rows, columns = np.mgrid[:height, :width, :1][:2] / 9
        waves = np.sin(rows + random.uniform(0, 6, 3)) * np.cos(columns * random.uniform(0.5, 2, 3))
        disc = np.hypot(rows - height / 18, columns - width / 18) < min(height, width) / 36
        values = 120 + 70 * waves + 50 * disc + random.normal(0, 3, (height, width, 3))
        return np.clip(values, 0, 255).astype(np.uint8)

    return make


def peak_signal_to_noise(one: Pixels, other: Pixels) -> float:
    """Return the PSNR in decibels; infinite for equal pictures."""
    error = np.mean((one.astype(float) - other) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


@pytest.fixture(scope="session")
def psnr() -> Callable[[Pixels, Pixels], float]:
    """The peak signal-to-noise ratio of two pictures, in decibels."""
    return peak_signal_to_noise
