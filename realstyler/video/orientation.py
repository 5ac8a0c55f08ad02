"""Which way up a frame is shown: turned, mirrored or both."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from numpy.typing import NDArray

_MATRIX = struct.Struct("=9i")


@dataclass(frozen=True)
class Orientation:
    """What makes a stored picture upright, in this order."""

    transposed: bool = False
    """Rows become columns."""

    mirrored: bool = False
    """Left becomes right."""

    flipped: bool = False
    """Top becomes bottom."""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the upright size of a stored one, and the stored one of an upright one."""
        return (height, width) if self.transposed else (width, height)

    def upright(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Turn H×W×C; contiguous."""
        pixels = pixels.swapaxes(0, 1) if self.transposed else pixels
        pixels = pixels[:, ::-1] if self.mirrored else pixels
        return np.ascontiguousarray(pixels[::-1] if self.flipped else pixels)


def orientation_of(frame: VideoFrame) -> Orientation:
    """Read the display matrix of a frame; one of any other angle counts as the nearest quarter."""
    data = frame.side_data.get("DISPLAYMATRIX")
    matrix = bytes(data) if isinstance(data, SideData) else b""
    if len(matrix) < _MATRIX.size:
        return Orientation()
    # x' = a·x + c·y, y' = b·x + d·y
    a, b, _, c, d, *_ = _MATRIX.unpack_from(matrix)
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Orientation(transposed=True, mirrored=c < 0, flipped=b < 0)
    return Orientation(mirrored=a < 0, flipped=d < 0)
