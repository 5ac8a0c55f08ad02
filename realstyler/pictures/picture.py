"""A picture in memory, and what is painted of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realstyler.pictures import colour


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright picture in memory.

    pixels: uint8, H×W×3, RGB in the colour space of `icc_profile`, or sRGB where that is None.
    alpha: uint8, H×W, 0 transparent to 255 opaque, not multiplied into `pixels`; None if opaque.
    format: what it was read from, in Pillow's words ("JPEG", "PNG", ...), None if made in memory.
    icc_profile: the bytes of an RGB profile, kept as they were.
    exif: camera, date, author and place, without orientation, thumbnail and maker note.
    xmp: title, description, keywords, rating, rights and place, as a packet.
    iptc: the same as IPTC records, of a JPEG; only JPEG keeps them.
    dpi: pixels per inch, horizontally and vertically.
    more_frames: whether its file holds other frames or pages, of which this is the first.
    bits: per sample in its file; more than 8 are not kept.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    format: str | None = None
    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    more_frames: bool = False
    bits: int = 8

    def __post_init__(self) -> None:
        height, width, *channels = self.pixels.shape
        if self.pixels.dtype != np.uint8 or channels != [3] or not height or not width:
            raise ValueError(f"not uint8 H×W×3: {self.pixels.dtype} {self.pixels.shape}")
        if self.alpha is not None and self.alpha.shape != (height, width):
            raise ValueError(f"alpha {self.alpha.shape} does not fit {self.pixels.shape}")

    def with_pixels(self, pixels: NDArray[np.uint8]) -> Picture:
        """The same picture with other pixels (uint8, H×W×3; of the same size if it has alpha)."""
        return replace(self, pixels=pixels)


def paintable(picture: Picture) -> NDArray[np.uint8]:
    """The pixels that networks see: H×W×3 in sRGB, without what transparency hides.

    Colours at the edge of what is visible spread over what is hidden, so that hidden colours change
    nothing and no rim is painted.
    """
    pixels = colour.to_srgb(picture.pixels, picture.icc_profile)
    return pixels if picture.alpha is None else colour.spread(pixels, picture.alpha > 0)


def painted(picture: Picture, painting: NDArray[np.uint8]) -> Picture:
    """The picture with a painting, H×W×3 in sRGB, brought to the picture's own colour space."""
    return picture.with_pixels(colour.from_srgb(painting, picture.icc_profile))


def in_colours_of(picture: Picture, other: Picture) -> Picture:
    """The picture in the colour space of another one."""
    if picture.icc_profile == other.icc_profile:
        return picture
    pixels = colour.to_srgb(picture.pixels, picture.icc_profile)
    pixels = colour.from_srgb(pixels, other.icc_profile)
    return replace(picture, pixels=pixels, icc_profile=other.icc_profile)


def reduced(picture: Picture, longer_side: int) -> Picture:
    """The picture with a longer side of at most `longer_side` pixels; nothing is enlarged."""
    height, width = picture.pixels.shape[:2]
    share = longer_side / max(height, width)
    if share >= 1:
        return picture
    size = (max(1, round(width * share)), max(1, round(height * share)))
    alpha = None if picture.alpha is None else _resized(picture.alpha, size)
    return replace(picture, pixels=_resized(picture.pixels, size), alpha=alpha)


def _resized(samples: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(samples).resize(size, Image.Resampling.LANCZOS))
