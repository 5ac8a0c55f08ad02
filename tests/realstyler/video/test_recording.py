"""Recording what happens now: times, and files that survive what cuts them off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

av = pytest.importorskip("av")
resource = pytest.importorskip("resource", reason="limits of file sizes are POSIX's")

from realstyler.errors import OutputError  # noqa: E402
from realstyler.video import Recording  # noqa: E402


def noise(seed: int) -> np.ndarray:
    """A picture of 96×64 pixels that does not compress."""
    return np.random.default_rng(seed).integers(0, 256, (64, 96, 3), dtype=np.uint8)


def record_for_long(recording: Recording) -> None:
    """Half a minute at 30 frames a second."""
    for number in range(900):
        recording.write(noise(number), number / 30)


def test_frames_keep_their_times(tmp_path: Path) -> None:
    """A pause between two frames is a pause in the clip; the file is an ordinary MP4."""
    path = tmp_path / "clip.mp4"
    recording = Recording(path, path, 96, 64)
    for number, moment in enumerate((10.0, 10.04, 10.5, 10.54)):
        recording.write(noise(number), moment)
    recording.finish()
    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert times == pytest.approx([0, 0.04, 0.5, 0.54], abs=0.002)
    assert b"moof" not in path.read_bytes()


def test_a_full_disk_leaves_a_clip(tmp_path: Path) -> None:
    """Where the system takes no more bytes, what was written before can be played."""
    path = tmp_path / "clip.mp4"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    recording = Recording(path, path, 96, 64)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot write .*clip\.mp4"):
            record_for_long(recording)
        recording.abandon()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    decoded = 0
    with av.open(str(path)) as container:
        try:
            for _ in container.decode(video=0):
                decoded += 1
        except av.InvalidDataError:
            assert decoded, "only the last second may be damaged"
    assert decoded > 20
