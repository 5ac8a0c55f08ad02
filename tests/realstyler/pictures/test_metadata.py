"""What files tell besides pixels is kept where it stays true, and the place only if asked for."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from picture_files import (
    encoded,
    gradient,
    photograph_exif,
    wide_rgb_profile,
)
from realstyler import pictures
from realstyler.pictures import Picture


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_rgb_profile_is_kept_byte_for_byte(file_format: str) -> None:
    """Pixels stay in the colour space of the source, and its profile goes with them."""
    profile = wide_rgb_profile()
    ImageCms.ImageCmsProfile(
        BytesIO(profile)
    )  # a profile that no colour engine reads proves nothing
    image = Image.fromarray(gradient())
    picture = pictures.read(encoded(image, "PNG", icc_profile=profile))
    np.testing.assert_array_equal(picture.pixels, gradient())
    again = pictures.read(pictures.encode(picture.with_pixels(255 - picture.pixels), file_format))
    assert again.icc_profile == picture.icc_profile == profile


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_is_kept_without_what_would_be_wrong(file_format: str) -> None:
    """Camera and date survive; orientation, old size and maker note do not."""
    data = encoded(Image.fromarray(gradient()), "JPEG", exif=photograph_exif())
    again = pictures.encode(pictures.read(data), file_format, metadata="all")
    with Image.open(BytesIO(again)) as image:
        image.load()
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Make] == "Camera maker"
    assert details == {ExifTags.Base.DateTimeOriginal: "2024:05:06 07:08:09"}
    assert place == {ExifTags.GPS.GPSLatitudeRef: "N"}
    assert exif.get(ExifTags.Base.Orientation, 1) == 1


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_place_is_left_out_unless_asked_for(file_format: str) -> None:
    """Nobody gives away an address by sharing a painting."""
    data = encoded(Image.fromarray(gradient()), "JPEG", exif=photograph_exif())
    with Image.open(BytesIO(pictures.encode(pictures.read(data), file_format))) as image:
        image.load()
        exif = image.getexif()
    assert not exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Make] == "Camera maker"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_metadata_can_be_stripped(file_format: str) -> None:
    """Without metadata nothing of the EXIF is in the file, while profile and pixels are."""
    data = encoded(
        Image.fromarray(gradient()),
        "JPEG",
        exif=photograph_exif(),
        icc_profile=wide_rgb_profile(),
    )
    stripped = pictures.encode(pictures.read(data), file_format, metadata="none")
    assert b"Camera maker" not in stripped
    assert b"2024:05:06" not in stripped
    assert pictures.read(stripped).icc_profile == wide_rgb_profile()


def test_exif_too_long_for_jpeg_is_left_out() -> None:
    """Metadata that a JPEG cannot hold does not stop the picture."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "x" * 70_000
    picture = pictures.read(encoded(Image.fromarray(gradient()), "PNG", exif=exif))
    assert picture.exif is not None
    assert pictures.read(pictures.encode(picture, "JPEG")).exif is None


def test_broken_exif_does_not_cost_the_picture() -> None:
    """Metadata of random bytes is dropped, the picture is read."""
    data = encoded(Image.fromarray(gradient()), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f garbage")
    np.testing.assert_array_equal(pictures.read(data).pixels, gradient())


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "BMP"])
def test_resolution_is_kept(file_format: str) -> None:
    """300 by 150 pixels an inch stay so."""
    data = pictures.encode(Picture(gradient(), dpi=(300, 150)), file_format)
    assert pictures.read(data).dpi == pytest.approx((300, 150), abs=0.1)
