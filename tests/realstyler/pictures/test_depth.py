"""Tests for the bits per sample that a file is said to have."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, features

from picture_files import encoded, png
from realstyler import pictures
from realstyler.pictures import heif
from realstyler.pictures.depth import container_bits

PIXI = b"\0\0\0\x10pixi\0\0\0\0\3"


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
@pytest.mark.parametrize("depth", [8, 16])
def test_png(colour_type: int, channels: int, depth: int) -> None:
    """Grey and RGB, with and without alpha, whatever mode Pillow decodes them to."""
    row = b"\0" + bytes(2 * channels * depth // 8)
    assert pictures.read(png(2, 1, row, depth, colour_type)).bits == depth


@pytest.mark.parametrize(("largest", "bits"), [(255, 8), (1023, 10), (65535, 16)])
@pytest.mark.parametrize("kind", [b"P5", b"P6"])
def test_netpbm(kind: bytes, largest: int, bits: int) -> None:
    """The header names the largest value; Pillow spreads greys of any over 16 bits."""
    samples = bytes(12 if largest > 255 else 6)
    picture = pictures.read(kind + b" 2 1 %d\n" % largest + samples)
    assert picture.bits == (16 if kind == b"P5" and largest > 255 else bits)


def test_tiff() -> None:
    """Greys of 16 bits and floating-point samples."""
    levels = np.array([[0, 400]], np.uint16)
    for compression in (None, "tiff_lzw"):
        content = encoded(Image.fromarray(levels), "TIFF", compression=compression)
        assert pictures.read(content).bits == 16
    assert pictures.read(encoded(Image.fromarray(levels / np.float32(400)), "TIFF")).bits == 32
    assert pictures.read(encoded(Image.new("RGB", (2, 1)), "TIFF")).bits == 8


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "GIF", "BMP"])
def test_others_have_eight(file_format: str) -> None:
    """Formats of no other depth."""
    assert pictures.read(encoded(Image.new("RGB", (2, 1)), file_format)).bits == 8


@pytest.mark.skipif(not features.check("avif"), reason="Pillow has no AVIF")
def test_avif_tells_its_depth() -> None:
    """Its box of pixel information; a changed one says what it then says."""
    content = encoded(Image.new("RGB", (16, 16), "red"), "AVIF")
    assert pictures.read(content).bits == 8
    at = content.index(b"pixi") + 9
    changed = content[:at] + bytes([10]) + content[at + 1 :]
    assert container_bits(BytesIO(changed)) == 10


def test_boxes_that_say_nothing() -> None:
    """No box, or one of other numbers than bits: taken for 8; the stream stays where it was."""
    for content, bits in ((b"", 8), (PIXI + b"\0\0\0", 8), (PIXI + b"\x0c\x0c\x0c", 12)):
        stream = BytesIO(content)
        stream.seek(len(content) // 2)
        assert container_bits(stream) == bits
        assert stream.tell() == len(content) // 2


def test_heif_files_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is decoded is a PNG of 8 bits; the file itself says what it had."""
    decoded = encoded(Image.new("RGB", (2, 1)))
    monkeypatch.setattr(heif, "is_available", lambda: True)
    monkeypatch.setattr(heif, "to_png", lambda content, limit: decoded)
    file = b"\0\0\0\x18ftypheic" + bytes(52) + PIXI + b"\x0a\x0a\x0a"
    assert pictures.read(file).bits == 10
