"""The perceptual loss: content and style judged by a frozen VGG-16.

Sources: Johnson et al. 2016 (content loss, style loss), Gatys et al. 2016 (Gram matrices).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from realstyler.registry.config import Layer, TrainingConfig
from realstyler.training.vgg import VGG16, Features

Losses = dict[str, Tensor]


GOOD_START = 1e6
"""Style loss of untouched photographs, for a style weight and a content weight of 1."""

TILES = 3
"""Rows and columns of tiles in which the style is judged separately."""

TONE_AREA = 32
"""Side in pixels of the areas whose luminance is compared; they overlap by half."""

TONE_NOISE = 8.0
"""Levels added to the contrast of a picture's tones, so that the plainest do not count most."""

LUMINANCE = (0.299, 0.587, 0.114)
"""ITU-R BT.601."""


def gram_matrix(features: Tensor) -> Tensor:
    """Channel correlations of N×C×H×W features as float32 N×C×C, divided by C·H·W.

    bfloat16 is multiplied as it is, with sums in float32; half precision would overflow, since a
    256×256 layer sums 65,536 products.
    """
    number, channels, height, width = features.shape
    with torch.autocast(features.device.type, enabled=False):
        exact = features if features.dtype == torch.bfloat16 else features.float()
        # Channels last, which the convolutions leave behind, is flattened without a copy.
        flat = exact.permute(0, 2, 3, 1).reshape(number, height * width, channels)  # N×HW×C
        products = flat.transpose(1, 2) @ flat  # N×C×C
        return products.float() / (channels * height * width)


def tiles(features: Tensor) -> Tensor:
    """Cut N×C×H×W into 3×3 tiles, 9N×C×⌊H/3⌋×⌊W/3⌋; what does not divide evenly is left out."""
    number, channels, height, width = features.shape
    h, w = height // TILES, width // TILES
    last = features.permute(0, 2, 3, 1)[:, : h * TILES, : w * TILES]  # N×3h×3w×C
    cut = last.reshape(number, TILES, h, TILES, w, channels).transpose(2, 3)  # N×3×3×h×w×C
    return cut.reshape(number * TILES**2, h, w, channels).permute(0, 3, 1, 2)


def luminance(pictures: Tensor) -> Tensor:
    """N×1×H×W from N×3×H×W RGB, on the same scale."""
    weights = pictures.new_tensor(LUMINANCE).view(1, 3, 1, 1)
    return (pictures * weights).sum(1, keepdim=True)


def tone_error(stylized: Tensor, photographs: Tensor) -> Tensor:
    """Mean squared difference of the tones of N×3×H×W pictures in 0..255, a scalar.

    Tones are the luminance of large areas, less its mean and divided by its contrast: their order
    shall stay, not their values, which belong to the style.
    """
    painted, original = (_tones(pictures) for pictures in (stylized, photographs))
    return functional.mse_loss(painted, original)


