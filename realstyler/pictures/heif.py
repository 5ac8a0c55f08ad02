"""HEIC and HEIF, decoded in a process of its own.

The decoder is large, written in C++, and a damaged file can end the process that it runs in. In
that case only the child dies, and the file is called damaged.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from io import BytesIO
from typing import NamedTuple

BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
PREFIX = 64
"""Bytes at the start of a file that tell what it is."""

_TOO_LARGE = 3
_SECONDS = 120


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class TooLargeError(ValueError):
    """The picture has more pixels than are wanted."""

    def __init__(self, size: Size) -> None:
        super().__init__(f"{size.width}×{size.height}")
        self.size = size


def is_heif(prefix: bytes) -> bool:
    """Whether a file begins as HEIC or HEIF do; AVIF has the same container and other brands."""
    brands = [prefix[start : start + 4] for start in range(8, len(prefix), 4)]
    heif = prefix[4:8] == b"ftyp" and prefix[8:12] in BRANDS
    return heif and b"avif" not in brands and b"avis" not in brands


def is_available() -> bool:
    """Whether the package that decodes is installed."""
    return importlib.util.find_spec("pi_heif") is not None


def to_png(content: bytes, max_pixels: int) -> bytes:
    """Decode a file into an upright PNG with its profile and EXIF.

    Raises:
        TooLargeError: it has more pixels than that.
        ValueError: it is damaged.
    """
    command = [sys.executable, "-m", "realstyler.pictures.heif", str(max_pixels)]
    try:
        child = subprocess.run(  # noqa: S603 - our own module
            command, input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError("it takes too long") from error
    if child.returncode == _TOO_LARGE:
        raise TooLargeError(Size(*map(int, child.stdout.split())))
    if child.returncode:
        raise ValueError(f"the decoder ended with {child.returncode}")
    return child.stdout


def _decode(content: bytes, max_pixels: int) -> int:
    from pi_heif.as_plugin import HeifImageFile
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    Image.MAX_IMAGE_PIXELS = None  # ours is the limit
    image = HeifImageFile(BytesIO(content), "heif")
    if image.width * image.height > max_pixels:
        sys.stdout.write(f"{image.width} {image.height}")
        return _TOO_LARGE
    kept = {key: image.info[key] for key in ("icc_profile", "exif") if image.info.get(key)}
    told = PngInfo()
    if image.info.get("xmp"):
        told.add_itxt("XML:com.adobe.xmp", image.info["xmp"].decode(errors="replace"))
    decoded = image.convert("RGBA" if image.has_transparency_data else "RGB")
    decoded.save(sys.stdout.buffer, "PNG", compress_level=0, pnginfo=told, **kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(_decode(sys.stdin.buffer.read(), int(sys.argv[1])))
