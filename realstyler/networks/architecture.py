"""The available architectures: their configuration and their list of layers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from realstyler.networks.layers import PICTURE, Layer, Shapes, parameter_shapes


class Architecture(BaseModel):
    """Base of all architectures; each defines its list of layers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def layers(self) -> list[Layer]:
        """List the layers in order of computation."""
        raise NotImplementedError

    def parameter_shapes(self) -> Shapes:
        """Return name and shape of every parameter, as stored in the weights file."""
        return parameter_shapes(self.layers())


class TransformNetwork(Architecture):
    """The full network: TransformNet of Johnson et al. 2016, 1.68 M parameters at width 32.

    A 9×9 convolution, two strided 3×3 convolutions, residual blocks, two nearest upsamplings each
    followed by a 3×3 convolution, and a 9×9 convolution to colours.
    """

    kind: Literal["transform-net"] = "transform-net"
    width: int = Field(default=32, ge=4, le=128, description="channels of the first layer")
    blocks: int = Field(default=5, ge=1, le=16, description="residual blocks")

    def layers(self) -> list[Layer]:
        """List the layers: outer ones at full resolution, residual blocks at a quarter."""
        width = self.width
        layers = [
            Layer("encoder.0", PICTURE, 3, width, kernel=9),
            Layer("encoder.1", "encoder.0", width, 2 * width, stride=2),
            Layer("encoder.2", "encoder.1", 2 * width, 4 * width, stride=2),
        ]
        layers += _residual_blocks("residual", "encoder.2", 4 * width, self.blocks)
        return [
            *layers,
            Layer("decoder.0", layers[-1].name, 4 * width, 2 * width, upsampling=True),
            Layer("decoder.1", "decoder.0", 2 * width, width, upsampling=True),
            Layer("output", "decoder.1", width, 3, kernel=9, normalized=False, relu=False),
        ]

    @property
    def values_per_pixel(self) -> float:
        """Peak number of values held per pixel of the picture while painting, measured."""
        return 2.4 * self.width


class LiveNetwork(Architecture):
    """The live network, for video: its body works at a quarter of the resolution.

    Pixel unshuffle by 4, residual blocks, nearest upsampling followed by a convolution, and a pixel
    shuffle by 2. The body's output is refined at half the resolution with direct access to the
    picture: otherwise strokes finer than two of the body's pixels could not follow the picture.
    """

    kind: Literal["live-net"] = "live-net"
    width: int = Field(default=32, ge=4, le=128, description="channels of the body")
    blocks: int = Field(default=5, ge=1, le=16, description="residual blocks")
    head_width: int = Field(default=16, ge=4, le=128, description="channels at half resolution")
    refinement_blocks: int = Field(
        default=1,
        ge=0,
        le=16,
        description="residual blocks at half resolution; 0: none",
    )

    def layers(self) -> list[Layer]:
        """List the layers: body at a quarter of the resolution, head and refinement at half."""
        width, head_width = self.width, self.head_width
        layers = [Layer("stem", PICTURE, 3 * 4 * 4, width, unshuffle=4)]
        layers += _residual_blocks("residual", "stem", width, self.blocks)
        layers.append(Layer("head", layers[-1].name, width, head_width, upsampling=True))
        if self.refinement_blocks:
            layers += self._refinement()
        colours = 3 * 2 * 2
        output = Layer(
            "output", layers[-1].name, head_width, colours, normalized=False, relu=False, shuffle=2
        )
        return [*layers, output]

    def _refinement(self) -> list[Layer]:
        """List the layers that add the picture's detail and refine the sum.

        They contribute nothing initially, so that networks without them can be trained further.
        """
        name, width = "refinement.detail", self.head_width
        detail = Layer(
            name, PICTURE, 3 * 2 * 2, width, unshuffle=2, zero_scale=True, relu=False, adds="head"
        )
        blocks = self.refinement_blocks
        return [
            detail,
            *_residual_blocks("refinement.blocks", name, width, blocks, zero_scale=True),
        ]

    @property
    def values_per_pixel(self) -> float:
        """Peak number of values held per pixel of the picture while painting, measured."""
        return 0.5 * self.width


Network = Annotated[TransformNetwork | LiveNetwork, Field(discriminator="kind")]


def _residual_blocks(
    name: str, reads: str, width: int, blocks: int, *, zero_scale: bool = False
) -> list[Layer]:
    """List blocks of two 3×3 layers with a skip; the last is linear (Gross & Wilber 2016)."""
    layers: list[Layer] = []
    for block in range(blocks):
        first, second = f"{name}.{block}.first", f"{name}.{block}.second"
        layers += [
            Layer(first, reads, width, width),
            Layer(second, first, width, width, zero_scale=zero_scale, relu=False, adds=reads),
        ]
        reads = second
    return layers
