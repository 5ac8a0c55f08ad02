"""Picture files are read whatever they are, or refused in one clear line."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from picture_files import (
    encoded,
    gradient,
    png,
)
from realstyler import pictures
from realstyler.errors import InputError, RealstylerError
from realstyler.pictures import Picture

SIDES = st.integers(1, 9)
SIZES = st.tuples(SIDES, SIDES)


@given(st.integers(1, 8), SIZES, st.sampled_from(["PNG", "TIFF", "LZW", "WEBP"]))
def test_orientation_is_applied(orientation: int, size: tuple[int, int], kind: str) -> None:
    """A picture stored in any of the eight orientations is read upright, its resolution too."""
    upright = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    # Each orientation is what a viewer must undo, so the stored picture is made by its inverse.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = Image.fromarray(np.ascontiguousarray(stored))
    # A compressed TIFF takes another way through Pillow than a plain one.
    file_format, options = ("TIFF", {"compression": "tiff_lzw"}) if kind == "LZW" else (kind, {})
    data = encoded(image, file_format, exif=exif, dpi=(100, 200), lossless=True, **options)
    picture = pictures.read(data)
    np.testing.assert_array_equal(picture.pixels, upright)
    if kind != "WEBP":
        assert picture.dpi == pytest.approx((200, 100) if orientation > 4 else (100, 200), abs=0.1)
    again = pictures.read(pictures.encode(picture, "PNG"))
    np.testing.assert_array_equal(again.pixels, upright)


def test_first_frame_of_an_animation() -> None:
    """A GIF of several frames gives its first."""
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "lime")]
    picture = pictures.read(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert picture.pixels[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("file_format", ["GIF", "WEBP"])
def test_animations_are_recognized(file_format: str, tmp_path: Path) -> None:
    """By their frames; a file that is cut off anywhere is no reason to stop."""
    frames = [Image.new("RGB", (48, 32), (60 * number, 90, 200)) for number in range(4)]
    moving, still = tmp_path / "moving", tmp_path / "still"
    frames[0].save(moving, file_format, save_all=True, append_images=frames[1:])
    frames[0].save(still, file_format)
    assert pictures.is_animated(moving)
    assert not pictures.is_animated(still)
    content = moving.read_bytes()
    for length in range(len(content)):
        moving.write_bytes(content[:length])
        assert not pictures.is_animated(moving) or length > len(content) // 4
    assert not pictures.is_animated(tmp_path / "missing")


@pytest.mark.parametrize("size", [(1, 1), (30_000, 1), (1, 30_000)])
def test_extreme_shapes(tmp_path: Path, size: tuple[int, int]) -> None:
    """A single pixel and a very long line are pictures like any other."""
    Image.new("RGB", size, "teal").save(tmp_path / "line.jpg")
    assert pictures.read(tmp_path / "line.jpg").pixels.shape == (size[1], size[0], 3)


def test_bad_inputs_get_one_clear_line(tmp_path: Path) -> None:
    """Each bad input is named with its reason and a remedy, on one line, with exit code 1."""
    whole = encoded(Image.fromarray(gradient()), "JPEG")
    (tmp_path / "text.jpg").write_text("Dear diary, this is no picture.\n" * 20)
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "header.jpg").write_bytes(whole[:12])
    (tmp_path / "bomb.png").write_bytes(png(60_000, 60_000, bytes(1000)))
    (tmp_path / "lamp.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    reasons = {
        "missing.jpg": "does not exist",
        ".": "is a folder",
        "text.jpg": "is not a picture",
        "lamp.svg": "is not a picture",
        "empty.png": "is empty",
        "cut.jpg": "is truncated or damaged",
        "header.jpg": "is truncated or damaged",
        "bomb.png": "60000×60000 pixels, more than 300,000,000",
    }
    for name, reason in reasons.items():
        with pytest.raises(InputError, match=reason) as caught:
            pictures.read(tmp_path / name)
        assert str(tmp_path / name) in caught.value.what
        assert caught.value.remedy
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 1


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that this user may not read is named as such."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(Image.fromarray(gradient())))
    secret.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything, so the test becomes nobody for a moment
    try:
        with pytest.raises(InputError, match="permission denied"):
            pictures.read(secret)
    finally:
        os.seteuid(user)


def test_bomb_is_refused_before_it_is_decoded() -> None:
    """The limit is an argument, compared with the size in the header alone."""
    data = png(200, 100, b"not enough rows")
    with pytest.raises(InputError, match="upload has 200×100 pixels, more than 19,999"):
        pictures.read(data, name="upload", max_pixels=19_999)
    with pytest.raises(InputError, match="truncated"):
        pictures.read(data, max_pixels=20_000)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_pillow_limit_does_not_apply(file_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture over twice Pillow's own limit is read in silence; that limit stays as it was."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    monkeypatch.setattr("realstyler.pictures.reading._PILLOW_LIMIT", 100)
    data = pictures.encode(Picture(gradient()), file_format)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(pictures.read(data).pixels, gradient())
    assert Image.MAX_IMAGE_PIXELS == 100


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=200)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM"]), st.data())
def test_damaged_files_raise_nothing_else(file_format: str, data: st.DataObject) -> None:
    """Files that are cut or have bytes changed are read, or refused with an InputError."""
    content = bytearray(encoded(Image.fromarray(gradient(12, 9)), file_format))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    try:
        picture = pictures.read(bytes(content), max_pixels=1_000_000)
    except InputError:
        return
    assert picture.pixels.shape[2] == 3


def test_errors_are_of_the_family() -> None:
    """One except clause catches every error that a user should see."""
    with pytest.raises(RealstylerError):
        pictures.read(b"")
