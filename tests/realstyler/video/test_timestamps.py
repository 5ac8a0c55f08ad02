"""Clocks that go back or jump ahead, packet by packet and in files that were joined."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import pytest

from clips import Clip, read, remuxed
from realstyler.engine import Controls, Stylizer
from realstyler.video import VideoOptions, VideoResult, stylize_video
from realstyler.video.timestamps import Timeline

SECOND = 1000


@dataclass
class Stream:
    """What a timeline asks of a stream."""

    index: int
    type: str = "video"


@dataclass
class Packet:
    """What a timeline asks of a packet."""

    stream: Stream
    dts: int | None
    pts: int | None = None
    duration: int = 40
    time_base: Fraction = Fraction(1, SECOND)


def placed(times: list[int], *, may_jump: bool = True) -> tuple[list[int | None], Timeline]:
    """Send packets of one stream through a timeline."""
    timeline, video = Timeline(may_jump=may_jump), Stream(0)
    packets = [Packet(video, time, time) for time in times]
    for packet in packets:
        timeline.place(packet)
    assert all(packet.dts == packet.pts for packet in packets)
    return [packet.dts for packet in packets], timeline


def test_what_runs_on_stays_as_it_is() -> None:
    """Uneven rates, small gaps and small steps back are no jumps."""
    times = [0, 40, 80, 5000, 5040, 5030, 5080]
    found, timeline = placed(times)
    assert found == times
    assert not timeline.jumps


@pytest.mark.parametrize("may_jump", [True, False])
def test_clocks_that_begin_anew_go_on(may_jump: bool) -> None:
    """Behind a step back the next packet is due when the one before it ends."""
    found, timeline = placed([0, 40, 80, 120, 0, 40], may_jump=may_jump)
    assert found == [0, 40, 80, 120, 160, 200]
    assert timeline.jumps == [Fraction(160, SECOND)]


def test_a_jump_ahead_is_closed_where_clocks_may_be_set() -> None:
    """Hours without a packet are a jump in a broadcast, and a long picture elsewhere."""
    times = [0, 40, 3_600_000, 3_600_040]
    assert placed(times)[0] == [0, 40, 80, 120]
    assert placed(times, may_jump=False)[0] == times
    assert placed([0, 40, 400_000_000], may_jump=False)[0] == [0, 40, 80]


def test_a_gap_that_another_stream_fills_stays() -> None:
    """Pictures that pause for a minute, while sound runs on, stay with their sound."""
    timeline = Timeline(may_jump=True)
    video, sound = Stream(0), Stream(1, "audio")
    packets = [
        Packet(video, 0),
        *(Packet(sound, time, duration=1000) for time in range(0, 60_000, 1000)),
    ]
    late = Packet(video, 60_000)
    for packet in (*packets, late):
        timeline.place(packet)
    assert late.dts == 60_000
    assert not timeline.jumps


def test_one_wrong_stamp_mends_itself() -> None:
    """A single stamp that is far off moves neither what comes before nor after it."""
    assert placed([0, 40, 90_000, 120, 160])[0] == [0, 40, 80, 120, 160]


def copied(source: Path, target: Path, options: VideoOptions | None = None) -> VideoResult:
    """Send a video through everything with a strength of 0."""
    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options)


def joined(folder: Path, suffix: str, later: int) -> Path:
    """Join a clip of 1 s to itself as `cat` does; the second one's clock is ``later`` seconds."""
    plain = Clip(frames=25, sound=True, options={"crf": "10", "g": "12"}).write(
        folder / "plain.mp4"
    )
    parts = [
        remuxed(plain, folder / f"one{suffix}"),
        remuxed(plain, folder / f"two{suffix}", later),
    ]
    path = folder / f"in{suffix}"
    header = 13 if suffix == ".flv" else 0  # FFmpeg stops at a second one
    path.write_bytes(parts[0].read_bytes() + parts[1].read_bytes()[header:])
    return path


@pytest.mark.parametrize(("suffix", "later"), [(".ts", 0), (".ts", 5000), (".flv", 0), (".vob", 0)])
def test_joined_files_run_through(painted: Path, tmp_path: Path, suffix: str, later: int) -> None:
    """Twice a second is 2 s, with all frames and sound, and the join is told."""
    source, target = joined(tmp_path, suffix, later), tmp_path / "out.mp4"
    result = copied(source, target)
    content = read(target)
    assert result.frames == len(content.frames) == 50
    assert float(content.duration) == pytest.approx(2, abs=0.1)
    gaps = [float(two - one) for one, two in itertools.pairwise(content.times)]
    assert max(gaps) < 0.13
    with av.open(str(target)) as container:
        sound = container.streams.audio[0]
        assert float(sound.duration * sound.time_base) == pytest.approx(2, abs=0.1)
    assert [note for note in result.notes if "time stamps jump at" in note]
    assert not result.problems


def test_a_part_behind_a_join_is_found(painted: Path, tmp_path: Path) -> None:
    """Times count through the joins."""
    source, target = joined(tmp_path, ".ts", 0), tmp_path / "out.mp4"
    options = VideoOptions(start=Fraction("1.4"), end=Fraction("1.8"))
    assert copied(source, target, options).frames == pytest.approx(10, abs=1)
    with av.open(str(target)) as container:
        assert container.duration == pytest.approx(400_000, abs=60_000)
