"""Colour spaces and transparency: the same photograph is the same painting."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from realstyler import pictures
from realstyler.pictures import colour
from realstyler.pictures.colour import _matrix_profile

Pixels = NDArray[np.uint8]

P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
"""Primaries of Display P3, adapted to D50."""

PROFILES = {
    "p3": _matrix_profile("Display P3 by gamma", P3, 2.2),
    "adobe": colour.adobe_rgb(),
    "linear": _matrix_profile(
        "linear sRGB",
        ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)),
        1.0,
    ),
}


def _colours(seed: int = 0) -> Pixels:
    """Colours that every one of the spaces holds, 8×8 in blocks."""
    levels = np.random.default_rng(seed).integers(70, 190, (8, 8, 3), np.uint8)
    return levels.repeat(8, 0).repeat(8, 1)


@pytest.mark.parametrize("name", PROFILES)
def test_there_and_back(name: str) -> None:
    """Colours of sRGB survive a trip through another space, to its 8 bits."""
    there = colour.from_srgb(_colours(), PROFILES[name])
    assert np.abs(there.astype(int) - _colours()).mean() > 3
    back = colour.to_srgb(there, PROFILES[name]).astype(int)
    assert np.abs(back - _colours()).max() <= (4 if name == "linear" else 2)


def test_srgb_is_left_alone() -> None:
    """The profile that most files carry changes no level, and no array is copied."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = _colours()
    assert colour.to_srgb(pixels, profile) is pixels
    assert colour.from_srgb(pixels, None) is pixels


@pytest.mark.parametrize("profile", [b"damaged", b"\0" * 500])
def test_damaged_profiles_count_as_none(profile: bytes) -> None:
    """They cost neither the picture nor its colours."""
    pixels = _colours()
    assert colour.to_srgb(pixels, profile) is pixels


def test_formats_without_profiles_get_srgb() -> None:
    """A BMP of a P3 picture has the colours of that picture."""
    wide = pictures.Picture(
        colour.from_srgb(_colours(), PROFILES["p3"]), icc_profile=PROFILES["p3"]
    )
    written = pictures.read(pictures.encode(wide, "BMP"))
    assert written.icc_profile is None
    assert np.abs(written.pixels.astype(int) - _colours()).max() <= 2


def test_adobe_rgb_by_exif_alone() -> None:
    """Cameras mark Adobe RGB by an interoperability index and embed no profile."""
    exif = Image.Exif()
    exif[0x8769] = {0xA005: {1: "R03"}, 0xA001: 0xFFFF}
    buffer = BytesIO()
    Image.fromarray(_colours()).save(buffer, "JPEG", exif=exif.tobytes(), quality=100)
    picture = pictures.read(buffer.getvalue())
    assert picture.icc_profile == colour.adobe_rgb()
    header = struct.unpack(">I", colour.adobe_rgb()[:4])[0]
    assert header == len(colour.adobe_rgb())


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 100), st.integers(0, 2**32 - 1))
def test_hidden_colours_change_nothing(height: int, width: int, percent: int, seed: int) -> None:
    """What is visible stays; what is hidden follows from it alone, within its range."""
    random = np.random.default_rng(seed)
    visible = random.integers(0, 100, (height, width)) < percent
    pixels = random.integers(0, 256, (height, width, 3), np.uint8)
    other = np.where(visible[..., None], pixels, random.integers(0, 256, pixels.shape, np.uint8))
    filled = colour.spread(pixels, visible)
    np.testing.assert_array_equal(filled, colour.spread(other, visible))
    np.testing.assert_array_equal(filled[visible], pixels[visible])
    if visible.any():
        shown = pixels[visible].astype(int)
        assert (filled >= shown.min(axis=0) - 1).all()
        assert (filled <= shown.max(axis=0) + 1).all()


def test_the_edge_spreads_inwards() -> None:
    """Beside red hidden pixels are red, beside blue blue."""
    visible = np.zeros((40, 40), bool)
    visible[:, :5] = visible[:, -5:] = True
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:, :20, 0], pixels[:, 20:, 2] = 200, 200
    filled = colour.spread(np.where(visible[..., None], pixels, 7).astype(np.uint8), visible)
    assert filled[:, 6, 0].min() > 150
    assert filled[:, 33, 2].min() > 150
