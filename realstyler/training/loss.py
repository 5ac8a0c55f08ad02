"""The perceptual loss: content and style judged by a frozen VGG-16.

Sources: Johnson et al. 2016 (content loss, style loss), Gatys et al. 2016 (Gram matrices).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from realstyler.registry.config import Layer, TrainingConfig
from realstyler.training.vgg import VGG16, Features

Losses = dict[str, Tensor]


def gram_matrix(features: Tensor) -> Tensor:
    """Channel correlations of N×C×H×W features as N×C×C, divided by C·H·W; always in float32.

    Half precision would overflow: a 256×256 layer sums 65,536 products.
    """
    number, channels, height, width = features.shape
    with torch.autocast(features.device.type, enabled=False):
        flat = features.float().reshape(number, channels, height * width)  # N×C×HW
        return flat @ flat.transpose(1, 2) / (channels * height * width)  # N×C×C


def total_variation(pictures: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels of N×3×H×W pictures, a scalar."""
    vertical = (pictures[..., 1:, :] - pictures[..., :-1, :]).square().mean()
    horizontal = (pictures[..., 1:] - pictures[..., :-1]).square().mean()
    return vertical + horizontal


class PerceptualLoss(nn.Module):
    """Named losses of stylized pictures against their photographs and one style picture."""

    def __init__(self, config: TrainingConfig, style: Tensor, vgg: VGG16) -> None:
        """Remember the style's Gram matrices.

        Args:
            config: layers and weights.
            style: the style picture, 1×3×H×W RGB in 0..255.
            vgg: the frozen judge.
        """
        super().__init__()
        self.config = config
        self.vgg = vgg
        self.content_layers = {k: w for k, w in config.content_layers.items() if w}
        self.style_layers = {k: w for k, w in config.style_layers.items() if w}
        with torch.no_grad():
            for layer, features in vgg(style, self.style_layers).items():
                self.register_buffer(f"gram_{layer}", gram_matrix(features), persistent=False)

    def forward(self, stylized: Tensor, photographs: Tensor) -> Losses:
        """Return the weighted scalar losses ``content``, ``style`` and maybe ``total_variation``.

        Args:
            stylized: N×3×H×W in 0..255, with gradient.
            photographs: N×3×H×W in 0..255, the pictures that were stylized.
        """
        features = self.vgg(stylized, self.content_layers.keys() | self.style_layers.keys())
        losses = {
            "content": self.config.content_weight * self.content(features, photographs),
            "style": self.config.style_weight * self.style(features),
        }
        if self.config.total_variation_weight:
            variation = total_variation(stylized.float())
            losses["total_variation"] = self.config.total_variation_weight * variation
        return losses

    def content(self, features: Features, photographs: Tensor) -> Tensor:
        """Mean squared error of the content layers, unweighted; the VGG pass stops at the last."""
        with torch.no_grad():
            targets = self.vgg(photographs, self.content_layers)
        return self._weighted_errors(features, targets, self.content_layers)

    def style(self, features: Features) -> Tensor:
        """Mean squared error of the Gram matrices, unweighted."""
        grams = {layer: gram_matrix(features[layer]) for layer in self.style_layers}
        targets = {layer: self.gram(layer).expand_as(grams[layer]) for layer in self.style_layers}
        return self._weighted_errors(grams, targets, self.style_layers)

    def gram(self, layer: Layer) -> Tensor:
        """Gram matrix of the style picture at a layer, 1×C×C."""
        return self.get_buffer(f"gram_{layer}")

    def _weighted_errors(
        self,
        found: Mapping[Layer, Tensor],
        targets: Mapping[Layer, Tensor],
        weights: Mapping[Layer, float],
    ) -> Tensor:
        errors = (
            weight * functional.mse_loss(found[layer].float(), targets[layer].float())
            for layer, weight in weights.items()
        )
        return sum(errors, start=self.vgg.mean.new_zeros(()))
