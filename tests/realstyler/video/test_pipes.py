"""Videos that come through standard input and go through standard output."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

from clips import Clip, read
from realstyler.engine import Cancellation, Controls, Stylizer
from realstyler.errors import Cancelled, InputError, OutputError, UsageError
from realstyler.video import VideoOptions, VideoProgress, VideoResult, stylize_video

STANDARD = Path("-")


@contextmanager
def piped_in(content: bytes, *, stays_open: bool = False) -> Iterator[None]:
    """Let standard input be a pipe through which something comes."""
    reading, writing = os.pipe()
    with ExitStack() as stack:
        ended = threading.Event()

        def feed() -> None:
            with os.fdopen(writing, "wb") as file, suppress(BrokenPipeError):
                file.write(content)
                file.flush()
                if stays_open:
                    ended.wait(60)

        sender = threading.Thread(target=feed)
        sender.start()
        stack.callback(sender.join)
        stack.callback(ended.set)
        before = sys.stdin
        sys.stdin = stack.enter_context(io.TextIOWrapper(os.fdopen(reading, "rb")))
        try:
            yield
        finally:
            sys.stdin = before


@contextmanager
def caught(path: Path) -> Iterator[None]:
    """Let standard output go to a file that cannot be written but in order."""
    before = sys.stdout
    with path.open("wb") as file:
        only = SimpleNamespace(write=file.write, flush=file.flush, isatty=lambda: False)
        sys.stdout = SimpleNamespace(buffer=only, flush=file.flush)  # type: ignore[assignment]
        try:
            yield
        finally:
            sys.stdout = before


def copied(source: Path, target: Path, options: VideoOptions | None = None) -> VideoResult:
    """Send a video through everything with a strength of 0."""
    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options)


@pytest.mark.parametrize("form", [None, "ts", "y4m", "mp4", "webm", "gif"])
def test_what_comes_through_a_pipe_goes_on_through_one(
    painted: Path, tmp_path: Path, form: str | None
) -> None:
    """All frames, and where the format holds it all sound, without a place to go back to."""
    source = Clip(sound=True).write(tmp_path / "in.mkv")
    target = tmp_path / f"out.{form or 'mkv'}"
    with piped_in(source.read_bytes()), caught(target):
        result = copied(STANDARD, STANDARD, VideoOptions(format=form))
    content = read(target)
    assert len(content.frames) == result.frames == 24
    silent = form in {"y4m", "gif"}
    assert bool(content.packets.get("audio")) == (not silent)
    assert any("sound was left out" in note for note in result.notes) == silent


def test_raw_pictures_keep_their_rate_and_odd_sides(painted: Path, tmp_path: Path) -> None:
    """Y4M has one rate: a clip of any times is brought to it, and comes back as it was."""
    clip = Clip(size=(63, 47), pixel_format="yuv444p", times=[0, 1, 2, 9, 10])
    clip = Clip(5, clip.size, pixel_format="yuv444p", times=clip.times)
    source = clip.write(tmp_path / "in.mkv")
    copied(source, tmp_path / "raw.y4m", VideoOptions(fps=Fraction(25)))
    raw = read(tmp_path / "raw.y4m")
    assert (len(raw.frames), raw.codec) == (11, "rawvideo")
    assert raw.frames[0].shape == (47, 63, 3)
    with piped_in((tmp_path / "raw.y4m").read_bytes()):
        copied(STANDARD, tmp_path / "back.mp4")
    assert [float(time) for time in read(tmp_path / "back.mp4").times] == [
        number / 25 for number in range(11)
    ]


def test_a_part_of_a_pipe(painted: Path, tmp_path: Path) -> None:
    """What lies before --start is read and left out, since nothing can be skipped."""
    source = Clip(frames=50).write(tmp_path / "in.mkv")
    options = VideoOptions(start=Fraction(1), end=Fraction("1.4"))
    with piped_in(source.read_bytes()):
        assert copied(STANDARD, tmp_path / "out.mp4", options).frames == 10


def test_a_file_as_standard_input_is_read_in_any_order(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An MP4 whose index is at its end: redirected it is read, piped it is refused clearly."""
    clip = Clip(frames=60, size=(160, 120), options={"crf": "1"}, sound=True)
    source = clip.write(tmp_path / "in.mp4")
    with monkeypatch.context() as patched, source.open() as file:
        patched.setattr(sys, "stdin", file)
        assert copied(STANDARD, tmp_path / "file.mp4").frames == 60
    with piped_in(source.read_bytes()), pytest.raises(InputError, match="the index of an MP4"):
        copied(STANDARD, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "is empty"), (b"no video at all" * 100, "is not a video")]
)
def test_no_video_comes(painted: Path, tmp_path: Path, content: bytes, reason: str) -> None:
    """Nothing, or something else: one line that says so."""
    with piped_in(content), pytest.raises(InputError, match=f"standard input {reason}"):
        copied(STANDARD, tmp_path / "out.mp4")


