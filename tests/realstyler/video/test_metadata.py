"""Titles travel, places stay at home, and nothing personal goes out where nothing shall."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from clips import Clip, read
from realstyler.engine import Controls, Stylizer
from realstyler.errors import UsageError
from realstyler.video import VideoOptions, VideoResult, stylize_video
from realstyler.video.metadata import CHOICES, Metadata, kept

PLACE = "+52.5000+013.4000/"
TAGS = {
    "comment": "at the lake",
    "location": PLACE,
    "com.apple.quicktime.location.ISO6709": PLACE,
    "com.apple.quicktime.model": "a telephone",
    "creation_time": "2024-01-02T03:04:05Z",
}


def filmed(path: Path) -> Path:
    """Write a clip as a telephone does, that says where and when it was filmed, and by what."""
    plain = Clip(frames=3, sound=True, subtitles=True, chapters=True).write(path.with_stem("plain"))
    options = {} if path.suffix == ".mkv" else {"movflags": "use_metadata_tags"}
    with av.open(str(plain)) as old, av.open(str(path), "w", options=options) as new:
        streams = [stream for stream in old.streams if stream.type != "data"]
        seats = {stream.index: new.add_stream_from_template(stream) for stream in streams}
        new.metadata.update(old.metadata)
        new.metadata.update(TAGS)
        new.set_chapters(old.chapters())
        for seat in seats.values():
            seat.metadata.update({"language": "deu", **TAGS})
        for packet in old.demux(streams):
            if packet.size:
                packet.stream = seats[packet.stream.index]
                new.mux(packet)
    return path


def told(path: Path) -> str:
    """Return all that a file and its streams say about themselves, in one text."""
    with av.open(str(path)) as container:
        return str([container.metadata, *(stream.metadata for stream in container.streams)])


def painted_with(tmp_path: Path, suffix: str, metadata: Metadata) -> tuple[Path, VideoResult]:
    """Send a telephone's clip through everything."""
    source, target = filmed(tmp_path / f"in{suffix}"), tmp_path / f"out{suffix}"
    stylizer, options = Stylizer("painted", network="live"), VideoOptions(metadata=metadata)
    assert PLACE in told(source)
    return target, stylize_video(source, target, stylizer, Controls(strength=0), options)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_place_stays_at_home(painted: Path, tmp_path: Path, suffix: str) -> None:
    """Unless asked for, no tag and no byte of the file tells where it was filmed; titles travel."""
    target, _ = painted_with(tmp_path, suffix, VideoOptions().metadata)
    assert PLACE.encode() not in target.read_bytes()
    assert "6709" not in told(target)
    assert "at the lake" in told(target)
    assert read(target).metadata["title"] == "A clip"
    assert len(read(target).chapters) == 2


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_place_travels_if_asked_for(painted: Path, tmp_path: Path, suffix: str) -> None:
    """With ``all`` it is there."""
    target, _ = painted_with(tmp_path, suffix, "all")
    assert PLACE in told(target)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_nothing_personal_goes_out(painted: Path, tmp_path: Path, suffix: str) -> None:
    """With ``none`` there are picture and sound: no tag, date, chapter or subtitle."""
    target, result = painted_with(tmp_path, suffix, "none")
    content = read(target)
    assert set(content.packets) == {"audio"}
    assert not content.chapters
    everything = told(target) + target.read_bytes().decode("latin-1")
    for value in ("A clip", "first", *TAGS.values(), "2024-01-02"):
        assert value not in everything
    assert "subtitles left out with the metadata" in result.notes


def test_every_spelling_of_a_place_is_known() -> None:
    """Tags of Apple, Android, Matroska and dashcams; languages are no places."""
    places = ("location", "location-eng", "LOCATION", "com.apple.quicktime.location.name",
              "com.apple.quicktime.location.accuracy.horizontal", "RECORDING_LOCATION",
              "GPSCoordinates", "latitude", "\xa9xyz")  # fmt: skip
    assert kept(dict.fromkeys(places, "here"), "no-place") == {}
    assert kept({"title": "a", "language": "deu"}, "none") == {"language": "deu"}


def test_choices_are_checked() -> None:
    """Another word is refused with those that there are."""
    assert VideoOptions().metadata in CHOICES
    with pytest.raises(UsageError, match="all, no-place, none"):
        VideoOptions(metadata="some")  # type: ignore[arg-type]
