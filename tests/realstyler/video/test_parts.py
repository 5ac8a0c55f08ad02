"""Renders that are stopped go on where they were, and come out as if they had run through."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clips import Clip, read
from realstyler.engine import Cancellation, Stylizer
from realstyler.errors import Cancelled, UsageError
from realstyler.video import VideoOptions, VideoProgress, VideoResult, parts, stylize_video

RESUMED = VideoOptions(resume=True, preset="ultrafast")


class Noisy(Clip):
    """A clip that pans, with the noise of a camera, so that steadiness has a past to keep."""

    def picture(self, number: int) -> np.ndarray:
        """Draw a frame, one pixel farther, with noise."""
        noise = np.random.default_rng(number).normal(0, 3, (self.size[1], self.size[0], 3))
        moved = np.roll(super().picture(0), number // 2, 1)
        return np.clip(moved + noise, 0, 255).astype(np.uint8)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts of ten frames."""
    monkeypatch.setattr(parts, "LENGTH", 10)


def render(
    source: Path, target: Path, stop: int | None = None, options: VideoOptions = RESUMED
) -> VideoResult:
    """Paint, and stop once the whole render has so many frames."""
    cancel = Cancellation()

    def report(state: VideoProgress) -> None:
        if stop is not None and state.frames >= stop:
            cancel.cancel()

    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, None, options, report, cancel)


def packets(path: Path) -> list[tuple[str, object, object, object, bytes]]:
    """Return all that the packets of a file hold."""
    with av.open(str(path)) as container:
        return [
            (packet.stream.type, packet.pts, packet.dts, packet.duration, bytes(packet))
            for packet in container.demux()
            if packet.size
        ]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_stopped_render_goes_on(painted: Path, tmp_path: Path, short: None, suffix: str) -> None:
    """Stopped several times it is the very same file, sound and chapters too."""
    clip = Noisy(frames=56, sound=True, chapters=True)
    source = clip.write(tmp_path / "in.mp4")
    through, target = tmp_path / f"through{suffix}", tmp_path / f"out{suffix}"
    whole = render(source, through)
    for stop in (14, 25, 48):
        with pytest.raises(Cancelled):
            render(source, target, stop)
        assert not target.exists()
        assert parts.folder_of(target).exists()
    result = render(source, target)
    assert packets(target) == packets(through)
    assert (result.frames, result.seconds) == (whole.frames, whole.seconds) == (56, 56 / 25)
    assert [note for note in result.notes if "had been painted before" in note]
    content = read(target)
    begin = content.times[0]  # Matroska moves all, since the sound begins before 0
    assert [when - begin for when in content.times] == clip.due()
    assert len(content.chapters) == 2
    assert content.packets["audio"]
    assert not parts.folder_of(target).exists()
    assert not parts.folder_of(through).exists()


@pytest.mark.parametrize(
    "options",
    [
        VideoOptions(resume=True, fps=Fraction(40)),
        VideoOptions(resume=True, start=Fraction("0.5"), end=Fraction("1.9"), fps=Fraction(17)),
        VideoOptions(resume=True, start=Fraction("0.33"), steady=False),
    ],
)
def test_rates_and_parts_go_on_too(
    painted: Path, tmp_path: Path, short: None, options: VideoOptions
) -> None:
    """Frames that are shown twice, or not at all, are so at the joins as well."""
    times = [number * 3 + number % 2 for number in range(56)]
    clip = Noisy(frames=56, times=times, time_base=Fraction(1, 75), sound=True)
    source = clip.write(tmp_path / "in.mkv")
    render(source, tmp_path / "through.mp4", None, options)
    for stop in (12, 22):
        with pytest.raises(Cancelled):
            render(source, tmp_path / "out.mp4", stop, options)
    render(source, tmp_path / "out.mp4", None, options)
    assert packets(tmp_path / "out.mp4") == packets(tmp_path / "through.mp4")


