"""Between numpy arrays, the project's pictures and Qt's images; all of it is safe in any thread."""

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
"""Pixels; larger pictures are shown scaled down (and saved as they are)."""

_SMOOTH = Qt.TransformationMode.SmoothTransformation
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


class Pyramid:
    """A picture and its halvings: zoomed out it is drawn from a smaller level, smooth and fast."""

    def __init__(self, image: QImage, size: QSize | None = None, *, halvings: bool = True) -> None:
        self.levels = [image.convertToFormat(QImage.Format.Format_RGB32)]
        while halvings and min(self.levels[-1].width(), self.levels[-1].height()) > 256:
            half = self.levels[-1].size() / 2
            self.levels.append(self.levels[-1].scaled(half, mode=_SMOOTH))
        self.size = size or image.size()
        """Of the picture itself, which may be larger than what is kept to be shown."""

    def level(self, scale: float) -> QImage:
        """The smallest level that is at least `scale` times as large as the picture."""
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
    """Copy an image into uint8 H×W×3; transparency is laid on nothing, only colours count."""
    converted = image.convertToFormat(QImage.Format.Format_RGB888)
    return pixels_view(converted).copy()


def pixels_view(image: QImage) -> Pixels:
    """Look at an RGB888 image as uint8 H×W×3, without a copy; the image must outlive the view."""
    height, width, stride = image.height(), image.width(), image.bytesPerLine()
    rows: NDArray[Any] = np.frombuffer(image.constBits(), np.uint8).reshape(height, stride)
    return rows[:, : 3 * width].reshape(height, width, 3)


def shown(picture: Picture) -> Pyramid:
    """A picture as the screen wants it: in sRGB, over white, and not absurdly large."""
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
    """Scale a picture down to a longer side, or return it as it is if it is smaller."""
    if max(pixels.shape[:2]) <= longer_side:
        return pixels
    return as_pixels(as_image(pixels).scaled(QSize(longer_side, longer_side), _KEEP, _SMOOTH))


def picture_of(image: QImage) -> Picture:
    """A picture from the clipboard or a camera, in sRGB; transparency is kept."""
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
