"""All frames and pages of a file, there and back."""

from __future__ import annotations

import contextlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from picture_files import encoded, gradient
from realstyler import pictures
from realstyler.errors import InputError
from realstyler.pictures import Frames, Picture

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
TIMES = [40, 300, 1000]


def unchanged(picture: Picture) -> Picture:
    """Stands in for the painting."""
    return picture


def animation(file_format: str, **options: object) -> bytes:
    """Three plain frames of different length, played twice (GIF: and again twice)."""
    frames = [Image.new("RGB", (9, 6), colour) for colour in COLOURS]
    told = {"save_all": True, "append_images": frames[1:], "duration": TIMES, "loop": 2}
    lossless = {"lossless": True} if file_format == "WEBP" else {}
    return encoded(frames[0], file_format, **{**told, **lossless, **options})


@pytest.mark.parametrize("source", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("target", ["PNG", "WEBP"])
def test_animations_keep_their_frames_and_times(source: str, target: str) -> None:
    """Each frame's picture and length, and how often it is played."""
    frames = pictures.read_frames(animation(source), unchanged)
    assert [frame.milliseconds for frame in frames.frames] == TIMES
    assert pictures.holds_frames(target, frames.first.format)
    again = pictures.read_frames(pictures.encode(frames, target), unchanged)
    assert [frame.milliseconds for frame in again.frames] == TIMES
    assert again.repeats == frames.repeats == (3 if source == "GIF" else 2)
    for frame, colour in zip(again.frames, COLOURS, strict=True):
        distance = frame.picture.pixels.astype(int) - np.array(colour)
        assert np.abs(distance).max() <= (0 if target == "PNG" else 4)


@pytest.mark.parametrize("target", ["PNG", "WEBP"])
def test_nothing_shines_through_a_clear_place(target: str) -> None:
    """Where a frame is transparent, the one before it is gone."""
    full = Picture(gradient(8, 8), np.full((8, 8), 255, np.uint8), "GIF")
    clear = Picture(gradient(8, 8), np.eye(8, dtype=np.uint8) * 255, "GIF")
    frames = Frames([pictures.Frame(full, 50), pictures.Frame(clear, 50)])
    again = pictures.read_frames(pictures.encode(frames, target), unchanged)
    alpha = again.frames[1].picture.alpha
    assert alpha is not None
    np.testing.assert_array_equal(alpha, clear.alpha)


def test_pages_keep_their_sizes() -> None:
    """Pages of a document differ in size and mode; thumbnails among them are no pages."""
    pages = [Image.fromarray(gradient()), Image.new("L", (5, 7), 90), Image.new("1", (4, 4), 1)]
    thumbnail = Image.new("RGB", (3, 2))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=[*pages[1:], thumbnail])
    frames = pictures.read_frames(data, unchanged)
    assert [f.picture.pixels.shape[:2] for f in frames.frames] == [(32, 48), (7, 5), (4, 4)]
    again = pictures.read_frames(pictures.encode(frames, "TIFF"), unchanged)
    for one, other in zip(frames.frames, again.frames, strict=True):
        np.testing.assert_array_equal(one.picture.pixels, other.picture.pixels)


def test_a_thumbnail_is_no_second_page() -> None:
    """Scanners and editors put a small copy behind the picture."""
    small = Image.new("RGB", (3, 2))
    small.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    data = encoded(Image.fromarray(gradient()), "TIFF", save_all=True, append_images=[small])
    assert not pictures.read(data).more_frames
    np.testing.assert_array_equal(pictures.read(data).pixels, gradient())


def test_a_picture_for_old_programs_is_no_frame() -> None:
    """APNG may begin with one that is not part of the animation."""
    data = animation("PNG", default_image=True, duration=TIMES[1:])
    assert len(pictures.read_frames(data, unchanged).frames) == 2


def test_gif_frames_without_a_time_last_as_in_browsers() -> None:
    """A tenth of a second."""
    frames = pictures.read_frames(animation("GIF", duration=0), unchanged)
    assert {frame.milliseconds for frame in frames.frames} == {100}


@pytest.mark.parametrize("target", ["JPEG", "BMP"])
def test_other_formats_get_the_first_frame(target: str) -> None:
    """One picture is all that they hold."""
    frames = pictures.read_frames(animation("GIF"), unchanged)
    assert not pictures.holds_frames(target, frames.first.format)
    picture = pictures.read(pictures.encode(frames, target))
    assert picture.pixels[0, 0].argmax() == 0


def test_too_many_frames_are_refused_before_they_are_decoded() -> None:
    """They would all have to be kept."""
    with pytest.raises(InputError, match="3 frames with more than 161 pixels"):
        pictures.read_frames(animation("GIF"), lambda _: pytest.fail("decoded"), max_pixels=161)


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP"])
def test_a_cut_animation_is_a_clear_error(file_format: str) -> None:
    """Wherever it is cut, it is read or refused in one line."""
    content = animation(file_format)
    for length in range(0, len(content), 7):
        with contextlib.suppress(InputError):
            pictures.read_frames(BytesIO(content[:length]), unchanged)
