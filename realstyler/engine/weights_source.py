"""Sources of a network's weights, with a digest that identifies them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from realstyler.engine.devices import Network

if TYPE_CHECKING:
    from realstyler.registry import Style
    from realstyler.registry.weights import Weights


@dataclass(frozen=True)
class WeightsSource:
    """Weights loaded on demand: a compiled model may already be cached."""

    title: str
    """For messages, e.g. ``mosaic (live)``."""

    digest: str
    """Hexadecimal SHA-256 of the weights file."""

    load: Callable[[], Weights]
    """Loads the weights; raises `StyleError`."""

    recurs: bool = True
    """Whether the same weights are likely to be used again, so that caching them pays off."""


def of_style(style: Style, network: Network) -> WeightsSource:
    """Return the source for a registered style.

    Raises:
        StyleError: the style has no such network.
    """
    title = f"{style.name} ({network})"
    try:
        digest = hashlib.sha256(style.weights_path(network).read_bytes()).hexdigest()
    except OSError:
        digest = style.load_weights(network).digest  # raises an error that explains what is wrong
    return WeightsSource(title, digest, lambda: style.load_weights(network))


def of_weights(weights: Weights) -> WeightsSource:
    """Return the source for weights in memory."""
    title = f"{weights.metadata.style} ({weights.metadata.network})"
    return WeightsSource(title, weights.digest, lambda: weights)


def of_blend(
    styles: Sequence[Style], shares: Sequence[float], network: Network
) -> WeightsSource | None:
    """Average the weights of styles whose networks have a common origin.

    Networks trained from the same start stay in one basin of the loss, so the mean of their weights
    paints one coherent picture (Garipov et al. 2018; Wortsman et al. 2022), as fast as one style.
    Returns None if architectures or origins differ, or an origin is unknown.
    """
    about = [style.read_metadata(network) for style in styles]
    alike = {(one.origin, one.architecture.model_dump_json()) for one in about}
    if len(alike) > 1 or not about[0].origin:
        return None
    sources = [of_style(style, network) for style in styles]
    parts = [f"{one.digest}:{share:.6f}" for one, share in zip(sources, shares, strict=True)]
    digest = hashlib.sha256(",".join(parts).encode()).hexdigest()
    title = " + ".join(source.title for source in sources)
    # Not cached: moving a slider creates a hundred blends, which would evict all styles.
    return WeightsSource(title, digest, lambda: _averaged(sources, shares, digest), recurs=False)


def _averaged(sources: Sequence[WeightsSource], shares: Sequence[float], digest: str) -> Weights:
    import numpy as np

    from realstyler.registry.weights import Weights

    weights = [source.load() for source in sources]
    arrays = {
        name: sum(
            np.float32(share) * one.arrays[name].astype(np.float32)
            for one, share in zip(weights, shares, strict=True)
        )
        for name in weights[0].arrays
    }
    return Weights(weights[0].metadata, arrays, digest)  # type: ignore[arg-type]