@pytest.mark.parametrize("keep_partial", [False, True])
def test_a_pipe_that_stalls_can_be_left(painted: Path, tmp_path: Path, keep_partial: bool) -> None:
    """Whoever stops the work need not wait for the sender."""
    content = Clip(frames=60).write(tmp_path / "in.mkv").read_bytes()
    cancel = Cancellation()
    stylizer, target = Stylizer("painted", network="live"), tmp_path / "out.mp4"
    options = VideoOptions(keep_partial=keep_partial)

    def report(state: VideoProgress) -> None:
        if state.frames == 1:
            threading.Timer(0.1, cancel.cancel).start()

    def paint() -> VideoResult:
        return stylize_video(STANDARD, target, stylizer, None, options, report, cancel)

    with piped_in(content[: len(content) * 3 // 4], stays_open=True):
        if keep_partial:
            assert not paint().complete
        else:
            with pytest.raises(Cancelled):
                paint()
    assert target.exists() == keep_partial


def test_closed_streams_are_told(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python has none where whoever started it closed them."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input is empty"):
        copied(STANDARD, tmp_path / "out.mp4")
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match="cannot write to standard output"):
        copied(Clip(frames=2).write(tmp_path / "in.mkv"), STANDARD)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full device")
def test_a_full_device_is_told(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard output has no name and no disk that could be freed."""
    source = Clip(frames=4).write(tmp_path / "in.mkv")
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OutputError, match="standard output: no space left on device"):
            copied(source, STANDARD)
        with suppress(OSError):
            full.buffer.close()


def test_what_pipes_cannot(painted: Path, tmp_path: Path) -> None:
    """Formats that go back to their beginning, and renders that are to be resumed."""
    source = Clip(frames=2).write(tmp_path / "in.mkv")
    with pytest.raises(UsageError, match="cannot be webp"):
        copied(source, STANDARD, VideoOptions(format="webp"))
    with pytest.raises(UsageError, match="there is no format 'avi2'"):
        copied(source, STANDARD, VideoOptions(format="avi2"))
    for ends in ((source, STANDARD), (STANDARD, tmp_path / "out.mp4")):
        with pytest.raises(UsageError, match="cannot be resumed"):
            copied(*ends, VideoOptions(resume=True))
    with pytest.raises(UsageError, match="cannot be resumed"):
        copied(source, tmp_path / "out.y4m", VideoOptions(resume=True))


def test_another_format_than_the_suffix(painted: Path, tmp_path: Path) -> None:
    """A name without a suffix of its own is written as the format says."""
    source = Clip(frames=3).write(tmp_path / "in.mkv")
    copied(source, tmp_path / "part.tmp", VideoOptions(format="matroska"))
    assert (tmp_path / "part.tmp").read_bytes().startswith(b"\x1a\x45\xdf\xa3")
