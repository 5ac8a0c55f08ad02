"""VGG-16 up to relu4_3, which the perceptual losses use (Simonyan & Zisserman 2014).

Input is RGB in 0..255; the mean of ImageNet is subtracted here and nowhere else, with no division
by a standard deviation, as the original weights want it.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from textwrap import shorten

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from realstyler.errors import UsageError
from realstyler.registry.config import Layer

WEIGHTS = Path(__file__).with_name("vgg16.safetensors")
"""The shipped convolution weights, conv1_1 to conv4_3, float16 (CC BY 4.0, see NOTICE)."""

MEAN = (123.68, 116.779, 103.939)
CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512))

Features = dict[Layer, Tensor]


class VGG16(nn.Module):
    """The frozen convolutions of VGG-16, which return named activations.

    ``features`` is laid out like ``torchvision.models.vgg16().features``, so that weights for this
    input (its ``IMAGENET1K_FEATURES``) are exchangeable.
    """

    mean: Tensor

    def __init__(self, weights: Path = WEIGHTS) -> None:
        super().__init__()
        self.features, self.layers = _convolutions()
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        _load(self, weights)
        self.eval().requires_grad_(False)

    def forward(self, pictures: Tensor, wanted: Collection[Layer]) -> Features:
        """Return the requested activations of N×3×H×W RGB pictures in 0..255; stop at the last.

        relu1_* have 64 channels at full size; each later block doubles the channels (up to 512)
        and halves the sides.
        """
        found: Features = {}
        features = pictures - self.mean  # N×3×H×W
        for index, module in enumerate(self.features):
            features = module(features)
            layer = self.layers.get(index)
            if layer is not None and layer in wanted:
                found[layer] = features
            if len(found) == len(wanted):
                break
        return found


def _convolutions() -> tuple[nn.Sequential, dict[int, Layer]]:
    modules: list[nn.Module] = []
    layers: dict[int, Layer] = {}
    inputs = 3
    for block, widths in enumerate(CHANNELS, start=1):
        if modules:
            modules.append(nn.MaxPool2d(2))
        for number, width in enumerate(widths, start=1):
            modules += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
            layers[len(modules) - 1] = f"relu{block}_{number}"  # type: ignore[assignment]
            inputs = width
    return nn.Sequential(*modules), layers


def _load(vgg: VGG16, weights: Path) -> None:
    try:
        found = load_file(weights)
        # A file of the whole VGG-16 holds more than the losses look at.
        vgg.load_state_dict({name: found[name] for name in vgg.state_dict() if name in found})
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = shorten(str(error), 160)
        raise UsageError(code="vgg-unfit", path=weights, reason=reason) from error
