"""Pillow images of any mode as upright pictures of 8 bits, RGB and straight alpha."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from realstyler.errors import InputError
from realstyler.pictures import colour
from realstyler.pictures.metadata import UPRIGHT, Description, describe
from realstyler.pictures.picture import Picture

_GREY_MODES = {"1", "L", "LA"}
# How Pillow spreads grey levels of 2 and 4 bits over 8; it leaves the transparent one as it is.
_SPREAD = {"L;2": 85, "L;4": 17}


def from_image(image: Image.Image) -> Picture:
    """A picture of a Pillow image of any mode, upright, with what `read` would keep of its file.

    Raises InputError: empty, or of samples without a known scale.
    """
    if not image.width or not image.height:
        raise InputError(code="pixels-of-wrong-shape", shape=f"{image.height}×{image.width}")
    return from_decoded(image, describe(image), "the picture")


def from_decoded(image: Image.Image, description: Description, name: str) -> Picture:
    """An upright picture of a decoded image; `name` is what errors call it.

    Raises InputError: samples without a known scale.
    """
    orientation, exif, packet, records, icc = description
    dpi = _dpi(image, orientation)
    # The container of several JPEGs in one file; the first is an ordinary JPEG.
    file_format = "JPEG" if image.format == "MPO" else image.format
    # Pillow turns TIFF itself.
    if file_format != "TIFF" and orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    image = _straight(_eight_bit(image, name))
    if image.mode == "LAB":
        image, icc = _from_lab(image, icc), None
    alpha = np.array(image.getchannel("A")) if image.mode in ("LA", "RGBA") else None
    colours, profile = _rgb(image, icc)
    return Picture(np.array(colours), alpha, file_format, profile, exif, packet, records, dpi)


def scale_key(image: ImageFile.ImageFile) -> None:
    """Bring the transparent level of a grey PNG to the levels it is about to be decoded to."""
    key, tiles = image.info.get("transparency"), image.tile
    raw_mode = tiles[0].args if image.format == "PNG" and tiles else None
    if isinstance(key, int) and isinstance(raw_mode, str) and raw_mode in _SPREAD:
        image.info["transparency"] = key * _SPREAD[raw_mode]


def _eight_bit(image: Image.Image, name: str) -> Image.Image:
    """Scale samples of 16 bits, or floating-point ones of 0 to 1 or 0 to 255, to 8 bits."""
    if not image.mode.startswith("I") and image.mode != "F":
        return _with_short_key(image)
    values = np.asarray(image, dtype=np.float32)
    lowest, highest = float(values.min()), float(values.max())
    top = 65535.0 if image.mode != "F" else _white(values)
    # Written so that a NaN is refused too.
    if not (lowest >= 0 and highest <= (top if top > 1 else math.inf)) or math.isinf(highest):
        raise InputError(
            code="picture-of-unknown-scale",
            picture=name,
            lowest=float(lowest),
            highest=float(highest),
        )
    levels = np.rint(values.clip(0, top) * (255 / top)).astype(np.uint8)
    grey = Image.fromarray(levels)
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return grey


def _white(values: NDArray[np.float32]) -> float:
    """What is white among floating-point samples: 1, which highlights may exceed, or 255."""
    if not values.max() > 1:  # a NaN neither, which is refused whatever is white
        return 1.0
    whole = bool((values == np.rint(values)).all())
    # Of 255 levels hardly any picture has half of what is not black in the first.
    return 1.0 if not whole and float(np.median(values[values > 0])) <= 1 else 255.0


def _with_short_key(image: Image.Image) -> Image.Image:
    """Bring the transparent colour of an RGB picture of 16 bits to the 8 bits it is read with."""
    key = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(key, tuple) and max(key) > 255:
        image.info["transparency"] = tuple(value >> 8 for value in key)
    return image


def _straight(image: Image.Image) -> Image.Image:
    """Transparency of any kind (palette, key colour, premultiplied) as a straight alpha channel."""
    if image.mode == "La":
        return image.convert("LA")
    if image.mode == "LA" or not image.has_transparency_data:
        return image
    return image.convert("LA" if image.mode in _GREY_MODES else "RGBA")


def _rgb(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, bytes | None]:
    """The colours as RGB, and the profile they are in (None: sRGB)."""
    own = "CMYK" if image.mode == "CMYK" else "GRAY" if image.mode in _GREY_MODES else "RGB"
    profile = colour.open_profile(icc)
    space = profile.profile.xcolor_space.strip() if profile else None
    # Grey values under an RGB profile are greys of that profile.
    if space == "RGB" and own != "CMYK":
        return image.convert("RGB"), icc
    if profile and space == own:
        return colour.image_to_srgb(image.convert("L") if own == "GRAY" else image, profile), None
    return image.convert("RGB"), None


def _from_lab(image: Image.Image, icc: bytes | None) -> Image.Image:
    from PIL import ImageCms

    lab = colour.open_profile(icc) or ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return colour.image_to_srgb(image, lab)


def _dpi(image: Image.Image, orientation: int) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    # What a JPEG header can say; a NaN fails as well.
    if not (1 <= across <= 65535 and 1 <= down <= 65535):
        return None
    return (down, across) if orientation >= 5 else (across, down)
