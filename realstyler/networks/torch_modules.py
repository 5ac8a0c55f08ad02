"""The two feed-forward networks that paint: TransformNet and LiveNet.

Both take RGB pictures of any size as N×3×H×W floats in 0..255 and return the same shape; values may
leave 0..255 slightly and are clamped by the caller. Nothing is normalized on the way in: instance
normalization follows the first convolution and removes any scale and offset of the input anyway.

A convolution in front of an instance normalization carries no bias, because the normalization
subtracts it again; only the output convolution has one.

Sources: Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution",
and its supplement; Ulyanov et al. 2016, "Instance Normalization"; Odena et al. 2016 on nearest
upsampling instead of transposed convolutions; Aitken et al. 2017 for the ICNR initialization; Goyal
et al. 2017, "Accurate, Large Minibatch SGD", for residual branches that start at zero.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from realstyler.networks.architecture import (
    MID_GREY,
    MINIMUM_SIDE,
    LiveNetwork,
    Network,
    TransformNetwork,
)


class ConvolutionLayer(nn.Module):
    """Reflection padding, convolution, instance normalization and, if wanted, ReLU."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, *, relu: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            inputs,
            outputs,
            kernel,
            stride,
            padding=kernel // 2,
            padding_mode="reflect",
            bias=False,
        )
        self.norm = nn.InstanceNorm2d(outputs, affine=True)
        self.relu = relu

    def forward(self, features: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×⌈H/stride⌉×⌈W/stride⌉."""
        normalized: Tensor = self.norm(self.conv(features))
        return functional.relu(normalized) if self.relu else normalized


class ResidualBlock(nn.Module):
    """Two 3×3 layers added to their input; the branch ends linear (Gross & Wilber 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = ConvolutionLayer(width, width, 3)
        self.second = ConvolutionLayer(width, width, 3, relu=False)

    def forward(self, features: Tensor) -> Tensor:
        """Keep the shape N×width×H×W."""
        branch: Tensor = self.second(self.first(features))
        return features + branch


class OutputLayer(nn.Module):
    """Reflection padding and a convolution to colours, in units of mid-grey around mid-grey.

    The unit lets training start in range: a zero from the convolution is grey 127.5.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, padding_mode="reflect")

    def forward(self, features: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×H×W, in float32 so that no level of 0..255 is lost."""
        colours: Tensor = self.conv(features)
        return colours.float() * MID_GREY + MID_GREY


class TransformNet(nn.Module):
    """The image transformation network of Johnson et al. 2016, downsampling and upsampling by 4.

    9×9 convolution, two strided 3×3 convolutions, residual blocks, two nearest upsamplings each
    followed by a 3×3 convolution, 9×9 convolution to colours.
    """

    def __init__(self, config: TransformNetwork) -> None:
        super().__init__()
        width = config.width
        self.encoder = nn.ModuleList(
            [
                ConvolutionLayer(3, width, 9),
                ConvolutionLayer(width, 2 * width, 3, stride=2),
                ConvolutionLayer(2 * width, 4 * width, 3, stride=2),
            ]
        )
        self.residual = nn.Sequential(*(ResidualBlock(4 * width) for _ in range(config.blocks)))
        self.decoder = nn.ModuleList(
            [ConvolutionLayer(4 * width, 2 * width, 3), ConvolutionLayer(2 * width, width, 3)]
        )
        self.output = OutputLayer(width, 3, 9)

    def forward(self, picture: Tensor) -> Tensor:
        """Stylize N×3×H×W, 0..255, into the same shape, for every H and W from 1."""
        height, width = picture.shape[-2:]
        features = grow(picture)  # N×3×H×W, sides at least MINIMUM_SIDE
        sizes = []
        for layer in self.encoder:
            sizes.append(features.shape[-2:])
            features = layer(features)  # N×4w×⌈H/4⌉×⌈W/4⌉ in the end
        features = self.residual(features)
        for layer, size in zip(self.decoder, (sizes[2], sizes[1]), strict=True):
            features = layer(upsample(features, size))  # back to N×w×H×W
        painted: Tensor = self.output(features)
        return painted[..., :height, :width]


class Refinement(nn.Module):
    """The picture's own detail is added at half its resolution; residual blocks refine the sum.

    Nothing of it counts at first (scales of zero, Goyal et al. 2017), so that a network trained
    without it can be trained on with it.
    """

    def __init__(self, width: int, blocks: int) -> None:
        super().__init__()
        self.detail = ConvolutionLayer(3 * 2 * 2, width, 3, relu=False)
        residual = [ResidualBlock(width) for _ in range(blocks)]
        self.blocks = nn.Sequential(*residual)
        for layer in (self.detail, *(block.second for block in residual)):
            nn.init.zeros_(layer.norm.weight)

    def forward(self, features: Tensor, picture: Tensor) -> Tensor:
        """Keep the shape N×width×H×W; the picture is N×3×2H×2W."""
        detail = self.detail(functional.pixel_unshuffle(picture, 2))  # N×width×H×W
        refined: Tensor = self.blocks(features + detail)
        return refined


class LiveNet(nn.Module):
    """A small network for video: the body works at a quarter of the resolution.

    Pixel unshuffle by 4, residual blocks, nearest upsampling followed by a convolution, and a pixel
    shuffle by 2 whose convolution starts by ICNR, so that no 4-pixel grid is painted. In between
    lies the refinement: strokes painted from the body alone would stick to its grid while the
    picture moves.
    """

    def __init__(self, config: LiveNetwork) -> None:
        super().__init__()
        self.stem = ConvolutionLayer(3 * 4 * 4, config.width, 3)
        self.residual = nn.Sequential(*(ResidualBlock(config.width) for _ in range(config.blocks)))
        self.head = ConvolutionLayer(config.width, config.head_width, 3)
        blocks = config.refinement_blocks
        self.refinement = Refinement(config.head_width, blocks) if blocks else None
        self.output = OutputLayer(config.head_width, 3 * 2 * 2, 3)
        initialize_icnr(self.output.conv, 2)

    def forward(self, picture: Tensor) -> Tensor:
        """Stylize N×3×H×W, 0..255, into the same shape, for every H and W from 1."""
        height, width = picture.shape[-2:]
        padded = grow(picture, multiple=4)  # N×3×4h×4w
        features = self.stem(functional.pixel_unshuffle(padded, 4))  # N×C×h×w
        features = self.residual(features)
        features = self.head(functional.interpolate(features, scale_factor=2.0))  # N×c×2h×2w
        if self.refinement is not None:
            features = self.refinement(features, padded)
        painted = functional.pixel_shuffle(self.output(features), 2)  # N×3×4h×4w
        return painted[..., :height, :width]


def grow(picture: Tensor, multiple: int = 1) -> Tensor:
    """Repeat the last row and column until sides fit reflection padding and ``multiple``.

    Shape N×3×H×W in, N×3×H'×W' out with H' = max(H, MINIMUM_SIDE) rounded up to the multiple.
    """
    height, width = picture.shape[-2:]
    bottom = -(-max(height, MINIMUM_SIDE) // multiple) * multiple - height
    right = -(-max(width, MINIMUM_SIDE) // multiple) * multiple - width
    if bottom == 0 and right == 0:
        return picture
    return functional.pad(picture, (0, right, 0, bottom), mode="replicate")


def upsample(features: Tensor, size: torch.Size) -> Tensor:
    """Double both sides by nearest neighbour and cut to ``size`` (an odd side loses its last)."""
    doubled = functional.interpolate(features, scale_factor=2.0, mode="nearest")
    return doubled[..., : size[0], : size[1]]


def initialize_icnr(conv: nn.Conv2d, scale: int) -> None:
    """Give the ``scale²`` sub-pixels of a pixel shuffle equal kernels (Aitken et al. 2017)."""
    with torch.no_grad():
        shared = conv.weight[:: scale * scale]
        conv.weight.copy_(shared.repeat_interleave(scale * scale, dim=0))
        if conv.bias is not None:
            conv.bias.zero_()


def build(config: Network) -> TransformNet | LiveNet:
    """Make the untrained network that an architecture describes."""
    if isinstance(config, TransformNetwork):
        return TransformNet(config)
    return LiveNet(config)