def _tones(pictures: Tensor) -> Tensor:
    """Normalized luminance of overlapping areas, N×1×h×w."""
    light = luminance(pictures.float())  # N×1×H×W
    side = min(TONE_AREA, *light.shape[-2:])
    areas = functional.avg_pool2d(light, side, stride=max(1, side // 2))  # N×1×h×w
    centred = areas - areas.mean((2, 3), keepdim=True)
    contrast = centred.square().mean((2, 3), keepdim=True).add(1e-6).sqrt()
    return centred / (contrast + TONE_NOISE)


def total_variation(pictures: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels of N×3×H×W pictures, a scalar."""
    vertical = (pictures[..., 1:, :] - pictures[..., :-1, :]).square().mean()
    horizontal = (pictures[..., 1:] - pictures[..., :-1]).square().mean()
    return vertical + horizontal


class PerceptualLoss(nn.Module):
    """Named losses of stylized pictures against their photographs and one style picture."""

    def __init__(
        self, config: TrainingConfig, style: Tensor, vgg: VGG16, untouched: Tensor | None = None
    ) -> None:
        """Remember the style's Gram matrices.

        Args:
            config: layers and weights.
            style: the style picture, 1×3×H×W RGB in 0..255.
            vgg: the frozen judge.
            untouched: photographs to balance the style layers on, see :meth:`balance`.
        """
        super().__init__()
        self.config = config
        self.vgg = vgg
        self.content_layers = {k: w for k, w in config.content_layers.items() if w}
        self.style_layers = {k: w for k, w in config.style_layers.items() if w}
        with torch.no_grad():
            for layer, features in vgg(style, self.style_layers).items():
                self.register_buffer(f"gram_{layer}", gram_matrix(features), persistent=False)
        self.scales: dict[Layer, float] = {}
        """Of every style layer: what makes its error a share of the style loss."""
        if untouched is not None:
            self.balance(untouched)

    @torch.no_grad()
    def balance(self, photographs: Tensor) -> None:
        """Divide every style layer by its error on untouched photographs, N×3×H×W in 0..255.

        They then have a style loss of one million times the style weight, to which each layer
        adds its share. Gatys et al. reached the same by rescaling VGG; this also evens out what
        the style picture itself brings.
        """
        total = sum(self.style_layers.values())
        with torch.autocast(photographs.device.type, enabled=False):
            errors = self._style_errors(self.vgg(photographs, self.style_layers))
        for layer, share in self.style_layers.items():
            error = max(float(errors[layer]), torch.finfo(torch.float32).tiny)
            self.scales[layer] = GOOD_START * share / total / error

    def forward(self, stylized: Tensor, photographs: Tensor, *, in_tiles: bool = False) -> Losses:
        """Return the weighted scalar losses: ``content``, ``style`` and maybe others.

        Args:
            stylized: N×3×H×W in 0..255, with gradient.
            photographs: N×3×H×W in 0..255, the pictures that were stylized.
            in_tiles: judge the style of every tile as well as that of the whole.
        """
        config = self.config
        features = self.vgg(stylized, self.content_layers.keys() | self.style_layers.keys())
        losses = {
            "content": config.content_weight * self.content(features, photographs),
            "style": config.style_weight * self.style(features, in_tiles=in_tiles),
        }
        if config.tone_weight:
            losses["tone"] = config.tone_weight * tone_error(stylized, photographs)
        if config.total_variation_weight:
            variation = total_variation(stylized.float())
            losses["total_variation"] = config.total_variation_weight * variation
        return losses

    def content(self, features: Features, photographs: Tensor) -> Tensor:
        """Mean squared error of the content layers, unweighted; the VGG pass stops at the last."""
        with torch.no_grad():
            targets = self.vgg(photographs, self.content_layers)
        errors = (
            weight * functional.mse_loss(features[layer].float(), targets[layer].float())
            for layer, weight in self.content_layers.items()
        )
        return sum(errors, start=self.vgg.mean.new_zeros(()))

    def style(self, features: Features, *, in_tiles: bool = False) -> Tensor:
        """Balanced error of the Gram matrices; in tiles, half of it is the mean of theirs."""
        errors = self._style_errors(features)
        if in_tiles:
            pieces = self._style_errors({name: tiles(found) for name, found in features.items()})
            errors = {layer: (error + pieces[layer]) / 2 for layer, error in errors.items()}
        balanced = (self.scales[layer] * error for layer, error in errors.items())
        return sum(balanced, start=self.vgg.mean.new_zeros(()))

    def gram(self, layer: Layer) -> Tensor:
        """Gram matrix of the style picture at a layer, 1×C×C."""
        return self.get_buffer(f"gram_{layer}")

    def _style_errors(self, features: Features) -> dict[Layer, Tensor]:
        """Mean squared error of the Gram matrices at every style layer."""
        grams = {layer: gram_matrix(features[layer]) for layer in self.style_layers}
        return {
            layer: functional.mse_loss(gram, self.gram(layer).expand_as(gram))
            for layer, gram in grams.items()
        }
