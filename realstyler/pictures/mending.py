"""Files whose picture is whole although a strict decoder calls them damaged, made acceptable.

Two kinds: PNG files with a faulty or oversized chunk that is not part of the picture, and JPEG
files that lack nothing but their end marker.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, JpegImagePlugin

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_END = b"\xff\xd9"
# Where pictures go on after the end of the file, these become other pixels than nothing does.
_NOISE = bytes.fromhex("b75d9e4ac3716be8") * 64
_LONGEST_TEXT = 1_000_000
_TEXTS = {b"tEXt", b"zTXt", b"iTXt", b"iCCP"}


def mended(content: bytes) -> bytes | None:
    """Return a file of the same picture that decoders accept; None if there is nothing to mend."""
    if content.startswith(_PNG):
        chunks = list(_chunks(content))
        kept = b"".join(chunk for chunk in chunks if _is_sound(chunk))
        return _PNG + kept if len(_PNG) + len(kept) < len(content) else None
    if content.startswith(_JPEG):
        return _with_end(content)
    return None


def _chunks(content: bytes) -> Iterator[bytes]:
    """Yield the chunks of a PNG file, each with its length and checksum."""
    start = len(_PNG)
    while start + 12 <= len(content):
        end = start + 12 + int.from_bytes(content[start : start + 4])
        yield content[start:end]
        start = end


def _is_sound(chunk: bytes) -> bool:
    """Whether a chunk is to stay: part of the picture, or beside it and well."""
    kind, data, checksum = chunk[4:8], chunk[8:-4], chunk[-4:]
    if not kind[0] & 0x20:  # a capital: no decoder can do without it
        return True
    well = struct.pack(">I", zlib.crc32(kind + data)) == checksum
    return well and not (kind in _TEXTS and _is_long(kind, data))


def _is_long(kind: bytes, data: bytes) -> bool:
    """Whether a text or a profile is longer than is read, unpacked."""
    if len(data) > _LONGEST_TEXT:
        return True
    _, _, rest = data.partition(b"\0")
    if kind == b"tEXt" or (kind == b"iTXt" and rest[:1] != b"\1"):
        return False
    packed = rest[1:] if kind != b"iTXt" else rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    try:
        return len(zlib.decompressobj().decompress(packed, _LONGEST_TEXT + 1)) > _LONGEST_TEXT
    except zlib.error:
        return True


def _with_end(content: bytes) -> bytes | None:
    """Add the end marker to a JPEG, unless more than that is missing.

    That shows by what else is added: if it becomes pixels, some were missing.
    """
    start = content.removesuffix(_JPEG_END[:1])
    whole, other = start + _JPEG_END, start + _NOISE + _JPEG_END
    digest = _digest(whole)
    return whole if digest is not None and digest == _digest(other) else None


def _digest(content: bytes) -> bytes | None:
    try:
        image = JpegImagePlugin.JpegImageFile(BytesIO(content))
        image.load()
    # Decoders fed with broken bytes raise anything.
    except Exception:  # noqa: BLE001
        return None
    return _of_rows(image)


def _of_rows(image: Image.Image) -> bytes:
    digest = hashlib.sha256()
    for top in range(0, image.height, 256):
        band = image.crop((0, top, image.width, min(top + 256, image.height)))
        digest.update(band.tobytes())
    return digest.digest()
