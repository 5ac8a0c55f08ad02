"""Pictures into files and streams, whole or not at all."""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from realstyler import files
from realstyler.errors import InputError
from realstyler.pictures import colour
from realstyler.pictures.formats import WITH_ALPHA, WRITABLE, format_of, known
from realstyler.pictures.frames import Frames, holds_frames
from realstyler.pictures.metadata import Metadata, save_options
from realstyler.pictures.picture import Picture

_WITH_PROFILE = {"JPEG", "PNG", "WEBP", "TIFF"}
# libjpeg stops short of the 65535 that a JPEG header could hold.
_LONGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}


def write(
    picture: Picture | Frames,
    target: Path | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002 - as Pillow calls it
    quality: int = 95,
    overwrite: bool = False,
    metadata: Metadata = "no-place",
) -> None:
    """Write a picture or several to a file, whole or not at all, or to a binary stream.

    The format is `format`, or follows from the suffix, or for a stream is the picture's own if it
    can be written and PNG otherwise. Options as in `encode`; errors as there and in
    `files.replacing`.
    """
    if not isinstance(target, Path):
        own = stream_format(picture.first if isinstance(picture, Frames) else picture)
        target.write(encode(picture, format or own, quality=quality, metadata=metadata))
        return
    file_format = known(format) if format else format_of(target)
    _refuse_too_long(picture, file_format, str(target))
    with files.replacing(target, overwrite=overwrite) as temporary:
        # Encoded in memory: Pillow hides the reason when a disk fills up under its encoder.
        temporary.write_bytes(encode(picture, file_format, quality=quality, metadata=metadata))


def stream_format(picture: Picture) -> str:
    """The format that `write` gives a stream unless one is asked for."""
    return picture.format if picture.format in WRITABLE.values() and picture.format else "PNG"


def encode(
    picture: Picture | Frames,
    file_format: str,
    *,
    quality: int = 95,
    metadata: Metadata = "no-place",
) -> bytes:
    """The bytes of a picture file; `file_format` is one of the values of `WRITABLE`.

    Alpha is kept in PNG, WebP and TIFF, and laid on white in the others. The colour profile and
    the resolution are kept where the format holds them, and of EXIF what `metadata` says.
    `quality` is 1 to 100 (JPEG, in 4:4:4, and WebP). Of several frames a format that holds only one
    gets the first. Raises UsageError for a format that cannot be written, InputError for a picture
    with longer sides than the format allows.
    """
    file_format = known(file_format)
    _refuse_too_long(picture, file_format, "the picture")
    first = picture.first if isinstance(picture, Frames) else picture
    options = _format_options(file_format, quality) | save_options(first, file_format, metadata)
    if isinstance(picture, Frames) and holds_frames(file_format, first.format):
        options |= _frame_options(picture, file_format)
    buffer = BytesIO()
    _image(first, file_format).save(buffer, file_format, **options)
    return buffer.getvalue()


def _frame_options(frames: Frames, file_format: str) -> dict[str, Any]:
    """What Pillow needs to write the frames behind the first one, and how they follow."""
    others = [_image(frame.picture, file_format) for frame in frames.frames[1:]]
    options: dict[str, Any] = {"save_all": True, "append_images": others}
    if file_format == "TIFF":
        return options
    times = [frame.milliseconds for frame in frames.frames]
    # Each frame takes the place of the one before it: nothing shines through where it is clear.
    replacing = {"disposal": 0, "blend": 0} if file_format == "PNG" else {}
    return {**options, "duration": times, "loop": frames.repeats, **replacing}


def to_image(picture: Picture) -> Image.Image:
    """A Pillow image, RGB or RGBA, whose `info` holds the profile and the resolution."""
    image = _image(picture, "PNG")
    image.info.update(save_options(picture, "WEBP", "all"))
    return image


def _image(picture: Picture, file_format: str) -> Image.Image:
    pixels = picture.pixels
    if file_format not in _WITH_PROFILE:
        pixels = colour.to_srgb(pixels, picture.icc_profile)
    image = Image.fromarray(pixels)
    if picture.alpha is None:
        return image
    alpha = Image.fromarray(picture.alpha)
    if file_format in WITH_ALPHA:
        image.putalpha(alpha)
        return image
    return Image.composite(image, Image.new("RGB", image.size, "white"), alpha)


def _refuse_too_long(picture: Picture | Frames, file_format: str, name: str) -> None:
    if isinstance(picture, Frames):
        for frame in picture.frames:
            _refuse_too_long(frame.picture, file_format, name)
        return
    height, width, _ = picture.pixels.shape
    longest = _LONGEST_SIDE.get(file_format, math.inf)
    if max(height, width) > longest:
        raise InputError(
            code="picture-exceeds-format",
            target=name,
            width=width,
            height=height,
            format=file_format,
            longest=longest,
        )


def _format_options(file_format: str, quality: int) -> dict[str, Any]:
    if file_format == "JPEG":
        return {"quality": quality, "subsampling": "4:4:4"}
    # TIFF stays uncompressed: through libtiff, Pillow fails to write EXIF.
    return {"quality": quality} if file_format == "WEBP" else {}
