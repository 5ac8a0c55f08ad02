"""Where a network's weights come from, and the digest that identifies them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from realstyler.engine.devices import Network

if TYPE_CHECKING:
    from realstyler.registry import Style
    from realstyler.registry.weights import Weights


@dataclass(frozen=True)
class WeightsSource:
    """Weights that are read only when they are needed: a compiled model may be cached already."""

    title: str
    """For messages, e.g. ``mosaic (live)``."""

    digest: str
    """SHA-256 of the weights file, in hexadecimal."""

    load: Callable[[], Weights]
    """Reads the weights; raises `StyleError`."""


def of_style(style: Style, network: Network) -> WeightsSource:
    """Name the weights of a registered style.

    Raises:
        StyleError: the style has no such network.
    """
    title = f"{style.name} ({network})"
    try:
        digest = hashlib.sha256(style.weights_path(network).read_bytes()).hexdigest()
    except OSError:
        digest = style.load_weights(network).digest  # says why it cannot be read, and what to do
    return WeightsSource(title, digest, lambda: style.load_weights(network))


def of_weights(weights: Weights) -> WeightsSource:
    """Use weights that are in memory."""
    title = f"{weights.metadata.style} ({weights.metadata.network})"
    return WeightsSource(title, weights.digest, lambda: weights)
