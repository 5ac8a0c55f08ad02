"""Clips: rejected by headers and packets alone, painted with sound, without other metadata."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

import clips as made
from pictures_for_tests import frames_of, likeness
from realstyler.engine import Cancellation, Controls, Stylizer
from realstyler.errors import Cancelled, InputError
from realstyler_bot.jobs import Source
from realstyler_bot.workers.clips import Clip, ClipLimits, inspect, paint_clip, remove_leftovers
from realstyler_bot.workers.painting import clip_kind

LIMITS = ClipLimits(seconds=2, frames=60, pixels=128 * 128, side=48, frame_seconds=30)
PLACE = "+52.5000+013.4000/"
Paint = Callable[..., Clip]


@pytest.fixture
def paint(two_styles: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paint:
    """Paint with a real network, in the test's own temporary folder."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))

    shares: list[float] = []

    def run(content: bytes, cancel: Cancellation | None = None, **limits: float) -> Clip:
        return paint_clip(
            content,
            Stylizer("alpha", network="live"),
            Controls(),
            replace(LIMITS, **limits),
            cancel or Cancellation(),
            shares.append,
        )

    run.shares = shares  # type: ignore[attr-defined]
    return run


def film(path: Path, **changes: object) -> bytes:
    """Make a clip of 10 frames of 64×48, like the tests of video files."""
    return made.Clip(**{"frames": 10, **changes}).write(path).read_bytes()  # type: ignore[arg-type]


def with_tags(path: Path) -> bytes:
    """Make a clip like a drone's: a location in its tags and in its subtitles."""
    film(path.with_name("plain.mp4"), sound=True, subtitles=True, chapters=True)
    options = {"movflags": "use_metadata_tags"}
    with (
        av.open(str(path.with_name("plain.mp4"))) as old,
        av.open(str(path), "w", options=options) as new,
    ):
        streams = [stream for stream in old.streams if stream.type != "data"]
        seats = {stream.index: new.add_stream_from_template(stream) for stream in streams}
        new.metadata.update({"location": PLACE, "com.apple.quicktime.model": "a drone"})
        for packet in old.demux(streams):
            if packet.size:
                packet.stream = seats[packet.stream.index]
                new.mux(packet)
    return path.read_bytes()


def with_wavpack(path: Path) -> bytes:
    """Make a Matroska file with audio that MP4 can't contain."""
    film(path.with_name("plain.mp4"))
    with av.open(str(path.with_name("plain.mp4"))) as old, av.open(str(path), "w") as new:
        video = new.add_stream_from_template(old.streams.video[0])
        sound = new.add_stream("wavpack", rate=48000)
        silence = av.AudioFrame(sound.format.name, "stereo", samples=4800)
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        silence.sample_rate = 48000
        new.mux([*sound.encode(silence), *sound.encode(None)])
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = video
                new.mux(packet)
    return path.read_bytes()


def test_sound_is_copied_and_nothing_else(paint: Paint, tmp_path: Path) -> None:
    """Frames are painted, audio is bit-exact; location, camera, chapters, subtitles are dropped."""
    source, target = tmp_path / "source.mp4", tmp_path / "target.mp4"
    content = with_tags(source)
    assert PLACE.encode() in content
    clip = paint(content)
    target.write_bytes(clip.content)
    before, after = made.read(source), made.read(target)
    assert "subtitle" in before.packets
    assert after.packets == {"audio": before.packets["audio"]}
    assert after.times == before.times
    assert (clip.sound, clip.suffix) == (True, ".mp4")
    assert (clip.width, clip.height) == (48, 36)
    for secret in (PLACE.encode(), b"a drone", b"painted", b"first"):
        assert secret not in clip.content
    assert not after.chapters
    shrunk = Stylizer("alpha", network="live").stylize(before.frames[5][:36, :48].copy())
    assert likeness(after.frames[5], shrunk) < 40, "it is another picture altogether"
    assert paint.shares[-1] == 1  # type: ignore[attr-defined]
    assert not list((tmp_path / "temporary").iterdir()), "nothing is left behind"


def test_turned_clips_stand_upright(paint: Paint, tmp_path: Path) -> None:
    """An upright phone records rotated frames; the result is upright and scaled by its side."""
    clip = paint(film(tmp_path / "in.mp4", rotation=90))
    assert (clip.width, clip.height) == (36, 48)
    assert len(frames_of(clip.content)) == 10


@pytest.mark.parametrize("suffix", [".gif", ".webm", ".mov", ".mkv"])
def test_other_containers(paint: Paint, tmp_path: Path, suffix: str) -> None:
    """GIF, WebM, QuickTime and Matroska come back as MP4."""
    codec = {".gif": "gif", ".webm": "libvpx-vp9"}.get(suffix, "libx264")
    kind = "rgb8" if suffix == ".gif" else "yuv420p"
    options: dict[str, str] = {}
    content = film(tmp_path / f"in{suffix}", codec=codec, pixel_format=kind, options=options)
    clip = paint(content)
    assert content[:4] != clip.content[:4]
    assert clip.content[4:8] == b"ftyp"
    assert not clip.sound
    assert len(frames_of(clip.content)) == 10


