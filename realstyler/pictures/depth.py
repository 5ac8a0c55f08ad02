"""How many bits a file spends on a sample: more than 8 are lost in painting, which is said."""

from __future__ import annotations

import re
from typing import BinaryIO

from PIL import ImageFile

_SEARCHED = 65536
"""Bytes at the start of a file within which the boxes of HEIF and AVIF describe the picture."""

# ISO/IEC 23008-12, 6.5.6: version and flags, the number of channels, the bits of each.
_PIXEL_INFORMATION = re.compile(rb"pixi\0{4}[\1-\4]([\10-\40])", re.DOTALL)


def sample_bits(image: ImageFile.ImageFile) -> int:
    """Bits per sample of an opened image that is not decoded yet: 8 (or less), 16 or 32.

    Pillow decodes RGB of 16 bits as 8; only what it tells its decoder shows what the file holds.
    """
    if image.mode == "F":
        return 32
    if image.mode.startswith("I"):
        return 16
    if image.format == "AVIF" and image.fp is not None:
        return container_bits(image.fp)  # type: ignore[arg-type] # any binary file
    arguments = image.tile[0].args if image.tile else None
    first, *others = arguments if isinstance(arguments, tuple) else (arguments,)
    if image.format == "PPM" and others and isinstance(others[0], int):
        return max(8, others[0].bit_length())  # the largest value
    return 16 if isinstance(first, str) and ";16" in first else 8


def container_bits(stream: BinaryIO) -> int:
    """Bits per sample of a HEIF or AVIF file, as its boxes say; 8 if they do not."""
    position = stream.tell()
    stream.seek(0)
    found = _PIXEL_INFORMATION.search(stream.read(_SEARCHED))
    stream.seek(position)
    return found[1][0] if found else 8
