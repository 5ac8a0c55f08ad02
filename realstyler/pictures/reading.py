"""Picture files of any kind, read into memory, or refused in one clear line."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile

from realstyler.errors import InputError
from realstyler.pictures import heif, mending, raw
from realstyler.pictures.depth import container_bits, sample_bits
from realstyler.pictures.frames import (
    MAX_FRAME_PIXELS,
    Frame,
    Frames,
    places,
    repeats_of,
    shown_for,
)
from realstyler.pictures.metadata import describe
from realstyler.pictures.modes import from_decoded, scale_key
from realstyler.pictures.picture import Picture, in_colours_of

MAX_PIXELS = 300_000_000
"""Pictures of more pixels are refused before they are decoded, unless told otherwise."""

# Nothing else is ever tried: the fewer decoders a stranger's file can reach, the better.
_READ_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF")
_Opener = Callable[[BinaryIO, str], ImageFile.ImageFile]
_PILLOW_LIMIT = Image.MAX_IMAGE_PIXELS or math.inf
_unguarded_lock = threading.Lock()


def read(
    source: Path | BinaryIO | bytes, *, name: str | None = None, max_pixels: int = MAX_PIXELS
) -> Picture:
    """Read one picture: JPEG, PNG, WebP, TIFF, BMP, GIF, PPM, AVIF or HEIF, of any mode.

    Of RAW, known by the suffix of its name, it is the embedded preview, of the format ``RAW``; of
    several frames it is the first (`read_frames` reads all).

    Orientation is applied. RGB profiles are kept; CMYK and grey pictures become sRGB, through
    their profile if they carry one. 16-bit samples are scaled to 8 bits. `name` is what errors
    call the picture; `max_pixels` bounds width × height before anything is decoded.

    Raises InputError: missing, unreadable, empty, not a picture, damaged, or too large.
    """
    name = name or (str(source) if isinstance(source, Path) else "the picture")
    with _readable(source, name) as stream:
        if Path(name).suffix.lower() in raw.SUFFIXES:
            return _read_raw(stream.read(), name, max_pixels)
        shown = _without_heif(stream, name, max_pixels)
        try:
            read_picture = _read(shown, name, max_pixels)
            if shown is stream:
                return read_picture
            return replace(read_picture, format="HEIF", bits=container_bits(stream))
        except InputError as error:
            shown.seek(0)
            mended = mending.mended(shown.read()) if error.code == "picture-damaged" else None
            if mended is None:
                raise
        return _read(BytesIO(mended), name, max_pixels)


def read_frames(
    source: Path | BinaryIO | bytes,
    change: Callable[[Picture], Picture],
    *,
    name: str | None = None,
    max_pixels: int = MAX_FRAME_PIXELS,
) -> Frames:
    """Read all frames or pages of one file, each through `change`, so that few are kept at a time.

    `name` is what errors call the picture; `max_pixels` bounds the pixels of all frames together.
    Pages may differ in size and colours; all get the colour space of the first.

    Raises InputError: as in `read`, for any of them; more pixels; and whatever `change` raises.
    """
    name = name or (str(source) if isinstance(source, Path) else "the picture")
    with _readable(source, name) as stream:
        image = _identify(stream, name)
        with _damage_named(name):
            numbers = places(image)
        frames: list[Frame] = []
        pixels = 0
        for number in numbers:
            with _damage_named(name):
                image.seek(number)
            # Frames are of one size, so that too many are refused before any is decoded.
            pixels += image.width * image.height
            if max(pixels, image.width * image.height * len(numbers)) > max_pixels:
                count = len(numbers)
                raise InputError(
                    code="frames-too-large", picture=name, frames=count, most=max_pixels
                )
            picture = change(_decoded(image, name))
            if frames:
                picture = in_colours_of(picture, frames[0].picture)
            frames.append(Frame(picture, shown_for(image) if image.format != "TIFF" else 0))
        return Frames(frames, repeats_of(image))


def is_animated(source: Path) -> bool:
    """Whether a GIF or WebP has several frames; not if it is none, damaged or out of reach."""
    name = str(source)
    try:
        with _readable(source, name) as stream, _damage_named(name):
            return bool(getattr(_identify(stream, name), "is_animated", False))
    except InputError:
        return False


@contextmanager
def _readable(source: Path | BinaryIO | bytes, name: str) -> Iterator[BinaryIO]:
    try:
        with _opened(source) as stream:
            yield stream
    except FileNotFoundError as error:
        raise InputError(code="picture-missing", picture=name) from error
    except IsADirectoryError as error:
        raise InputError(code="picture-is-folder", picture=name) from error
    except PermissionError as error:
        raise InputError(code="picture-forbidden", picture=name) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(code="picture-unreadable", picture=name, reason=reason) from error
    except MemoryError as error:
        raise InputError(code="picture-exhausts-memory", picture=name) from error


@contextmanager
def _opened(source: Path | BinaryIO | bytes) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file if file.seekable() else BytesIO(file.read())
    else:
        yield BytesIO(source if isinstance(source, bytes) else source.read())


def _without_heif(stream: BinaryIO, name: str, max_pixels: int) -> BinaryIO:
    """The stream itself or, of a HEIC picture, that of a PNG with what it shows."""
    prefix = stream.read(heif.PREFIX)
    stream.seek(0)
    if not heif.is_heif(prefix):
        return stream
    if not heif.is_available():
        raise InputError(code="heif-needs-extra", picture=name)
    try:
        return BytesIO(heif.to_png(stream.read(), max_pixels))
    except heif.TooLargeError as error:
        raise _too_large(name, error.size, max_pixels) from error
    except ValueError as error:
        raise InputError(code="picture-damaged", picture=name) from error


def _read_raw(content: bytes, name: str, max_pixels: int) -> Picture:
    """The preview of a RAW file, held as the camera was."""
    preview = raw.preview(content)
    if preview is None:
        raise InputError(code="raw-without-preview", picture=name)
    image = _identify(BytesIO(preview), name)
    if image.width * image.height > max_pixels:
        raise _too_large(name, image, max_pixels)
    camera = raw.camera_data(content)
    if camera and not image.info.get("exif"):
        image.info["exif"] = camera
    return replace(_decoded(image, name), format="RAW")


def _read(stream: BinaryIO, name: str, max_pixels: int) -> Picture:
    image = _identify(stream, name)
    if image.width * image.height > max_pixels:
        raise _too_large(name, image, max_pixels)
    more_frames = _more_frames(image)
    return replace(_decoded(image, name), more_frames=more_frames)


def _decoded(image: ImageFile.ImageFile, name: str) -> Picture:
    """Decode the frame that an image stands at."""
    scale_key(image)
    bits = sample_bits(image)
    if image.format == "TIFF":  # it hides its orientation once it is decoded
        description = describe(image)
        _decode(image, name)
    else:  # PNG may tell things after its pixels
        _decode(image, name)
        description = describe(image)
    return replace(from_decoded(image, description, name), bits=bits)


def _more_frames(image: ImageFile.ImageFile) -> bool:
    try:
        return len(places(image)) > 1
    # What is wrong with a second frame does not cost the first.
    except Exception:  # noqa: BLE001
        with suppress(Exception):
            image.seek(0)
        return False


def _identify(stream: BinaryIO, name: str) -> ImageFile.ImageFile:
    """Read the header, as `Image.open` does, less its check of the size.

    Pillow's limit is one for the whole process, a warning below and an error above twice its
    value; ours is an argument.
    """
    prefix = stream.read(16)
    if not prefix:
        raise InputError(code="picture-empty", picture=name)
    opener = _opener(prefix, Image.preinit) or _opener(prefix, Image.init)
    if opener is not None:
        stream.seek(0)
        with _damage_named(name):
            return opener(stream, name)
    raise InputError(code="not-a-picture", picture=name, formats=", ".join(_READ_FORMATS))


def _opener(prefix: bytes, load_plugins: Callable[[], object]) -> _Opener | None:
    """What opens a file that begins so; `preinit` loads the common plugins, `init` all, slowly."""
    load_plugins()
    for file_format in _READ_FORMATS:
        opener, accepts = Image.OPEN.get(file_format, (None, None))
        # A plugin without its codec answers with a sentence instead of True.
        if opener and accepts and accepts(prefix) is True:
            return opener
    return None


def _decode(image: ImageFile.ImageFile, name: str) -> None:
    with _damage_named(name), _unguarded(image.width * image.height):
        image.load()


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except Image.DecompressionBombError as error:
        raise InputError(code="picture-too-many-pixels", picture=name) from error
    # Decoders fed with broken bytes raise anything: struct.error, KeyError, zlib.error, ...
    except Exception as error:
        raise InputError(code="picture-damaged", picture=name) from error


@contextmanager
def _unguarded(pixels: int) -> Iterator[None]:
    """Lift Pillow's own limit while a picture above it is decoded (TIFF checks a second time)."""
    if pixels <= _PILLOW_LIMIT:
        yield
        return
    with _unguarded_lock:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _too_large(name: str, image: Image.Image | heif.Size, max_pixels: int) -> InputError:
    return InputError(
        code="picture-too-large",
        picture=name,
        width=image.width,
        height=image.height,
        most=max_pixels,
    )
