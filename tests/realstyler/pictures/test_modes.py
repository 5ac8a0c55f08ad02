"""Images of any mode become upright RGB of 8 bits, with straight alpha."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import PIL
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from picture_files import (
    encoded,
    gradient,
    grey_profile,
    png,
    swapped_ink_profile,
    wide_rgb_profile,
)
from realstyler import pictures
from realstyler.errors import InputError

SIDES = st.integers(1, 9)
SIZES = st.tuples(SIDES, SIDES)


MODES = ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F", "LAB"]
if int(PIL.__version__.partition(".")[0]) >= 13:  # earlier ones cannot read what they have written
    MODES.append("YCbCr")


@given(st.sampled_from(MODES), SIZES)
def test_every_mode_becomes_rgb(mode: str, size: tuple[int, int]) -> None:
    """A mid-grey picture of any mode is a grey picture of the same size and of three channels."""
    grey: dict[str, float | tuple[int, ...]] = {
        "1": 255,
        "RGB": (128, 128, 128),
        "RGBA": (128, 128, 128, 255),
        "LA": (128, 255),
        "CMYK": (0, 0, 0, 127),
        "YCbCr": (128, 128, 128),
        "I;16": 128 * 257,
        "I": 128 * 257,
        "F": 128 / 255,
        "LAB": (137, 128, 128),
    }
    image = Image.new("L", size, 128).convert("P") if mode == "P" else None
    image = image or Image.new(mode, size, grey.get(mode, 128))
    picture = pictures.read(encoded(image, "TIFF"))
    assert picture.pixels.shape == (size[1], size[0], 3)
    expected = 255 if mode == "1" else 128
    assert np.abs(picture.pixels.astype(int) - expected).max() <= 2
    assert (picture.alpha is not None) == (mode in ("RGBA", "LA"))


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    """Each of the 65536 greys lands on the nearest of the 256."""
    greys = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    picture = pictures.read(encoded(Image.fromarray(greys)))
    expected = np.rint(greys / 257).astype(np.uint8)
    np.testing.assert_array_equal(picture.pixels[..., 0], expected)


def test_sixteen_bit_rgb() -> None:
    """A PNG of three 16-bit channels is read in 8 bits."""
    row = b"\0" + struct.pack(">6H", 0xFFFF, 0x8080, 0, 0, 0x4040, 0xFFFF)
    picture = pictures.read(png(2, 1, row, depth=16, colour_type=2))
    assert picture.pixels.tolist() == [[[255, 128, 0], [0, 64, 255]]]


@pytest.mark.parametrize("values", [[-1.0, 0.5], [0.0, 1000.0], [0.0, float("nan")]])
def test_floating_point_of_unknown_scale_is_refused(values: list[float]) -> None:
    """Samples outside 0 to 255 have no known meaning; NaN has none either."""
    image = Image.fromarray(np.array([values], dtype=np.float32))
    with pytest.raises(InputError, match="an unknown scale"):
        pictures.read(encoded(image, "TIFF"))


def test_transparent_palette() -> None:
    """A palette with a transparent entry gives colours and an alpha channel."""
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    for data in (encoded(image, transparency=1), encoded(image, transparency=b"\xff\x00")):
        picture = pictures.read(data)
        assert picture.pixels.tolist() == [[[255, 0, 0], [0, 0, 255]]]
        assert picture.alpha is not None
        assert picture.alpha.tolist() == [[255, 0]]


def test_grey_profile_is_converted() -> None:
    """A linear grey of 50 % is about 188 in sRGB, and the grey profile is gone."""
    for image in (Image.new("L", (3, 2), 128), Image.new("LA", (3, 2), (128, 40))):
        picture = pictures.read(encoded(image, icc_profile=grey_profile(1.0)))
        assert picture.icc_profile is None
        assert np.abs(picture.pixels.astype(int) - 188).max() <= 1


def test_grey_under_an_rgb_profile_keeps_it() -> None:
    """Grey scans are often tagged with an RGB profile: the greys are greys of that space."""
    data = encoded(Image.new("L", (3, 2), 100), "JPEG", icc_profile=wide_rgb_profile())
    picture = pictures.read(data)
    assert picture.icc_profile == wide_rgb_profile()
    assert picture.pixels[0, 0].tolist() == [100, 100, 100]


@pytest.mark.parametrize("profile", [b"nonsense", grey_profile(1.0)], ids=["corrupt", "grey"])
def test_profile_that_does_not_fit_is_dropped(profile: bytes) -> None:
    """A corrupt profile, or a grey one on an RGB picture, costs neither picture nor colours."""
    picture = pictures.read(encoded(Image.fromarray(gradient()), icc_profile=profile))
    assert picture.icc_profile is None
    np.testing.assert_array_equal(picture.pixels, gradient())


def test_cmyk_jpeg_becomes_srgb() -> None:
    """Plain inks of a CMYK JPEG come out in their colours, and an RGB profile on it is dropped."""
    inks = {(255, 0, 0, 0): [0, 255, 255], (0, 0, 0, 255): [0, 0, 0], (0, 0, 0, 0): [255] * 3}
    for ink, colour in inks.items():
        data = encoded(Image.new("CMYK", (8, 8), ink), "JPEG", icc_profile=wide_rgb_profile())
        picture = pictures.read(data)
        assert picture.icc_profile is None
        assert np.abs(picture.pixels[0, 0].astype(int) - colour).max() <= 3


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_cmyk_profile_is_used(file_format: str) -> None:
    """An ink that the profile calls red comes out red, to the 8 bits of the profile."""
    inks = {(255, 0, 0, 0): [255, 0, 0], (0, 255, 0, 0): [255] * 3, (0, 0, 0, 255): [0] * 3}
    for ink, colour in inks.items():
        image = Image.new("CMYK", (8, 8), ink)
        picture = pictures.read(encoded(image, file_format, icc_profile=swapped_ink_profile()))
        assert picture.icc_profile is None
        assert np.abs(picture.pixels[0, 0].astype(int) - colour).max() <= 12


@pytest.mark.parametrize("colour_type", [0, 2])
def test_the_transparent_level_of_sixteen_bits(colour_type: int) -> None:
    """It is compared in all its bits where there are any."""
    channels = 3 if colour_type else 1
    row = b"\0" + struct.pack(f">{2 * channels}H", *[0x8000] * channels, *[0xFFFF] * channels)
    content = png(2, 1, row, depth=16, colour_type=colour_type)
    key = struct.pack(f">{channels}H", *[0x8000] * channels)
    chunk = struct.pack(">I", len(key)) + b"tRNS" + key
    chunk += struct.pack(">I", zlib.crc32(b"tRNS" + key))
    picture = pictures.read(content[:33] + chunk + content[33:])
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0, 255]]
    assert picture.pixels[0].tolist() == [[128] * 3, [255] * 3]


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_the_transparent_level_of_few_bits(depth: int) -> None:
    """It is one of as many levels as the file has, whatever they become in 8 bits."""
    levels = list(range(2**depth))[:4]
    bits = "".join(f"{level:0{depth}b}" for level in levels)
    row = b"\0" + int(bits.ljust(8 * -(-len(bits) // 8), "0"), 2).to_bytes(-(-len(bits) // 8))
    content = png(len(levels), 1, row, depth=depth)
    chunk = b"tRNS" + struct.pack(">H", 1)
    chunk = struct.pack(">I", 2) + chunk + struct.pack(">I", zlib.crc32(chunk))
    picture = pictures.read(content[:33] + chunk + content[33:])
    assert picture.alpha is not None
    assert picture.alpha[0].tolist() == [0 if level == 1 else 255 for level in levels]
    spread = 255 // (2**depth - 1)
    assert picture.pixels[0, :, 0].tolist() == [level * spread for level in levels]


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([0.0, 0.5, 0.8, 4.5], [0, 128, 204, 255]),
        ([0.0, 0.25, 0.5, 1.0], [0, 64, 128, 255]),
        ([0.0, 1.0, 2.0, 250.0], [0, 1, 2, 250]),
        ([0.4, 10.6, 99.7, 250.2], [0, 11, 100, 250]),
    ],
)
def test_floating_point_highlights(values: list[float], levels: list[int]) -> None:
    """Highlights above white are white; levels of 0 to 255 stay what they are."""
    image = Image.fromarray(np.array([values], dtype=np.float32))
    picture = pictures.read(encoded(image, "TIFF"))
    assert picture.pixels[0, :, 0].tolist() == levels