def test_sound_that_mp4_cannot_hold(paint: Paint, tmp_path: Path) -> None:
    """It becomes AAC, so that the clip can be sent as a video."""
    clip = paint(with_wavpack(tmp_path / "in.mkv"))
    (tmp_path / "out.mp4").write_bytes(clip.content)
    assert clip.suffix == ".mp4"
    assert made.read(tmp_path / "out.mp4").packets["audio"]
    source = Source(kind="clip", file_id="x", message_id=1)
    assert clip_kind(clip, source, as_file=False) == "video"


def test_kinds() -> None:
    """A clip with sound is a video, as Telegram's animations have none; GIFs are animations."""
    silent = Clip(b"", ".mp4", 2, 2, 1.0, sound=False)
    video, gif = (Source(kind=kind, file_id="x", message_id=1) for kind in ("clip", "animation"))
    assert clip_kind(silent, gif, as_file=False) == "animation"
    assert clip_kind(silent, video, as_file=False) == "video"
    assert clip_kind(replace(silent, sound=True), gif, as_file=False) == "video"
    assert clip_kind(silent, gif, as_file=True) == "document"


@pytest.mark.parametrize(
    ("changes", "limits", "said"),
    [
        ({}, {"frames": 9}, "more than 9 frames"),
        ({}, {"pixels": 64 * 47}, "frames of 64×48 pixels"),
        ({"times": [0, 100]}, {}, "lasts 4 s, more than 2"),
        ({"options": {"live": "1"}, "times": [0, 100]}, {}, "lasts"),
    ],
)
def test_refused_before_anything_is_decoded(
    tmp_path: Path, changes: dict[str, object], limits: dict[str, int], said: str
) -> None:
    """Too long, too many frames, too large: rejected even if the header does not say so."""
    suffix = ".mkv" if "options" in changes else ".mp4"
    content = film(tmp_path / f"in{suffix}", **changes)
    assert inspect(content, replace(LIMITS, seconds=9)).frames == len(
        changes.get("times", range(10))  # type: ignore[arg-type]
    )
    with pytest.raises(InputError, match=said):
        inspect(content, replace(LIMITS, **limits))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#EXTM3U\nfile:///etc/passwd",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"\x00\x00\x00\x18ftypisom",
        b"GIF89a",
        b"\x1aE\xdf\xa3" + bytes(40),
    ],
)
def test_what_is_no_clip(paint: Paint, content: bytes) -> None:
    """Playlists can't open files, damage is reported, and no temporary path is shown."""
    with pytest.raises(InputError, match=r"^the clip (is damaged|contains no pictures)") as caught:
        paint(content)
    assert "/" not in caught.value.what


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_truncated(paint: Paint, tmp_path: Path, suffix: str) -> None:
    """The readable part of a truncated clip is painted."""
    options = {"movflags": "+faststart"} if suffix == ".mp4" else {}
    path = made.Clip(frames=40).write(tmp_path / f"in{suffix}")
    with (
        av.open(str(path)) as old,
        av.open(str(tmp_path / f"out{suffix}"), "w", options=options) as new,
    ):
        seat = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = seat
                new.mux(packet)
    content = (tmp_path / f"out{suffix}").read_bytes()
    frames = frames_of(paint(content[: len(content) * 3 // 4]).content)
    assert 10 < len(frames) < 40


def test_cancelled(paint: Paint, tmp_path: Path) -> None:
    """A clip is cancelled between frames, and leaves nothing behind."""
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        paint(film(tmp_path / "in.mp4"), cancel)
    assert not list((tmp_path / "temporary").iterdir())


def test_given_up(paint: Paint, tmp_path: Path) -> None:
    """A clip without a finished frame within the time limit is abandoned and cancelled."""
    cancel = Cancellation()
    with pytest.raises(InputError, match="the clip takes too long"):
        paint(film(tmp_path / "in.mp4"), cancel, frame_seconds=0.001)
    assert cancel.requested


def test_leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of killed processes are removed; those of running ones and others' are kept."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names = ("realstyler-clip-old", "realstyler-clip-new", "other")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "clip").write_bytes(np.zeros(9, np.uint8).tobytes())
    for name in ("realstyler-clip-old", "other"):
        os.utime(tmp_path / name, (time.time() - 5000,) * 2)
    remove_leftovers(1200)
    assert {path.name for path in tmp_path.iterdir()} == {"realstyler-clip-new", "other"}
