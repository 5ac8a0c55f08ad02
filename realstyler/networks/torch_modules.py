"""Builds torch modules of the networks from their lists of layers.

They map RGB pictures of any size, N×3×H×W floats in 0..255, to the same shape; values may slightly
exceed 0..255 and are clamped by the caller. The input is not normalized: instance normalization
after the first convolution removes any scale and offset anyway.

Convolutions before an instance normalization have no bias, because the normalization would remove
it; only the last convolution has one.

Sources: Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution",
and its supplement; Ulyanov et al. 2016, "Instance Normalization"; Odena et al. 2016 on nearest
upsampling instead of transposed convolutions; Aitken et al. 2017 for the ICNR initialization; Goyal
et al. 2017, "Accurate, Large Minibatch SGD", for residual branches that start at zero.
"""

from __future__ import annotations

import functools

import torch
from torch import Tensor, nn
from torch.nn import functional

from realstyler.networks.architecture import Network
from realstyler.networks.layers import (
    EPSILON,
    MID_GREY,
    Layer,
    Layers,
    Size,
    divisors,
    evaluate,
    grown_side,
    map_size,
    multiple,
)


class ConvolutionLayer(nn.Module):
    """One layer, without its skip connection and without upsampling."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            layer.inputs,
            layer.outputs,
            layer.kernel,
            layer.stride,
            padding=layer.padding,
            padding_mode="reflect",
            groups=layer.groups,
            bias=not layer.normalized,
        )
        self.norm = _normalization(layer) if layer.normalized else None
        self.relu = layer.relu
        if layer.shuffle > 1:
            initialize_icnr(self.conv, layer.shuffle)

    def forward(self, features: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×⌈H/stride⌉×⌈W/stride⌉."""
        features = self.conv(features)
        if self.norm is not None:
            features = self.norm(features)
        return functional.relu(features) if self.relu else features


class StyleNetwork(nn.Module):
    """A network from a list of layers; its modules have the layers' dotted names."""

    def __init__(self, layers: Layers) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self._multiple = multiple(layers)
        self._divisors = divisors(layers)
        for layer in layers:
            _add_module(self, layer.name, ConvolutionLayer(layer))

    def forward(self, picture: Tensor) -> Tensor:
        """Stylize N×3×H×W, 0..255, into the same shape, for every H and W from 1."""
        height, width = picture.shape[-2:]
        grown = grow(picture, self._multiple)  # N×3×H'×W'
        size = (grown.shape[-2], grown.shape[-1])
        colours = evaluate(self.layers, grown, functools.partial(self.compute, size))
        painted = _to_levels(colours)
        if self.layers[-1].shuffle > 1:
            painted = functional.pixel_shuffle(painted, self.layers[-1].shuffle)
        return painted[..., :height, :width]

    def compute(self, whole: Size, layer: Layer, features: Tensor, added: Tensor | None) -> Tensor:
        """Return a layer's map, N×outputs×⌈H/divisor⌉×⌈W/divisor⌉ for a picture of H×W."""
        if layer.unshuffle > 1:
            features = functional.pixel_unshuffle(features, layer.unshuffle)
        if layer.upsampling:
            features = upsample(features, map_size(whole, self._divisors[layer.name]))
        features = self.get_submodule(layer.name)(features)
        return features if added is None else added + features


def build(architecture: Network) -> StyleNetwork:
    """Create the untrained network of an architecture."""
    return StyleNetwork(architecture.layers())


def grow(picture: Tensor, multiple: int = 1) -> Tensor:
    """Replicate the last row and column up to valid sides for padding and ``multiple``.

    Shape N×3×H×W in, N×3×H'×W' out with H' = max(H, MINIMUM_SIDE) rounded up to the multiple.
    """
    height, width = picture.shape[-2:]
    bottom, right = (grown_side(side, multiple) - side for side in (height, width))
    if bottom == 0 and right == 0:
        return picture
    return functional.pad(picture, (0, right, 0, bottom), mode="replicate")


def upsample(features: Tensor, size: Size) -> Tensor:
    """Double both sides by nearest neighbour and crop to ``size`` (odd sides lose the last)."""
    doubled = functional.interpolate(features, scale_factor=2.0, mode="nearest")
    return doubled[..., : size[0], : size[1]]


def initialize_icnr(conv: nn.Conv2d, scale: int) -> None:
    """Initialize the ``scale²`` sub-pixels of a pixel shuffle equally (Aitken et al. 2017).

    This avoids a grid of sub-pixels at the start of training.
    """
    with torch.no_grad():
        shared = conv.weight[:: scale * scale]
        conv.weight.copy_(shared.repeat_interleave(scale * scale, dim=0))
        if conv.bias is not None:
            conv.bias.zero_()


def _normalization(layer: Layer) -> nn.InstanceNorm2d:
    norm = nn.InstanceNorm2d(layer.outputs, eps=EPSILON, affine=True)
    if layer.zero_scale:
        nn.init.zeros_(norm.weight)
    return norm


def _to_levels(colours: Tensor) -> Tensor:
    """Convert colours around mid-grey, in units of mid-grey, to levels.

    In float32, to represent all levels 0..255. The unit lets training start in range.
    """
    return colours.float() * MID_GREY + MID_GREY


def _add_module(parent: nn.Module, name: str, module: nn.Module) -> None:
    """Register ``module`` under its dotted name, with plain modules for the parts in between."""
    *path, last = name.split(".")
    for part in path:
        if part not in dict(parent.named_children()):
            parent.add_module(part, nn.Module())
        parent = parent.get_submodule(part)
    parent.add_module(last, module)
