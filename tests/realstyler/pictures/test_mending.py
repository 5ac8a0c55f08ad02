"""Sound pictures that strict decoders call damaged are read; damaged ones still are not."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from realstyler import pictures
from realstyler.errors import InputError
from realstyler.pictures import mending

PHOTO = (
    np.add.outer(np.arange(40) * 5, np.arange(56) * 3)[..., None] + np.array([0, 60, 9])
).astype(np.uint8)


def encoded(file_format: str, **options: object) -> bytes:
    """The photograph as a file."""
    buffer = BytesIO()
    Image.fromarray(PHOTO).save(buffer, file_format, **options)
    return buffer.getvalue()


def with_chunk(content: bytes, kind: bytes, data: bytes, *, well: bool = True) -> bytes:
    """A PNG with one more chunk after its header."""
    checksum = zlib.crc32(kind + data) ^ (0 if well else 1)
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
    return content[:33] + chunk + content[33:]


PNG = encoded("PNG")
LONG = zlib.compress(b"a" * 3_000_000)


@pytest.mark.parametrize(
    "content",
    [
        with_chunk(PNG, b"zTXt", b"Comment\0\0" + LONG),
        with_chunk(PNG, b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + LONG),
        with_chunk(PNG, b"iCCP", b"profile\0\0" + LONG),
        with_chunk(PNG, b"pHYs", struct.pack(">IIB", 1000, 1000, 1), well=False),
        with_chunk(PNG, b"tEXt", b"Comment\0hello", well=False),
    ],
    ids=["text", "xmp", "profile", "resolution", "checksum of a text"],
)
def test_what_is_not_the_picture_does_not_cost_it(content: bytes) -> None:
    """Pillow refuses each of them; the pixels are all there."""
    with pytest.raises(Exception, match=r".*"), Image.open(BytesIO(content)) as image:
        image.load()
    np.testing.assert_array_equal(pictures.read(content).pixels, PHOTO)


def test_other_texts_stay() -> None:
    """Only the faulty chunk is left out."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "kept", zip=True)
    content = encoded("PNG", pnginfo=info, dpi=(300, 300))
    faulty = with_chunk(content, b"tEXt", b"Comment\0hello", well=False)
    assert mending.mended(faulty) == content


def test_a_damaged_picture_stays_damaged() -> None:
    """A faulty checksum in the pixels themselves is no trifle."""
    at = PNG.index(b"IDAT") + 20
    content = PNG[:at] + bytes([PNG[at] ^ 255]) + PNG[at + 1 :]
    with pytest.raises(InputError, match="damaged"):
        pictures.read(content)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2])
def test_a_jpeg_without_its_end_marker_is_read(progressive: bool, missing: int) -> None:
    """All pixels are there: they are the same as with it."""
    content = encoded("JPEG", quality=95, progressive=progressive)
    whole = pictures.read(content).pixels
    np.testing.assert_array_equal(pictures.read(content[:-missing]).pixels, whole)


@given(st.floats(0.3, 0.97), st.integers(5, 100))
@settings(max_examples=40)
def test_a_jpeg_that_lacks_pixels_is_damaged(share: float, quality: int) -> None:
    """Where it was cut within its rows, it is not passed off as whole."""
    rng = np.random.default_rng(quality)
    noise = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG", quality=quality)
    content = buffer.getvalue()
    start = content.index(b"\xff\xda") + 14
    cut = start + int((len(content) - start) * share)
    with pytest.raises(InputError, match="damaged"):
        pictures.read(content[:cut])


@given(st.binary(max_size=200))
def test_nothing_else_is_raised(junk: bytes) -> None:
    """Whatever stands behind the signature."""
    for signature in (PNG[:8], PNG[:33], b"\xff\xd8\xff", b""):
        mended = mending.mended(signature + junk)
        assert mended is None or isinstance(mended, bytes)


def test_mutated_files_of_all_formats() -> None:
    """A short run of the fuzz, of a fixed seed: nothing but clear errors, in bounded memory."""
    script = Path(__file__).parents[3] / "benchmarks" / "picture_fuzz.py"
    command = [
        sys.executable,
        "-W",
        "ignore",
        str(script),
        "--count",
        "600",
        "--heic-share",
        "0.01",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = json.loads(done.stdout)["outcomes"]
    assert sum(outcomes.values()) == 600
    assert min(outcomes["read"], outcomes["picture-damaged"]) > 50
