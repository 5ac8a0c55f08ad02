"""Interlaced video: no combs, every frame at its time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clips import Clip, read
from realstyler.engine import Controls, Stylizer
from realstyler.video import VideoOptions, stylize_video

STEP = 8
"""Pixels that the bar moves from one field to the next."""


class Fields(Clip):
    """A bright bar that crosses a grey picture: even lines first, odd ones a field later."""

    def picture(self, number: int) -> NDArray[np.uint8]:
        """Weave two moments."""
        picture = np.full((self.size[1], self.size[0], 3), 60, np.uint8)
        for field in (0, 1):
            left = (2 * number + field) * STEP % (self.size[0] - 24)
            picture[field::2, left : left + 24] = 220
        return picture


def interlaced(path: Path, **more: object) -> Path:
    """Write a clip that is flagged as interlaced."""
    options = {"crf": "4", "x264-params": "tff=1"}
    return Fields(frames=12, size=(160, 96), options=options, **more).write(path)  # type: ignore[arg-type]


def combs(frame: NDArray[np.uint8]) -> float:
    """Return how much lines differ from the mean of their neighbours."""
    lines = frame[4:-4].astype(float)
    return float(np.abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean())


def copied(source: Path, target: Path, options: VideoOptions | None = None) -> None:
    """Send a video through everything unpainted."""
    stylizer = Stylizer("painted", network="live")
    stylize_video(source, target, stylizer, Controls(strength=0), options)


def test_fields_become_whole_pictures(painted: Path, tmp_path: Path) -> None:
    """The combs of the source are gone; number and times of the frames are the same."""
    source, target = interlaced(tmp_path / "in.mp4", sound=True), tmp_path / "out.mp4"
    before = read(source)
    copied(source, target, VideoOptions(crf=4))
    after = read(target)
    assert after.times == before.times
    assert after.duration == before.duration
    assert after.packets["audio"] == before.packets["audio"]
    combed, smooth = (np.mean([combs(f) for f in c.frames[2:-2]]) for c in (before, after))
    assert combed > 10
    assert smooth < combed / 5
    with av.open(str(target)) as container:
        assert not any(frame.interlaced_frame for frame in container.decode(video=0))


def test_progressive_video_is_left_alone(painted: Path, tmp_path: Path) -> None:
    """Lines that look like combs stay where the video does not say that it is interlaced."""
    clip = Fields(frames=4, size=(160, 96), options={"crf": "4"})
    source = clip.write(tmp_path / "in.mp4")
    copied(source, tmp_path / "out.mp4", VideoOptions(crf=4))
    before, after = (combs(read(tmp_path / name).frames[2]) for name in ("in.mp4", "out.mp4"))
    assert after == pytest.approx(before, rel=0.1)


def test_a_part_of_it_keeps_its_times(painted: Path, tmp_path: Path) -> None:
    """Cutting works on interlaced video as on any other."""
    source = interlaced(tmp_path / "in.mp4")
    span = VideoOptions(start=Fraction("0.08"), end=Fraction("0.32"))
    copied(source, tmp_path / "out.mp4", span)
    assert read(tmp_path / "out.mp4").times == [Fraction(number, 25) for number in range(6)]
