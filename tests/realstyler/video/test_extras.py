"""What files hold beside pictures and sound is in the result, or its loss is told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from clips import RATE, Clip, read, remuxed
from realstyler.engine import Controls, Stylizer
from realstyler.errors import UsageError
from realstyler.video import VideoOptions, VideoResult, stylize_video
from realstyler.video.metadata import tells_place

FONT = bytes(range(256)) * 8


def copied(source: Path, target: Path, options: VideoOptions | None = None) -> VideoResult:
    """Send a video through everything with a strength of 0."""
    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options)


def rewritten(source: Path, target: Path, change: Any, **options: str) -> Path:
    """Copy a file, with ``change`` called on the new container and its seats before anything."""
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        seats = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        extra = list(change(new, seats) or ())
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = seats[packet.stream.index]
                new.mux(packet)
        for packet in extra:
            new.mux(packet)
    return target


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_camera_s_clock_runs_on(painted: Path, tmp_path: Path, suffix: str) -> None:
    """A timecode stays where its frames do, and is told where they are others."""

    def clock(_: Any, seats: dict[int, Any]) -> None:
        seats[0].metadata["timecode"] = "01:02:03:04"

    source = rewritten(Clip().write(tmp_path / "plain.mp4"), tmp_path / "in.mov", clock)
    target, part = tmp_path / f"out{suffix}", tmp_path / f"part{suffix}"
    assert not copied(source, target).notes
    with av.open(str(target)) as container:
        tags = {key.lower(): value for key, value in container.streams.video[0].metadata.items()}
    assert tags["timecode"] == "01:02:03:04"
    result = copied(source, part, VideoOptions(start=Fraction("0.2")))
    assert "the timecode was left out: its frames are others" in result.notes


def test_chapters_are_no_track_of_their_own(painted: Path, tmp_path: Path) -> None:
    """Titles of chapters are kept: no loss is told, nor an end that only they reach."""
    source = Clip(frames=3, chapters=True, sound=True).write(tmp_path / "in.mp4")
    result = copied(source, tmp_path / "out.mp4")
    assert (result.notes, result.problems) == ((), ())
    assert len(read(tmp_path / "out.mp4").chapters) == 2


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_what_an_edit_list_cuts_off_stays_off(painted: Path, tmp_path: Path, suffix: str) -> None:
    """Sound and pictures of a cut begin together, in containers without such lists too."""
    whole = Clip(frames=100, sound=True, options={"crf": "20", "g": "50"})
    cut = {"output_ts_offset": "-2.5", "avoid_negative_ts": "disabled"}
    source = remuxed(whole.write(tmp_path / "whole.mp4"), tmp_path / "in.mp4", **cut)
    result = copied(source, tmp_path / f"out{suffix}")
    assert result.frames == 37
    with av.open(str(tmp_path / f"out{suffix}")) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        first = [float(s.start_time * s.time_base) for s in (video, sound)]
        assert abs(first[0] - first[1]) < 0.25


def test_fonts_of_subtitles_travel(painted: Path, tmp_path: Path) -> None:
    """From Matroska to Matroska attached files are untouched; elsewhere their loss is told."""

    def font(container: Any, _: dict[int, Any]) -> None:
        container.add_attachment("a.ttf", "application/x-truetype-font", FONT)

    source = rewritten(Clip().write(tmp_path / "plain.mp4"), tmp_path / "in.mkv", font)
    assert not copied(source, tmp_path / "out.mkv").notes
    with av.open(str(tmp_path / "out.mkv")) as container:
        (attached,) = container.streams.attachments
        assert (attached.name, bytes(attached.data)) == ("a.ttf", FONT)
    notes = copied(source, tmp_path / "out.mp4").notes
    assert "attached files, as fonts, left out: .mp4 holds none" in notes


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_camera_s_name_is_kept_or_told(painted: Path, tmp_path: Path, suffix: str) -> None:
    """Make and model are in the result, or a note says that they are not."""
    tags = {"make": "Maker", "model": "Camera 7"}

    def name(container: Any, _: dict[int, Any]) -> None:
        container.metadata.update({f"com.apple.quicktime.{key}": tags[key] for key in tags})

    plain = Clip().write(tmp_path / "plain.mp4")
    source = rewritten(plain, tmp_path / "in.mov", name, movflags="use_metadata_tags")
    result = copied(source, tmp_path / f"out{suffix}")
    held = set(read(tmp_path / f"out{suffix}").metadata.values())
    if suffix == ".mp4":
        assert "tags left out: .mp4 holds none for make, model" in result.notes
    else:
        assert held >= set(tags.values())
        assert not result.notes


def test_places_in_subtitles_stay_at_home(painted: Path, tmp_path: Path) -> None:
    """Drones write where they are into subtitles: gone by default, there if asked for."""
    texts = [b"GPS(13.4050,52.5200,19)", b"Hello", b"[latitude: 52.52] [longitude: 13.4]"]

    def subtitles(container: Any, _: dict[int, Any]) -> list[Any]:
        stream = container.add_mux_stream("subrip")
        return [cue(stream, text, 200 * number) for number, text in enumerate(texts)]

    source = rewritten(Clip().write(tmp_path / "plain.mp4"), tmp_path / "in.mkv", subtitles)
    result = copied(source, tmp_path / "out.mkv")
    held = [data for _, data in read(tmp_path / "out.mkv").packets["subtitle"]]
    assert held == [b"Hello"]
    assert "subtitles that tell a place were left out, 2 in all" in result.notes
    assert not copied(source, tmp_path / "all.mkv", VideoOptions(metadata="all")).notes
    held = [data for _, data in read(tmp_path / "all.mkv").packets["subtitle"]]
    assert held == texts


def cue(stream: Any, text: bytes, time: int) -> Any:
    """Make one subtitle of a tenth of a second."""
    packet = av.Packet(text)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = time
    packet.duration = 100
    return packet


def test_places_are_told_from_other_numbers() -> None:
    """Coordinates are places; times, prices and talk of GPS are not."""
    for text in ("GPS (13.4, 52.5)", "lat: 52.5", "52.520008, 13.404954", "+52.5000+013.4000/"):
        assert tells_place(text), text
    for text in ("The GPS is broken", "See you at 10.30, 11.45", "late 90s", "2024-01-02", "a/b"):
        assert not tells_place(text), text


def test_other_tracks_may_be_longer(painted: Path, tmp_path: Path) -> None:
    """A second, longer track of pictures is told, and is no sign of damage."""
    longer = Clip(frames=100).write(tmp_path / "longer.mp4")

    def second(container: Any, _: dict[int, Any]) -> list[Any]:
        with av.open(str(longer)) as other:
            seat = container.add_stream_from_template(other.streams.video[0])
            packets = [packet for packet in other.demux() if packet.dts is not None]
        for packet in packets:
            packet.stream = seat
        return packets

    source = rewritten(Clip().write(tmp_path / "plain.mp4"), tmp_path / "in.mp4", second)
    result = copied(source, tmp_path / "out.mp4")
    assert (result.frames, result.problems) == (24, ())
    assert result.notes == ("only one of several tracks of pictures was painted",)
    assert copied(source, tmp_path / "two.mp4", VideoOptions(track=2)).frames == 100
    for track in (0, 3):
        with pytest.raises(UsageError, match=f"no track {track} of pictures"):
            copied(source, tmp_path / "none.mp4", VideoOptions(track=track))


def test_pictures_that_change_their_size_are_told(painted: Path, tmp_path: Path) -> None:
    """All of them are in the result, in the size of the first."""
    small = remuxed(Clip(frames=25).write(tmp_path / "s.mp4"), tmp_path / "s.ts")
    large = remuxed(Clip(frames=25, size=(96, 64)).write(tmp_path / "l.mp4"), tmp_path / "l.ts")
    source = tmp_path / "in.ts"
    source.write_bytes(small.read_bytes() + large.read_bytes())
    result = copied(source, tmp_path / "out.mp4")
    assert result.frames == 50
    assert "the pictures change their size; all were scaled to 64×48" in result.notes


@pytest.mark.parametrize(("suffix", "expected"), [(".gif", (93, 48)), (".mp4", (64, 48))])
def test_pixels_that_are_not_square(
    painted: Path, tmp_path: Path, suffix: str, expected: tuple[int, int]
) -> None:
    """A GIF has square pixels only: it grows wider; in a video their shape is kept."""
    source = tmp_path / "in.mkv"
    with av.open(str(source), "w") as container:
        video = container.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.codec_context.sample_aspect_ratio = Fraction(16, 11)
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(Clip().picture(number), "rgb24")
            container.mux(list(video.encode(frame)))
        container.mux(list(video.encode(None)))
    result = copied(source, tmp_path / f"out{suffix}")
    assert (result.width, result.height) == expected
    with av.open(str(tmp_path / f"out{suffix}")) as container:
        aspect = container.streams.video[0].sample_aspect_ratio or Fraction(1)
        assert aspect == (Fraction(16, 11) if suffix == ".mp4" else 1)
