"""Sound of every kind into every container: untouched where it fits, else encoded anew."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clips import Clip, read, remuxed
from realstyler.engine import Controls, Stylizer
from realstyler.errors import UsageError
from realstyler.video import VideoOptions, VideoResult, stylize_video
from realstyler.video.options import AUDIO


def copied(source: Path, target: Path, options: VideoOptions | None = None) -> VideoResult:
    """Send a video through everything with a strength of 0."""
    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options)


def codecs(path: Path) -> list[str]:
    """Return the codecs of the sound of a file."""
    with av.open(str(path)) as container:
        return [stream.codec_context.name for stream in container.streams.audio]


def loudness(path: Path, seconds: float) -> np.ndarray:
    """Return the loudness of the first channel in steps of 20 ms, from where the file begins."""
    levels, due = np.zeros(int(seconds * 50)), 0.0
    with av.open(str(path)) as container:
        begin = max(0, container.start_time or 0) / av.time_base
        for frame in container.decode(audio=0):
            samples = frame.to_ndarray().astype(np.float64)
            channels = len(frame.layout.channels)
            wave = samples[0] if frame.format.is_planar else samples.reshape(-1, channels)[:, 0]
            scale = 1 if "fl" in frame.format.name else 32768
            due = due if frame.time is None else float(frame.time)
            times = due - begin + np.arange(len(wave)) / frame.sample_rate
            for step in range(len(levels)):
                chosen = wave[(times >= step / 50) & (times < (step + 1) / 50)]
                if len(chosen):
                    levels[step] = max(levels[step], np.abs(chosen).max() / scale)
            due += len(wave) / frame.sample_rate
    return levels


@pytest.mark.parametrize(
    ("codec", "source", "suffix", "expected"),
    [
        ("aac", ".mp4", ".webm", "opus"),
        ("wmav2", ".asf", ".mp4", "aac"),
        ("wmav2", ".asf", ".mkv", "aac"),
        ("adpcm_ms", ".avi", ".mov", "aac"),
        ("adpcm_ms", ".avi", ".webm", "opus"),
        ("pcm_mulaw", ".avi", ".mp4", "aac"),
        ("flac", ".mkv", ".mov", "aac"),
        ("libopus", ".mkv", ".mov", "aac"),
    ],
)
def test_sound_that_does_not_fit_is_encoded_anew(
    painted: Path, tmp_path: Path, codec: str, source: str, suffix: str, expected: str
) -> None:
    """It becomes AAC, or Opus in WebM, at the same time and as loud; that is told."""
    before, after = tmp_path / f"in{source}", tmp_path / f"out{suffix}"
    result = copied(Clip(sound=True, sound_codec=codec).write(before), after)
    assert codecs(after) == [expected]
    name = {"aac": "AAC", "opus": "Opus"}[expected]
    held = codecs(before)[0]
    assert f"the sound became {name}: {suffix} holds no {held}" in result.notes
    assert not result.problems
    difference = loudness(before, 0.9) - loudness(after, 0.9)
    assert np.abs(difference[5:-5]).mean() < 0.03


@pytest.mark.parametrize(("codec", "suffix"), [("flac", ".mkv"), ("libopus", ".webm")])
def test_sound_that_fits_is_untouched(
    painted: Path, tmp_path: Path, codec: str, suffix: str
) -> None:
    """Not a bit of it changes, and nothing is told."""
    source, target = tmp_path / "in.mkv", tmp_path / f"out{suffix}"
    result = copied(Clip(sound=True, sound_codec=codec).write(source), target)
    before, after = read(source).packets["audio"], read(target).packets["audio"]
    assert [data for _, data in before] == [data for _, data in after]
    assert not result.notes


def test_sound_is_what_is_asked_for(painted: Path, tmp_path: Path) -> None:
    """``aac`` encodes what is not AAC yet, ``none`` leaves it out; another word is refused."""
    flac = Clip(sound=True, sound_codec="flac").write(tmp_path / "flac.mkv")
    target = tmp_path / "out.mkv"
    copied(flac, target, VideoOptions(audio="aac"))
    assert codecs(target) == ["aac"]
    again = tmp_path / "again.mkv"
    copied(target, again, VideoOptions(audio="aac"))
    first, second = read(target).packets["audio"], read(again).packets["audio"]
    assert [data for _, data in first] == [data for _, data in second]
    silent = tmp_path / "silent.mkv"
    assert not copied(flac, silent, VideoOptions(audio="none")).notes
    assert not codecs(silent)
    assert "copy" in AUDIO
    with pytest.raises(UsageError, match="copy, aac, none"):
        VideoOptions(audio="mp3")  # type: ignore[arg-type]


def test_encoded_sound_is_cut_with_the_pictures(painted: Path, tmp_path: Path) -> None:
    """A part of 0.4 s has 0.4 s of sound, that of its own time."""
    source, target = tmp_path / "in.avi", tmp_path / "out.mp4"
    Clip(sound=True, sound_codec="adpcm_ms").write(source)
    part = VideoOptions(start=Fraction("0.2"), end=Fraction("0.6"))
    copied(source, target, part)
    with av.open(str(target)) as container:
        sound = container.streams.audio[0]
        assert float(sound.duration * sound.time_base) == pytest.approx(0.4, abs=0.03)
    expected = loudness(source, 0.9)[10:30]
    assert np.abs(loudness(target, 0.4) - expected)[2:-2].mean() < 0.05


@pytest.mark.parametrize("suffix", [".ts", ".vob"])
def test_copied_sound_ends_with_the_pictures(painted: Path, tmp_path: Path, suffix: str) -> None:
    """Broadcasts hold sound far behind its pictures: reading goes on until it is complete."""
    clip = Clip(frames=100, sound=True, options={"crf": "10", "g": "12"})
    source = remuxed(clip.write(tmp_path / "plain.mp4"), tmp_path / f"in{suffix}")
    target = tmp_path / "out.mp4"
    result = copied(source, target, VideoOptions(start=Fraction(1), end=Fraction(3)))
    assert result.frames == 50
    with av.open(str(target)) as container:
        for stream in (container.streams.video[0], container.streams.audio[0]):
            assert float(stream.duration * stream.time_base) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("start", ["0.2", "1", "2.2", "3.8"])
def test_every_start_of_a_broadcast_is_found(painted: Path, tmp_path: Path, start: str) -> None:
    """Transport streams have no index: the first frame is the one that is due all the same."""
    clip = Clip(frames=100, options={"crf": "10", "g": "25"})
    source = remuxed(clip.write(tmp_path / "plain.mp4"), tmp_path / "in.ts")
    begin = Fraction(start)
    copied(source, tmp_path / "out.mp4", VideoOptions(start=begin, end=begin + Fraction("0.2")))
    content = read(tmp_path / "out.mp4")
    assert len(content.frames) == 5
    wanted = clip.picture(int(begin * 25)).astype(int)
    assert np.abs(content.frames[0].astype(int) - wanted).mean() < 4


def test_a_track_without_sound_is_left_out(painted: Path, tmp_path: Path) -> None:
    """A track that is announced, but never comes, is told and does no harm."""
    plain = Clip(frames=25, sound=True).write(tmp_path / "plain.mp4")
    source = remuxed(plain, tmp_path / "in.ts")
    without_packets(source, 0x101)
    result = copied(source, tmp_path / "out.mp4")
    assert result.frames == 25
    assert "a track of sound that holds none was left out" in result.notes
    assert not codecs(tmp_path / "out.mp4")


def without_packets(path: Path, program: int) -> None:
    """Take the packets of one stream out of an MPEG transport stream."""
    data = path.read_bytes()
    packets = [data[place : place + 188] for place in range(0, len(data), 188)]
    path.write_bytes(b"".join(p for p in packets if (p[1] & 31) << 8 | p[2] != program))
