"""The trained style that is nearest to a new one: a good start for training."""

from __future__ import annotations

import torch
from torch import Tensor

from realstyler.errors import RealstylerError
from realstyler.networks.architecture import Network
from realstyler.registry import registry
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName
from realstyler.training.inputs import read_style_picture
from realstyler.training.loss import gram_matrix
from realstyler.training.vgg import VGG16

_SIDE = 256
"""Pixels of the longer side at which style pictures are compared."""

_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")


@torch.no_grad()
def nearest_style(style: Style, network: NetworkName, wanted: Network, vgg: VGG16) -> Style | None:
    """Return the trained style whose picture looks most like that of ``style``.

    Compared are Gram matrices, each layer by its relative distance. None if no other style has such
    a network.
    """
    own = _grams(style, vgg)
    others = _trained(style, network, wanted)
    return min(others, key=lambda other: _distance(own, _grams(other, vgg)), default=None)


def _trained(style: Style, network: NetworkName, wanted: Network) -> list[Style]:
    found = []
    for other in registry().styles.values():
        try:
            fits = other.read_metadata(network).architecture == wanted
        except RealstylerError:  # untrained or damaged
            continue
        if fits and other.name != style.name and other.picture_path.is_file():
            found.append(other)
    return found


def _grams(style: Style, vgg: VGG16) -> list[Tensor]:
    picture = read_style_picture(style, _SIDE)  # 1×3×H×W
    features = vgg(picture, _LAYERS)
    return [gram_matrix(features[layer]) for layer in _LAYERS]


def _distance(one: list[Tensor], other: list[Tensor]) -> float:
    pairs = zip(one, other, strict=True)
    return sum(float((a - b).norm() / (a.norm() + b.norm())) for a, b in pairs)
