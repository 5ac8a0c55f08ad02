"""Evaluates paintings with the style picture and loss that train the style's full network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from realstyler.engine import Pixels, cache
from realstyler.evaluation.measures import (
    CONTENT_LAYER,
    Grams,
    color_distance,
    feature_distance,
    grams,
    self_similarity_distance,
    structural_similarity,
    style_distances,
)
from realstyler.evaluation.surface import contrast, surface
from realstyler.registry.config import Layer
from realstyler.registry.style import Style
from realstyler.training.inputs import read_style_picture
from realstyler.training.loss import PerceptualLoss, luminance
from realstyler.training.vgg import VGG16, WEIGHTS

DECIDING = {
    *("style_size", "content_weight", "style_weight", "tone_weight", "total_variation_weight"),
    *("content_layers", "style_layers"),
}
"""The fields of a configuration that determine the perceptual loss."""


@dataclass(frozen=True)
class Measures:
    """Measurements of one painting of one photograph."""

    photograph: str
    losses: dict[str, float]
    """Weighted as in training, including their ``total``."""
    style_distances: dict[Layer, float]
    """Distance of Gram matrices by layer: 0 the style itself, 1 the untouched photograph."""
    color_distance: float
    """Distance to the style picture's colours, 0…1."""
    photograph_color_distance: float
    """The same for the untouched photograph."""
    structural_similarity: float
    """SSIM of the luminance relative to the photograph; 1 if equal."""
    feature_distance: float
    """At relu3_3, relative to the photograph; 0 if equal."""
    self_similarity_distance: float
    """At relu3_3, relative to the photograph; 0…1, 0 if equal."""
    dead_area: float
    """Share of the painting with almost no contrast, 0…1."""
    flat_contrast: float | None
    """Contrast in levels where the photograph is plain; None if it is plain nowhere."""
    style_contrast: float
    """Median contrast of the style picture in levels: the target for plain areas."""
    tone_order: float
    """Rank correlation of tones with the photograph's, −1…1."""
    halo: float | None
    """Levels by which plain areas change beside edges; None if that can't be measured."""


@dataclass(frozen=True)
class PictureFeatures:
    """A picture and its VGG-16 features."""

    pixels: Pixels
    tensor: Tensor
    """1×3×H×W float in 0..255."""
    grams: Grams
    content: Tensor
    """Features at relu3_3, 1×256×H/4×W/4."""


class Evaluator:
    """Measures paintings in one style, by full and live networks alike.

    Raises:
        StyleError: the style picture is missing or damaged.
    """

    def __init__(self, style: Style, device: str) -> None:
        self.config = style.full
        self.device = torch.device(device)
        picture = read_style_picture(style, self.config.style_size)  # 1×3×H×W
        self.style_pixels = as_pixels(picture)
        self.style_contrast = float(contrast(luminance(picture)).median())
        self.loss = PerceptualLoss(self.config, picture, VGG16()).to(self.device)

    @property
    def identity(self) -> list[Any]:
        """Return everything that determines the loss: equal identities give equal results."""
        fields = self.config.model_dump(mode="json", include=DECIDING)
        return [sorted(fields.items()), digest(self.style_pixels), cache.stamp(WEIGHTS)]

    def tensor(self, pixels: Pixels) -> Tensor:
        """Convert uint8 H×W×3 to 1×3×H×W float on the device of the loss."""
        return torch.from_numpy(pixels).permute(2, 0, 1)[None].to(self.device).float().contiguous()

    @torch.no_grad()
    def losses(self, painting: Tensor, photograph: Tensor) -> dict[str, float]:
        """Return the weighted losses of 1×3×H×W in 0..255, including their ``total``.

        The style layers are balanced on the photograph itself.
        """
        self.loss.balance(photograph)
        found = {name: float(loss) for name, loss in self.loss(painting, photograph).items()}
        return {**found, "total": sum(found.values())}

    @torch.no_grad()
    def extract(self, pixels: Pixels) -> PictureFeatures:
        """Extract the VGG-16 features of uint8 H×W×3."""
        tensor = self.tensor(pixels)
        layers = {*self.loss.style_layers, CONTENT_LAYER}
        features = self.loss.vgg(tensor, layers)
        styles = {layer: features[layer] for layer in self.loss.style_layers}
        return PictureFeatures(pixels, tensor, grams(styles), features[CONTENT_LAYER])

    def measure(
        self, name: str, painting: PictureFeatures, photograph: PictureFeatures
    ) -> Measures:
        """Compare a painting with its photograph and with the style."""
        style = {layer: self.loss.gram(layer) for layer in self.loss.style_layers}
        distances = style_distances(painting.grams, photograph.grams, style)
        seen = surface(luminance(painting.tensor), luminance(photograph.tensor))
        return Measures(
            name,
            self.losses(painting.tensor, photograph.tensor),
            {layer: float(distance) for layer, distance in distances.items()},
            color_distance(painting.pixels, self.style_pixels),
            color_distance(photograph.pixels, self.style_pixels),
            structural_similarity(painting.tensor, photograph.tensor),
            feature_distance(painting.content, photograph.content),
            self_similarity_distance(painting.content, photograph.content),
            seen.dead_area,
            seen.flat_contrast,
            self.style_contrast,
            seen.tone_order,
            seen.halo,
        )


def as_pixels(picture: Tensor) -> Pixels:
    """Convert 1×3×H×W in 0..255 to uint8 H×W×3."""
    return picture[0].permute(1, 2, 0).round().byte().cpu().numpy()


def digest(pixels: Pixels) -> str:
    """Return the hexadecimal SHA-256 of a picture and its shape."""
    content = repr(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()
    return hashlib.sha256(content).hexdigest()
