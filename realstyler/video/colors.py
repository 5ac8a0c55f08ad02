"""Convert decoded frames to RGB, and RGB to what an encoder takes.

Numbers are those of ITU-T H.273, as FFmpeg uses them for matrix, primaries and transfer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from realstyler.engine import Pixels
from realstyler.video.dynamic_range import HDR_TRANSFERS, HLG, PQ, from_bt709, to_bt709
from realstyler.video.orientation import orientation_of

_BT709, _BT601, _BT2020 = 1, 6, 9
_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
}
_HD_LINES = 720
_BICUBIC = Interpolation.BICUBIC | Interpolation.ACCURATE_RND


@dataclass(frozen=True)
class Colors:
    """How the colours of a video are coded."""

    matrix: int
    range: int
    """1 limited (16…235), 2 full (0…255)."""

    primaries: int
    transfer: int

    @property
    def is_wide(self) -> bool:
        """Whether they exceed what the engine's sRGB pixels can represent."""
        return self.transfer in HDR_TRANSFERS or self.primaries == _BT2020

    @property
    def is_hdr(self) -> bool:
        """Whether they are of high dynamic range."""
        return self.transfer in HDR_TRANSFERS

    @property
    def name(self) -> str:
        """What the coding of wide colours is called."""
        return {PQ: "PQ", HLG: "HLG"}.get(self.transfer, "BT.2020")

    def written(self, *, hdr: bool = False) -> Colors:
        """Return how a result is coded: as its source, but in BT.709 if that was wide.

        ``hdr`` brings high dynamic range back.
        """
        if hdr and self.is_hdr:
            return Colors(_BT2020, ColorRange.MPEG, _BT2020, self.transfer)
        return BT709 if self.is_wide else self


BT709 = Colors(_BT709, ColorRange.MPEG, _BT709, _BT709)
"""The default encoding of RGB pixels."""


def colors_of(frame: VideoFrame) -> Colors:
    """Read the tags of a frame; where they are missing, guess as players do."""
    if not _has_matrix(frame):
        return BT709
    matrix = frame.colorspace
    if matrix not in _MATRICES:
        matrix = _BT709 if frame.height >= _HD_LINES else _BT601
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    levels = ColorRange.JPEG if full else ColorRange.MPEG
    return Colors(matrix, levels, frame.color_primaries, frame.color_trc)


class ToRGB:
    """Converts the frames of one video to upright RGB of one size.

    Each frame is read by its own tags; high dynamic range and wide gamut are brought to BT.709.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def convert(
        self, frame: VideoFrame, size: tuple[int, int], *, alpha: bool
    ) -> tuple[Pixels, NDArray[np.uint8] | None]:
        """Return uint8 H×W×3 and, if asked for and there, the alpha channel H×W.

        ``size`` is the upright width and height.
        """
        orientation = orientation_of(frame)
        width, height = orientation.size(*size)
        transparent = alpha and has_alpha(frame)
        array = self._array(frame, width, height, "rgba" if transparent else "rgb24")
        if colors_of(frame).is_wide:
            array = to_bt709(array, frame.color_trc)
        array = orientation.upright(array)
        if not transparent:
            return array, None
        return np.ascontiguousarray(array[..., :3]), np.ascontiguousarray(array[..., 3])

    def _array(self, frame: VideoFrame, width: int, height: int, kind: str) -> NDArray[np.uint8]:
        colors = colors_of(frame) if _has_matrix(frame) else None
        resized = (width, height) != (frame.width, frame.height)
        converted = self._reformatter.reformat(
            frame,
            width,
            height,
            kind,
            src_colorspace=_MATRICES[colors.matrix] if colors else None,
            src_color_range=colors.range if colors else None,
            interpolation=_BICUBIC if resized else Interpolation.BILINEAR,
            threads=1,
        )
        return _view(converted, len(kind.rstrip("24")))


def _has_matrix(frame: VideoFrame) -> bool:
    """Whether a format has luminance and chroma, unlike RGB, grey and palettes."""
    return not (frame.format.is_rgb or frame.format.name.startswith(("gray", "mono", "pal")))


def has_alpha(frame: VideoFrame) -> bool:
    """Tell whether a frame has an alpha channel."""
    return any(component.is_alpha for component in frame.format.components)


def is_transparent(frame: VideoFrame) -> bool:
    """Tell whether a video is transparent by its first frame.

    Videos have an alpha channel for that alone; RGB often has one that says nothing.
    """
    if not has_alpha(frame) or frame.format.name.startswith("yuva"):
        return has_alpha(frame)
    return bool((frame.to_ndarray(format="rgba")[..., 3] < 255).any())


class FromRGB:
    """Converts RGB pixels to the frames that an encoder takes."""

    def __init__(self, kind: str, colors: Colors) -> None:
        self._kind, self._colors = kind, colors
        self._reformatter = VideoReformatter()

    def convert(self, pixels: NDArray[np.uint8]) -> VideoFrame:
        """Return a new frame of uint8 H×W×3 or H×W×4, BT.709 or sRGB."""
        channels = "rgba" if pixels.shape[2] == 4 else "rgb"
        if self._colors.is_hdr:
            deep = {"rgb": "rgb48le", "rgba": "rgba64le"}[channels]
            signal = from_bt709(pixels, self._colors.transfer)
            frame = VideoFrame.from_ndarray(signal, deep)
        else:
            plain = {"rgb": "rgb24", "rgba": "rgba"}[channels]
            frame = VideoFrame.from_numpy_buffer(pixels, plain)
        return self._reformatter.reformat(
            frame,
            format=self._kind,
            dst_colorspace=_MATRICES[self._colors.matrix],
            dst_color_range=self._colors.range,
            threads=1,
        )


def with_alpha(pixels: Pixels, alpha: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Join H×W×3 and H×W to H×W×4; opaque without alpha."""
    height, width = pixels.shape[:2]
    joined = np.empty((height, width, 4), np.uint8)
    joined[..., :3] = pixels
    joined[..., 3] = 255 if alpha is None else alpha
    return joined


def _view(frame: VideoFrame, channels: int) -> NDArray[np.uint8]:
    """View the packed pixels of a frame without a copy; the array keeps the frame alive."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(frame.height, plane.line_size)
    return rows[:, : frame.width * channels].reshape(frame.height, frame.width, channels)
