"""Conversions between numpy arrays, `Picture` and Qt images; all thread-safe."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColorSpace, QImage

from realstyler.pictures import Picture

Pixels = NDArray[np.uint8]
"""H×W×3, RGB, 0 to 255."""

Alpha = NDArray[np.uint8]
"""H×W, 0 transparent to 255 opaque."""

LARGEST_SHOWN = 40_000_000
"""Pixels; larger pictures are displayed scaled down (and saved in full size)."""

_SMOOTH = Qt.TransformationMode.SmoothTransformation
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


class Pyramid:
    """A picture with repeatedly halved levels, for smooth and fast zooming out."""

    def __init__(self, image: QImage, size: QSize | None = None, *, halvings: bool = True) -> None:
        self.levels = [image.convertToFormat(QImage.Format.Format_RGB32)]
        while halvings and min(self.levels[-1].width(), self.levels[-1].height()) > 256:
            half = self.levels[-1].size() / 2
            self.levels.append(self.levels[-1].scaled(half, mode=_SMOOTH))
        self.size = size or image.size()
        """Size of the picture itself, which may be larger than the displayed image."""

    def level(self, scale: float) -> QImage:
        """Return the smallest level that is at least `scale` times the picture's size."""
        wanted = self.size.width() * scale
        fitting = [image for image in self.levels if image.width() >= wanted]
        return fitting[-1] if fitting else self.levels[0]


def as_image(pixels: Pixels) -> QImage:
    """Copy uint8 H×W×3 into an image."""
    height, width, _ = pixels.shape
    contiguous = np.ascontiguousarray(pixels)
    view = QImage(contiguous.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return view.copy()


def as_pixels(image: QImage) -> Pixels:
    """Copy an image to uint8 H×W×3, dropping its alpha channel."""
    converted = image.convertToFormat(QImage.Format.Format_RGB888)
    return pixels_view(converted).copy()


def pixels_view(image: QImage) -> Pixels:
    """View an RGB888 image as uint8 H×W×3 without copying; the image must outlive the view."""
    height, width, stride = image.height(), image.width(), image.bytesPerLine()
    rows: NDArray[Any] = np.frombuffer(image.constBits(), np.uint8).reshape(height, stride)
    return rows[:, : 3 * width].reshape(height, width, 3)


def shown(picture: Picture) -> Pyramid:
    """Convert a picture for display: in sRGB, on white, and reasonably small."""
    pixels = picture.pixels
    if picture.alpha is not None:
        alpha = picture.alpha[..., None].astype(np.uint16)  # H×W×1
        pixels = ((pixels * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
    image = as_image(pixels)
    size = image.size()
    if size.width() * size.height() > LARGEST_SHOWN:
        factor = (LARGEST_SHOWN / (size.width() * size.height())) ** 0.5
        image = image.scaled(size * factor, _KEEP, _SMOOTH)
    return Pyramid(_in_srgb(image, picture.icc_profile), size)


def reduced(pixels: Pixels, longer_side: int) -> Pixels:
    """Scale a picture down to a longer side; smaller ones are returned unchanged."""
    if max(pixels.shape[:2]) <= longer_side:
        return pixels
    return as_pixels(as_image(pixels).scaled(QSize(longer_side, longer_side), _KEEP, _SMOOTH))


def picture_of(image: QImage) -> Picture:
    """Convert an image from the clipboard or a camera to a picture in sRGB, with its alpha."""
    alpha = None
    if image.hasAlphaChannel():
        mask = image.convertToFormat(QImage.Format.Format_Alpha8)
        rows = np.frombuffer(mask.constBits(), np.uint8).reshape(mask.height(), -1)
        alpha = rows[:, : mask.width()].copy()
        alpha = None if alpha.min() == 255 else alpha
    if image.colorSpace().isValid():
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    return Picture(as_pixels(image), alpha)


def _in_srgb(image: QImage, profile: bytes | None) -> QImage:
    space = QColorSpace.fromIccProfile(profile) if profile else QColorSpace()
    if not space.isValid():
        return image
    image.setColorSpace(space)
    return image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
