"""HEIC and HEIF, which telephones take."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from picture_files import (
    encoded,
)
from realstyler import pictures
from realstyler.errors import InputError

HEIC = Path(__file__).parents[2] / "fixtures" / "pictures" / "gradient.heic"


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_heic_is_read_upright(brand: bytes) -> None:
    """What phones take: held upright, with the camera's name, under either brand."""
    pytest.importorskip("pi_heif")
    picture = pictures.read(HEIC.read_bytes().replace(b"ftypheic", b"ftyp" + brand))
    assert picture.format == "HEIF"  # and not that of the stream it is decoded through
    assert picture.pixels.shape == (64, 48, 3)
    down, across = picture.pixels[-1, 0].astype(int), picture.pixels[0, -1].astype(int)
    start = picture.pixels[0, 0].astype(int)
    assert down[1] - start[1] > 200  # green grows along what was the width
    assert start[0] - across[0] > 200  # red falls along what was the height, turned
    exif = Image.Exif()
    exif.load(picture.exif or b"")
    assert exif[ExifTags.Base.Make] == "Camera"
    assert ExifTags.Base.Orientation not in exif


@given(st.integers(8, 883), st.integers(0, 255))
@settings(max_examples=12)  # each starts a process or two
def test_damaged_heic_is_a_clear_error(place: int, value: int) -> None:
    """Any byte may be wrong; it is read, or refused on one line, and this process lives on."""
    pytest.importorskip("pi_heif")
    content = bytearray(HEIC.read_bytes())
    content[place] = value
    with contextlib.suppress(InputError):
        pictures.read(bytes(content))
    with pytest.raises(InputError):
        pictures.read(bytes(content[:place]))


def test_heic_that_is_too_large() -> None:
    """Its size is known before it is decoded."""
    pytest.importorskip("pi_heif")
    with pytest.raises(InputError, match="48×64"):
        pictures.read(HEIC, max_pixels=1000)


def test_heic_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what is missing and how to get it; other files are read as ever."""
    monkeypatch.setattr("realstyler.pictures.heif.is_available", lambda: False)
    with pytest.raises(InputError, match=r"realstyler\[heif\]"):
        pictures.read(HEIC)
    assert pictures.read(encoded(Image.new("RGB", (3, 2)), "PNG")).pixels.shape == (2, 3, 3)
