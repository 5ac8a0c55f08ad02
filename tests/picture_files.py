"""Picture files made for tests."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image


def encoded(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    """An image as a file."""
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def gradient(width: int = 48, height: int = 32) -> NDArray[np.uint8]:
    """Smooth colours, uint8 H×W×3."""
    rows, columns = np.mgrid[0:height, 0:width]
    stack = np.stack([rows * 255 // height, columns * 255 // width, (rows + columns) % 256], axis=2)
    return stack.astype(np.uint8)


def _profile(space: bytes, tags: dict[bytes, bytes], connection: bytes = b"XYZ ") -> bytes:
    """An ICC profile (version 2) of the given colour space, tags and connection space."""
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, offset + len(data), len(content))
        data += content
    kind = b"scnr" if space == b"CMYK" else b"mntr"
    header = struct.pack(">I4sI", offset + len(data), b"lcms", 0x02400000) + kind + space
    header += connection + struct.pack(">6H4s", 2024, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + table + data


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(value * 256))


def _description() -> bytes:
    return b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(79)


def wide_rgb_profile() -> bytes:
    """The primaries and the gamma 2.2 of Adobe RGB (1998), adapted to D50."""
    return _profile(
        b"RGB ",
        {
            b"desc": _description(),
            b"wtpt": _xyz(0.9642, 1.0, 0.8249),
            b"rXYZ": _xyz(0.60974, 0.31111, 0.01947),
            b"gXYZ": _xyz(0.20528, 0.62567, 0.06087),
            b"bXYZ": _xyz(0.14919, 0.06322, 0.74457),
            b"rTRC": _gamma(2.2),
            b"gTRC": _gamma(2.2),
            b"bTRC": _gamma(2.2),
        },
    )


def grey_profile(gamma: float) -> bytes:
    """A grey scale of the given gamma."""
    tags = {b"desc": _description(), b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"kTRC": _gamma(gamma)}
    return _profile(b"GRAY", tags)


def swapped_ink_profile() -> bytes:
    """Inks as no printer has them: the cyan one is red; black is black, the others leave paper."""
    paper, red, black = (255, 128, 128), (138, 208, 195), (0, 128, 128)
    # The first ink varies slowest (ICC.1:2001-04, 6.5.9 lut8Type).
    inks = [(cyan, key) for cyan in (0, 1) for _ in range(4) for key in (0, 1)]
    colours = b"".join(bytes(black if key else red if cyan else paper) for cyan, key in inks)
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    identity = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix
    table += identity * 4 + colours + identity * 3
    tags = {b"desc": _description(), b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"A2B0": table}
    return _profile(b"CMYK", tags, connection=b"Lab ")


def photograph_exif() -> Image.Exif:
    """What a camera writes: some to keep, some that would be wrong, and the place."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera maker"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: "2024:05:06 07:08:09",
        ExifTags.Base.ExifImageWidth: 4000,
        ExifTags.Base.MakerNote: b"offsets of the old file",
    }
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N"}
    return exif


def png(width: int, height: int, rows: bytes, depth: int = 8, colour_type: int = 0) -> bytes:
    """A PNG that claims a size, whatever data it has."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
