"""Metrics of style and content, by VGG-16 features and by pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torchmetrics.functional.image import structural_similarity_index_measure

from realstyler.engine import Pixels
from realstyler.registry.config import Layer
from realstyler.training.loss import gram_matrix, luminance
from realstyler.training.vgg import Features

CONTENT_LAYER: Layer = "relu3_3"
BINS = 8
"""Histogram bins per colour channel."""

PLACES = 32
"""Maximum rows and columns at which features are compared with each other."""

Grams = dict[Layer, Tensor]


def grams(features: Features) -> Grams:
    """Return the Gram matrices 1×C×C of features, by layer."""
    return {layer: gram_matrix(found) for layer, found in features.items()}


def style_distances(painting: Grams, photograph: Grams, style: Mapping[Layer, Tensor]) -> Grams:
    """Return distances of Gram matrices to the style's: 0 the style itself, 1 the photograph.

    ‖G(painting) − G(style)‖ / ‖G(photograph) − G(style)‖ in the Frobenius norm, at each layer of
    ``style``.
    """
    return {
        layer: (painting[layer] - gram).norm() / (photograph[layer] - gram).norm().clamp_min(1e-12)
        for layer, gram in style.items()
    }


def color_distance(one: Pixels, other: Pixels) -> float:
    """Return the share of colours that differ: 1 − histogram intersection (Swain & Ballard 1991).

    0 for equal RGB histograms of 8×8×8 bins, 1 for histograms without a common colour.
    """
    shares = [_histogram(picture) for picture in (one, other)]
    return 1 - float(np.minimum(*shares).sum())


def structural_similarity(painting: Tensor, photograph: Tensor) -> float:
    """Return the SSIM (Wang et al. 2004) of the luminance of 1×3×H×W in 0..255; 1 if equal."""
    found = structural_similarity_index_measure(
        luminance(painting), luminance(photograph), data_range=255.0
    )
    assert isinstance(found, Tensor)
    return float(found)


def feature_distance(painting: Tensor, photograph: Tensor) -> float:
    """Return ‖painting − photograph‖ / ‖photograph‖ of N×C×H×W features; 0 if equal."""
    return float((painting - photograph).norm() / photograph.norm().clamp_min(1e-12))


def self_similarity_distance(painting: Tensor, photograph: Tensor) -> float:
    """Return the difference in self-similarity of 1×C×H×W features; 0…1, 0 if equal.

    The content loss of STROTSS (Kolkin et al. 2019): cosine distances of each patch to all others,
    normalized to a sum of 1, are largely independent of the style; this is half the sum of their
    differences, averaged over patches.
    """
    one, other = (_distance_shares(features) for features in (painting, photograph))
    return float((one - other).abs().sum(0).mean() / 2)


def _histogram(picture: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the share of pixels in each of 512 colour bins of H×W×3."""
    bins = picture.reshape(-1, 3) // (256 // BINS) @ np.array([BINS * BINS, BINS, 1])
    return np.bincount(bins, minlength=BINS**3) / len(bins)


def _distance_shares(features: Tensor) -> Tensor:
    """Return cosine distances of patches, P×P, with columns normalized to a sum of 1."""
    height, width = features.shape[2:]
    places = functional.adaptive_avg_pool2d(features, (min(PLACES, height), min(PLACES, width)))
    patches = functional.normalize(places.flatten(2)[0].float(), dim=0)  # C×P
    distances = (1 - patches.T @ patches).clamp_min(0)  # P×P
    return distances / distances.sum(0).clamp_min(torch.finfo(torch.float32).tiny)
