"""One frame as a picture, and the source beside its painting."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import Clip, read
from realstyler.engine import Controls, Stylizer
from realstyler.errors import InputError, UsageError
from realstyler.video import VideoOptions, paint_preview, stylize_video


@pytest.fixture
def stylizer(painted: Path) -> Stylizer:
    """A small live network."""
    return Stylizer("painted", network="live")


@pytest.mark.parametrize(("time", "number"), [("0", 0), ("0.41", 10), ("0.95", 23)])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_the_frame_of_a_time(
    tmp_path: Path, stylizer: Stylizer, suffix: str, time: str, number: int
) -> None:
    """The painting is the engine's, of the frame that is shown then."""
    source, target = Clip().write(tmp_path / f"in{suffix}"), tmp_path / "out.png"
    preview = paint_preview(source, target, stylizer, Fraction(time))
    assert preview.seconds == pytest.approx(number / 25)
    assert (preview.width, preview.height) == (64, 48)
    expected = stylizer.stylize(read(source).frames[number])
    difference = np.abs(np.asarray(Image.open(target)).astype(int) - expected)
    assert difference.mean() < 2


def test_the_source_beside_it(tmp_path: Path, stylizer: Stylizer) -> None:
    """A comparison is twice as wide: at the left the source, at the right the painting."""
    source, target = Clip().write(tmp_path / "in.mp4"), tmp_path / "out.png"
    options = VideoOptions(compare=True, size=32)
    paint_preview(source, target, stylizer, Fraction(0), None, options)
    both = np.asarray(Image.open(target)).astype(int)
    assert both.shape == (24, 64, 3)
    assert np.abs(both[:, :32] - both[:, 32:]).mean() > 5


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_video_beside_its_source(tmp_path: Path, stylizer: Stylizer, suffix: str) -> None:
    """With a strength of 0 both halves are alike."""
    source, target = Clip(frames=4).write(tmp_path / "in.mp4"), tmp_path / f"out{suffix}"
    options = VideoOptions(compare=True)
    result = stylize_video(source, target, stylizer, Controls(strength=0), options)
    assert (result.width, result.height) == (128, 48)
    for frame in read(target).frames:
        halves = frame[:, :64, :3].astype(int), frame[:, 64:, :3].astype(int)
        assert np.abs(halves[0] - halves[1]).mean() < 6


def test_a_time_without_a_frame_is_told(tmp_path: Path, stylizer: Stylizer) -> None:
    """Behind the end there is nothing, and a video is no picture."""
    source = Clip().write(tmp_path / "in.mp4")
    with pytest.raises(InputError, match="shows no frame at 9 s"):
        paint_preview(source, tmp_path / "out.png", stylizer, Fraction(9))
    with pytest.raises(UsageError, match="unknown picture suffix"):
        paint_preview(source, tmp_path / "out.mp4", stylizer, Fraction(0))
    assert not list(tmp_path.glob("out.*"))
