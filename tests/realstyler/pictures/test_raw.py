"""RAW files of cameras: their largest JPEG is found, wherever it lies, and held upright."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from picture_files import encoded, gradient
from realstyler import pictures
from realstyler.errors import InputError

LARGE = encoded(Image.fromarray(gradient(48, 32)), "JPEG", quality=95)
SMALL = encoded(Image.new("RGB", (16, 12)), "JPEG")
SENSOR = b"\xff\xd8\xff\xc4\0\x04ab\xff\xc3\0\x0b\x0c\x10\0\x10\0\x01\x01\x11\0" + bytes(99)
"""Lossless JPEG of 4096×4096 levels, as in CR2 and DNG."""


def camera(orientation: int) -> bytes:
    """A TIFF directory with a maker and an orientation, as RAW files begin."""
    exif = Image.Exif()
    exif.endian = "<"
    exif[ExifTags.Base.Make] = "Camera"
    exif[ExifTags.Base.Orientation] = orientation
    return exif.tobytes().removeprefix(b"Exif\0\0")


def raw_file(folder: Path, content: bytes, name: str = "IMG_1.CR2") -> Path:
    """A file of a name that cameras give."""
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("order", [(SMALL, LARGE, SENSOR), (LARGE, SENSOR, SMALL)])
def test_the_largest_preview_is_read(order: tuple[bytes, ...], tmp_path: Path) -> None:
    """Not the thumbnail, and not the data of the sensor."""
    path = raw_file(tmp_path, camera(1) + b"maker note".join(order))
    picture = pictures.read(path)
    assert (picture.format, picture.pixels.shape) == ("RAW", (32, 48, 3))
    assert np.abs(picture.pixels.astype(int) - gradient(48, 32)).mean() < 4


@pytest.mark.parametrize("magic", [None, b"IIRO", b"IIU\0"])
def test_it_is_held_as_the_camera_was(magic: bytes | None, tmp_path: Path) -> None:
    """The preview does not say; the file does, in the dialects of several makers."""
    head = camera(6) if magic is None else magic + camera(6)[4:]
    picture = pictures.read(raw_file(tmp_path, head + LARGE))
    assert picture.pixels.shape == (48, 32, 3)
    exif = Image.Exif()
    exif.load(picture.exif or b"")
    assert exif[ExifTags.Base.Make] == "Camera"


def test_canon_keeps_it_in_a_box(tmp_path: Path) -> None:
    """CR3 is a container of boxes."""
    box = struct.pack(">I", 8 + len(camera(8))) + b"CMT1" + camera(8)
    head = struct.pack(">I", 16) + b"ftypcrx " + bytes(4)
    picture = pictures.read(raw_file(tmp_path, head + box + LARGE, "IMG_1.CR3"))
    assert picture.pixels.shape == (48, 32, 3)


def test_what_the_preview_says_counts(tmp_path: Path) -> None:
    """Fuji and Panasonic write a whole JPEG, with an orientation of its own."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    upright = encoded(Image.fromarray(gradient(48, 32)), "JPEG", exif=exif)
    picture = pictures.read(raw_file(tmp_path, camera(1) + upright, "DSCF1.RAF"))
    assert picture.pixels.shape == (48, 32, 3)


@given(st.binary(max_size=60), st.integers(0, len(LARGE)))
def test_without_a_preview_it_is_a_clear_error(noise: bytes, length: int) -> None:
    """Or a damaged one; nothing else is raised."""
    try:
        picture = pictures.read(camera(1) + noise + LARGE[:length], name="a.nef")
    except InputError:
        return
    assert picture.format == "RAW"


def test_limits_hold(tmp_path: Path) -> None:
    """The preview's pixels are counted before it is decoded; none at all is one line."""
    with pytest.raises(InputError, match="48×32"):
        pictures.read(raw_file(tmp_path, camera(1) + LARGE), max_pixels=1000)
    with pytest.raises(InputError, match="no JPEG preview"):
        pictures.read(raw_file(tmp_path, camera(1) + SENSOR))


def test_a_twin_is_not_painted_twice(tmp_path: Path) -> None:
    """Cameras write RAW and JPEG of one photograph side by side."""
    for name in ("a.CR2", "a.JPG", "b.NEF", "c.dng"):
        (tmp_path / name).touch()
    left_out: list[pictures.LeftOut] = []
    found = [one.path.name for one in pictures.find_pictures([tmp_path], left_out=left_out)]
    assert found == ["a.JPG", "b.NEF", "c.dng"]
    assert [(x.path.name, x.reason) for x in left_out] == [
        ("a.CR2", "a.JPG is the same photograph")
    ]
    assert pictures.writable_name(Path("b.NEF")) == Path("b.jpg")
