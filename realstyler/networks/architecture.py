"""What a network looks like, without any tensor library: its configuration and parameter shapes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MINIMUM_SIDE = 8
"""Pixels; shorter sides are grown by repeating the border, for reflection padding's sake."""

MID_GREY = 127.5
"""Unit and offset of the output convolution: it paints ``127.5 + 127.5 · convolution``."""

Shapes = dict[str, tuple[int, ...]]


class _Architecture(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TransformNetwork(_Architecture):
    """The full network: TransformNet of Johnson et al. 2016, 1.68 M parameters at width 32."""

    kind: Literal["transform-net"] = "transform-net"
    width: int = Field(default=32, ge=4, le=128, description="channels of the first layer")
    blocks: int = Field(default=5, ge=1, le=16, description="residual blocks")

    def parameter_shapes(self) -> Shapes:
        """Name and shape of every parameter, as the weights file holds them."""
        width = self.width
        shapes = _layer("encoder.0", 3, width, 9)
        shapes |= _layer("encoder.1", width, 2 * width, 3)
        shapes |= _layer("encoder.2", 2 * width, 4 * width, 3)
        shapes |= _residual("residual", 4 * width, self.blocks)
        shapes |= _layer("decoder.0", 4 * width, 2 * width, 3)
        shapes |= _layer("decoder.1", 2 * width, width, 3)
        return shapes | _output(width, 3, 9)


class LiveNetwork(_Architecture):
    """The live network, for video: its body works at a quarter of the resolution.

    What the body paints is refined at half the resolution, in sight of the picture itself: strokes
    finer than two of the body's pixels could not follow the picture otherwise.
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

    def parameter_shapes(self) -> Shapes:
        """Name and shape of every parameter, as the weights file holds them."""
        shapes = _layer("stem", 3 * 4 * 4, self.width, 3)
        shapes |= _residual("residual", self.width, self.blocks)
        shapes |= _layer("head", self.width, self.head_width, 3)
        if self.refinement_blocks:
            shapes |= _layer("refinement.detail", 3 * 2 * 2, self.head_width, 3)
            shapes |= _residual("refinement.blocks", self.head_width, self.refinement_blocks)
        return shapes | _output(self.head_width, 3 * 2 * 2, 3)


Network = Annotated[TransformNetwork | LiveNetwork, Field(discriminator="kind")]


def _layer(name: str, inputs: int, outputs: int, kernel: int) -> Shapes:
    return {
        f"{name}.conv.weight": (outputs, inputs, kernel, kernel),
        f"{name}.norm.weight": (outputs,),
        f"{name}.norm.bias": (outputs,),
    }


def _residual(name: str, width: int, blocks: int) -> Shapes:
    shapes: Shapes = {}
    for block in range(blocks):
        shapes |= _layer(f"{name}.{block}.first", width, width, 3)
        shapes |= _layer(f"{name}.{block}.second", width, width, 3)
    return shapes


def _output(inputs: int, outputs: int, kernel: int) -> Shapes:
    return {
        "output.conv.weight": (outputs, inputs, kernel, kernel),
        "output.conv.bias": (outputs,),
    }