def test_the_same_as_in_one_file(painted: Path, tmp_path: Path, short: None) -> None:
    """Without steadiness's past, times and pictures are those of a render in one file."""
    source = Noisy(frames=33).write(tmp_path / "in.mp4")
    render(source, tmp_path / "parts.mp4")
    render(source, tmp_path / "one.mp4", None, VideoOptions(preset="ultrafast"))
    joined, one = read(tmp_path / "parts.mp4"), read(tmp_path / "one.mp4")
    assert joined.times == one.times
    assert joined.duration == one.duration
    pairs = zip(joined.frames, one.frames, strict=True)
    assert max(np.abs(a.astype(int) - b).mean() for a, b in pairs) < 5


def test_parts_of_another_render_are_not_continued(
    painted: Path, tmp_path: Path, short: None
) -> None:
    """Other settings and other sources are named; nothing is mixed or lost."""
    source, target = Noisy(frames=40).write(tmp_path / "in.mp4"), tmp_path / "out.mp4"
    with pytest.raises(Cancelled):
        render(source, target, 25)
    kept = sorted(path.name for path in parts.folder_of(target).iterdir())
    with pytest.raises(UsageError, match=r"different: options\)"):
        render(source, target, None, VideoOptions(resume=True, crf=30))
    other = Noisy(frames=41).write(tmp_path / "other.mp4")
    with pytest.raises(UsageError, match=r"different: source\)"):
        render(other, target)
    assert sorted(path.name for path in parts.folder_of(target).iterdir()) == kept
    assert render(source, target).frames == 40


@pytest.mark.parametrize("name", ["000001.npz", "000000.json", "render.json"])
def test_damaged_parts_are_told(painted: Path, tmp_path: Path, short: None, name: str) -> None:
    """A part that cannot be read is no reason to crash, nor to begin anew unasked."""
    source, target = Noisy(frames=40).write(tmp_path / "in.mp4"), tmp_path / "out.mp4"
    with pytest.raises(Cancelled):
        render(source, target, 29)
    (parts.folder_of(target) / name).write_bytes(b"{half")
    with pytest.raises(UsageError, match=r"are damaged|parts of another render"):
        render(source, target)
    assert parts.folder_of(target).exists()


def test_one_process_at_a_time(painted: Path, tmp_path: Path, short: None) -> None:
    """A second run of the same render is refused while the first one is at it."""
    source, target = Noisy(frames=20).write(tmp_path / "in.mp4"), tmp_path / "out.mp4"
    with parts.Parts(target, {}), pytest.raises(UsageError, match="another run is painting"):
        render(source, target)


def test_what_cannot_be_resumed_is_refused(painted: Path, tmp_path: Path) -> None:
    """Animations are written at once; --keep-partial asks for something else."""
    source = Clip(frames=2).write(tmp_path / "in.mp4")
    with pytest.raises(UsageError, match="GIF and WebP are written at once"):
        render(source, tmp_path / "out.gif")
    with pytest.raises(UsageError, match="choose one of --resume and --keep-partial"):
        VideoOptions(resume=True, keep_partial=True)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_process_is_continued(painted: Path, tmp_path: Path) -> None:
    """After SIGKILL the same command goes on; the command tells that it does."""
    source = Clip(frames=600, options={"crf": "30"}).write(tmp_path / "in.mp4")
    target = tmp_path / "out.mp4"
    command = [sys.executable, "-m", "realstyler", "video", str(source), "-s", "painted"]
    command += ["--network", "live", "-o", str(target), "--resume"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(parts.folder_of(target).glob("0*1.mp4")) and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    again = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    assert "had been painted before" in again.stderr
    assert len(read(target).frames) == 600
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "in.mp4",
        "out.mp4",
    ]


@pytest.mark.skipif(os.name == "nt", reason="counts memory as POSIX does")
def test_kills_change_no_packet(painted: Path) -> None:
    """A short run of the trial: a render that was killed is the one that ran through."""
    script = Path(__file__).parents[3] / "benchmarks" / "interrupted_clip.py"
    command = [sys.executable, str(script), "--seconds", "12", "--size", "64x48", "--kills", "1"]
    command += ["--delay", "0", "--style", "painted"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["faults"] == []
