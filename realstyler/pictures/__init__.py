"""Pictures from files to arrays and back, with all that must survive on the way.

    >>> from realstyler import pictures
    >>> picture = pictures.read(Path("photograph.jpg"))  # upright, 8 bits, RGB and straight alpha
    >>> pictures.write(picture, Path("copy.webp"))

Names are imported when they are first used: only reading and writing need numpy and Pillow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from realstyler.pictures.folders import Found, LeftOut, find_pictures
    from realstyler.pictures.formats import (
        READABLE,
        WITH_ALPHA,
        WRITABLE,
        format_of,
        lacking,
        writable_name,
    )
    from realstyler.pictures.frames import MAX_FRAME_PIXELS, Frame, Frames, holds_frames
    from realstyler.pictures.metadata import Metadata, without_place
    from realstyler.pictures.modes import from_image
    from realstyler.pictures.picture import Picture, paintable, painted, reduced
    from realstyler.pictures.reading import MAX_PIXELS, is_animated, read, read_frames
    from realstyler.pictures.writing import encode, stream_format, to_image, write

__all__ = [
    "MAX_FRAME_PIXELS",
    "MAX_PIXELS",
    "READABLE",
    "WITH_ALPHA",
    "WRITABLE",
    "Found",
    "Frame",
    "Frames",
    "LeftOut",
    "Metadata",
    "Picture",
    "encode",
    "find_pictures",
    "format_of",
    "from_image",
    "holds_frames",
    "is_animated",
    "lacking",
    "paintable",
    "painted",
    "read",
    "read_frames",
    "reduced",
    "stream_format",
    "to_image",
    "without_place",
    "writable_name",
    "write",
]

_HOMES = {
    "folders": ("Found", "LeftOut", "find_pictures"),
    "formats": ("READABLE", "WITH_ALPHA", "WRITABLE", "format_of", "lacking", "writable_name"),
    "frames": ("MAX_FRAME_PIXELS", "Frame", "Frames", "holds_frames"),
    "metadata": ("Metadata", "without_place"),
    "modes": ("from_image",),
    "picture": ("Picture", "paintable", "painted", "reduced"),
    "reading": ("MAX_PIXELS", "is_animated", "read", "read_frames"),
    "writing": ("encode", "stream_format", "to_image", "write"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
