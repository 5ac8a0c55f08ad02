"""Colours of pictures: to sRGB, which the networks know, and back; and under transparency."""

from __future__ import annotations

import functools
import struct
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform

Pixels = NDArray[np.uint8]
"""H×W×3 RGB levels in 0..255."""

_FIXED = 65536
"""One, in the s15Fixed16Number of ICC profiles."""


def to_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """Convert from the space of an RGB profile; without a profile they are in sRGB already.

    Colours that sRGB cannot hold become the nearest that it can. A profile that cannot be used
    counts as none.
    """
    transform = _transform(profile, inverse=False) if profile else None
    return _apply(transform, pixels)


def from_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """Convert to the space of an RGB profile, the inverse of `to_srgb`."""
    transform = _transform(profile, inverse=True) if profile else None
    return _apply(transform, pixels)


def open_profile(profile: bytes | None) -> ImageCmsProfile | None:
    """Open the bytes of an ICC profile; None if there is none, or if it is damaged."""
    if not profile:
        return None
    from PIL import ImageCms  # rarely needed

    try:
        return ImageCms.ImageCmsProfile(BytesIO(profile))
    except OSError:
        return None


def image_to_srgb(image: Image.Image, profile: ImageCmsProfile) -> Image.Image:
    """Convert a CMYK, grey or RGB image of a profile to RGB in sRGB."""
    from PIL import ImageCms

    try:
        converted = ImageCms.profileToProfile(
            image,
            profile,
            _srgb(),
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        converted = None
    return converted or image.convert("RGB")


def spread(pixels: Pixels, visible: NDArray[np.bool_]) -> Pixels:
    """Fill what is not visible, H×W, with the colours around it, smoothly.

    Averages of what is visible are taken over ever larger squares; a hidden pixel takes the
    smallest that holds anything (push and pull, Gortler et al. 1996).
    """
    if visible.all():
        return pixels
    if not visible.any():
        return np.full_like(pixels, 255)
    filled = _filled(pixels.astype(np.float32), visible.astype(np.float32))
    return np.where(visible[..., None], pixels, filled.round().astype(np.uint8))


def adobe_rgb() -> bytes:
    """Make the profile of Adobe RGB (1998), which cameras mark by EXIF alone."""
    return _matrix_profile(
        "Adobe RGB (1998) compatible",
        ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)),
        563 / 256,
    )


def _apply(transform: ImageCmsTransform | None, pixels: Pixels) -> Pixels:
    if transform is None:
        return pixels
    from PIL import ImageCms

    converted = ImageCms.applyTransform(Image.fromarray(pixels), transform)
    return pixels if converted is None else np.array(converted)


@functools.lru_cache(maxsize=8)
def _transform(profile: bytes, *, inverse: bool) -> ImageCmsTransform | None:
    from PIL import ImageCms

    opened = open_profile(profile)
    if opened is None:
        return None
    source, target = (_srgb(), opened) if inverse else (opened, _srgb())
    try:
        transform = ImageCms.buildTransform(
            source,
            target,
            "RGB",
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return None
    return None if _changes_nothing(transform) else transform


def _changes_nothing(transform: ImageCmsTransform) -> bool:
    """Whether colours stay within one level: the profile is sRGB itself, as in most files."""
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)  # 1×N×3
    return int(np.abs(_apply(transform, cube).astype(int) - cube).max()) <= 1


@functools.cache
def _srgb() -> ImageCmsProfile:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _filled(sums: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return H×W×3 averages: of the pixel itself where its weight is above 0, else from around."""
    own = sums * (weights > 0)[..., None]
    if weights.min() > 0 or max(weights.shape) == 1:
        return own
    count = _halved(weights[..., None])  # h×w×1
    means = _halved(own * weights[..., None]) / np.maximum(count, np.float32(1e-6))  # h×w×3
    coarse = _filled(means.astype(np.float32), np.minimum(count[..., 0], np.float32(1)))
    height, width = weights.shape
    around = _doubled(coarse, height, width)
    return np.where((weights > 0)[..., None], own, around)


def _halved(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Add up squares of 2×2 of H×W×C; odd sides end with half a square."""
    height, width, channels = values.shape
    padded = np.pad(values, ((0, height % 2), (0, width % 2), (0, 0)))
    squares = padded.reshape(-(-height // 2), 2, -(-width // 2), 2, channels)
    total: NDArray[np.float32] = squares.sum(axis=(1, 3))
    return total


def _doubled(values: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Enlarge h×w×3 bilinearly to height × width."""
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(values[..., channel])).resize(
                (width, height), Image.Resampling.BILINEAR
            )
        )
        for channel in range(3)
    ]
    return np.stack(planes, axis=2)


def _matrix_profile(
    name: str, primaries: tuple[tuple[float, float, float], ...], gamma: float
) -> bytes:
    """Make an ICC profile of version 2 from primaries (XYZ, D50) and a gamma (ICC.1:2001-04)."""
    text = name.encode("ascii") + b"\0"
    description = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    tags = {b"desc": description, b"cprt": b"text" + bytes(4) + b"CC0\0"}
    tags[b"wtpt"] = _xyz(0.9642, 1.0, 0.8249)
    for letter, primary in zip(b"rgb", primaries, strict=True):
        tags[bytes([letter]) + b"XYZ"] = _xyz(*primary)
        tags[bytes([letter]) + b"TRC"] = curve
    return _with_header(tags)


def _with_header(tags: dict[bytes, bytes]) -> bytes:
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for signature, content in tags.items():
        table += signature + struct.pack(">II", offset + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(">I4xI4s4s4s", offset + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += _xyz(0.9642, 1.0, 0.8249)[8:]
    return header.ljust(128, b"\0") + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * _FIXED) for value in values))
