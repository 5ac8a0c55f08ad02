"""Pictures are written whole or not at all, and come back as they were."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from picture_files import (
    encoded,
    gradient,
)
from realstyler import pictures
from realstyler.errors import InputError, OutputError, UsageError
from realstyler.pictures import Picture

SIDES = st.integers(1, 9)
SIZES = st.tuples(SIDES, SIDES)


@given(
    SIZES.flatmap(lambda size: arrays(np.uint8, (*size, 3))),
    st.sampled_from(["PNG", "TIFF", "BMP"]),
)
def test_lossless_formats_return_the_pixels(pixels: NDArray[np.uint8], file_format: str) -> None:
    """Whatever the pixels and the size, a lossless format gives them back."""
    picture = pictures.read(pictures.encode(Picture(pixels), file_format))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert (picture.alpha, picture.format) == (None, file_format)


@given(SIZES.flatmap(lambda size: arrays(np.uint8, (*size, 4))), st.sampled_from(["PNG", "TIFF"]))
def test_alpha_survives(rgba: NDArray[np.uint8], file_format: str) -> None:
    """Colour and alpha come back apart, also where a pixel is transparent."""
    picture = pictures.read(pictures.encode(Picture(rgba[..., :3], rgba[..., 3]), file_format))
    np.testing.assert_array_equal(picture.pixels, rgba[..., :3])
    np.testing.assert_array_equal(picture.alpha, rgba[..., 3])


@pytest.mark.parametrize("file_format", ["JPEG", "BMP"])
def test_alpha_is_laid_on_white(file_format: str) -> None:
    """Where a format has no alpha, transparent black becomes white."""
    black = np.zeros((8, 8, 3), np.uint8)
    picture = pictures.read(
        pictures.encode(Picture(black, np.zeros((8, 8), np.uint8)), file_format)
    )
    assert picture.alpha is None
    assert picture.pixels.min() >= 254


def test_jpeg_is_written_for_quality(tmp_path: Path) -> None:
    """Colour is not subsampled, and the default quality stays near the pixels."""
    target = tmp_path / "result.jpg"
    pictures.write(Picture(gradient()), target)
    with Image.open(target) as image:
        sampling = {component[1:3] for component in image.layer}  # type: ignore[attr-defined]
    assert sampling == {(1, 1)}
    error = pictures.read(target).pixels.astype(int) - gradient()
    assert np.abs(error).mean() < 2
    worse = pictures.encode(Picture(gradient()), "JPEG", quality=30)
    assert len(worse) < target.stat().st_size


def test_write_follows_the_suffix_and_keeps_old_files(tmp_path: Path) -> None:
    """Every writable suffix gives its format; an existing file needs overwrite."""
    for suffix, file_format in pictures.WRITABLE.items():
        target = tmp_path / f"result{suffix.upper()}"
        pictures.write(Picture(gradient()), target)
        assert pictures.read(target).format == file_format
        with pytest.raises(UsageError, match="already exists"):
            pictures.write(Picture(gradient()), target)
        pictures.write(Picture(gradient()), target, overwrite=True)
    assert len(list(tmp_path.iterdir())) == len(pictures.WRITABLE)


def test_streams() -> None:
    """A stream gets what is asked, or the format of the source, or PNG instead of that."""
    picture = pictures.read(BytesIO(encoded(Image.fromarray(gradient()), "GIF")))
    for asked, given_back in ((None, "PNG"), ("jpg", "JPEG"), ("WebP", "WEBP")):
        stream = BytesIO()
        pictures.write(picture, stream, format=asked)
        assert pictures.read(stream.getvalue()).format == given_back


def test_unknown_suffix_lists_the_known(tmp_path: Path) -> None:
    """A result of an unknown kind is refused with the kinds there are."""
    with pytest.raises(UsageError, match=r"\.xyz.*\.jpg, .*\.png"):
        pictures.write(Picture(gradient()), tmp_path / "result.xyz")
    with pytest.raises(UsageError, match="GIF"):
        pictures.encode(Picture(gradient()), "GIF")


@pytest.mark.parametrize(("file_format", "longest"), [("JPEG", 65500), ("WEBP", 16383)])
def test_longest_side_of_a_format(tmp_path: Path, file_format: str, longest: int) -> None:
    """The longest side that a format allows is written and read, one more is refused."""
    fits = Picture(np.zeros((1, longest, 3), np.uint8))
    assert pictures.read(pictures.encode(fits, file_format)).pixels.shape == (1, longest, 3)
    too_long = Picture(np.zeros((longest + 1, 1, 3), np.uint8))
    with pytest.raises(InputError, match=f"the picture: .*{longest + 1} .*{file_format}"):
        pictures.encode(too_long, file_format)
    with pytest.raises(InputError, match=r"result\.file: "):
        pictures.write(too_long, tmp_path / "result.file", format=file_format)
    assert not list(tmp_path.iterdir())


def test_full_disk(tmp_path: Path) -> None:
    """A picture that does not fit the disk says so and leaves nothing."""
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a tmpfs needs root")
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    try:
        with pytest.raises(OutputError, match="the disk is full"):
            pictures.write(Picture(noise), tmp_path / "result.png")
        assert list(tmp_path.iterdir()) == []
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
