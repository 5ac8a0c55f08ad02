"""Inputs of training and evaluation: the style picture and trained networks."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from realstyler import pictures
from realstyler.errors import InputError, StyleError
from realstyler.networks.torch_modules import StyleNetwork, build
from realstyler.registry.style import Style
from realstyler.registry.weights import Weights


def read_style_picture(style: Style, size: int) -> Tensor:
    """Read the style picture as 1×3×H×W float RGB in 0..255, its longer side ``size`` pixels.

    Raises:
        StyleError: the file is missing or no picture.
    """
    try:
        picture = pictures.read(style.picture_path)
    except InputError as error:
        about = {"style": style.name, "path": style.picture_path}
        raise StyleError(code="style-picture-unusable", reason=error, **about) from error
    image = Image.fromarray(pictures.paintable(picture))
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    resized = np.array(image.resize((width, height), Image.Resampling.LANCZOS))  # H×W×3
    return torch.from_numpy(resized).permute(2, 0, 1)[None].float()  # 1×3×H×W


def load_network(weights: Weights) -> StyleNetwork:
    """Build the network that a weights file describes, in float32."""
    network = build(weights.metadata.architecture)
    network.load_state_dict({k: torch.from_numpy(v).float() for k, v in weights.arrays.items()})
    return network
