"""Codecs, bit depths and dynamic ranges that are asked for, and refusals of those that are not."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from clips import BLUE, GREEN, GREY, RED, Clip, read
from realstyler.engine import Cancellation, Controls, Stylizer
from realstyler.errors import Cancelled, UsageError
from realstyler.video import VideoOptions, VideoProgress, VideoResult, parts, stylize_video
from realstyler.video.dynamic_range import HLG, PQ, from_bt709, to_bt709

LOSSLESS = {"x265-params": "log-level=error:lossless=1"}


def copied(source: Path, target: Path, options: VideoOptions, stop: int = 0) -> VideoResult:
    """Send a video through everything with a strength of 0, up to so many frames."""
    cancel = Cancellation()

    def report(state: VideoProgress) -> None:
        if state.frames == stop:
            cancel.cancel()

    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options, report, cancel)


def hdr_clip(transfer: int) -> Clip:
    """A clip in BT.2020, of high dynamic range."""
    return Clip(frames=3, size=(96, 64), codec="libx265", pixel_format="yuv420p10le", matrix=9,
                range=1, transfer=transfer, primaries=9, options=LOSSLESS)  # fmt: skip


def tags(path: Path) -> tuple[str, str, int, int, int]:
    """Return tag, kind of pixels, matrix, transfer and primaries of a file."""
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        frame = next(container.decode(video=0))
        kind = frame.format.name
        return context.codec_tag, kind, frame.colorspace, frame.color_trc, frame.color_primaries


@pytest.mark.parametrize(
    ("suffix", "codec", "name", "kind"),
    [
        (".mp4", "hevc", "hevc", "yuv420p"),
        (".mov", "hevc", "hevc", "yuv420p"),
        (".mkv", "hevc", "hevc", "yuv420p"),
        (".mp4", "av1", "libdav1d", "yuv420p"),
        (".webm", "av1", "libdav1d", "yuv420p"),
        (".mkv", "vp9", "vp9", "yuv420p"),
        (".mov", "prores", "prores", "yuv422p10le"),
        (".ts", "h264", "h264", "yuv420p"),
    ],
)
def test_a_codec_is_chosen(
    painted: Path, tmp_path: Path, suffix: str, codec: str, name: str, kind: str
) -> None:
    """Every container gets the codec, with all frames, their times and colours."""
    clip = Clip(size=(96, 64), matrix=1, range=1, sound=True)
    target = tmp_path / f"out{suffix}"
    result = copied(clip.write(tmp_path / "in.mp4"), target, VideoOptions(codec=codec, crf=10))  # type: ignore[arg-type]
    content = read(target)
    assert (content.codec, content.pixel_format) == (name, kind)
    assert (result.frames, content.matrix) == (24, 1)
    begin = content.times[0]
    assert [float(time - begin) for time in content.times] == pytest.approx(
        [float(due) for due in clip.due()], abs=0.001
    )
    for row, column, colour in ((8, 8, RED), (8, 80, GREEN), (56, 8, BLUE), (56, 80, GREY)):
        assert np.abs(content.frames[0][row, column].astype(int) - colour).max() < 14
    if codec == "hevc" and suffix != ".mkv":
        assert tags(target)[0] == "hvc1"


@pytest.mark.parametrize(("codec", "suffix"), [("h264", ".mp4"), ("hevc", ".mkv"), ("av1", ".mp4")])
def test_ten_bits_where_asked(painted: Path, tmp_path: Path, codec: str, suffix: str) -> None:
    """The file has 10 bits per colour; nothing else changes."""
    source, target = Clip(frames=3, size=(96, 64)).write(tmp_path / "in.mp4"), tmp_path / "o"
    target = target.with_suffix(suffix)
    copied(source, target, VideoOptions(codec=codec, bits=10, crf=8))  # type: ignore[arg-type]
    content = read(target)
    assert content.pixel_format == "yuv420p10le"
    assert np.abs(content.frames[0][8, 8].astype(int) - RED).max() < 12


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_what_is_brought_back_is_what_was_there(transfer: int) -> None:
    """Converting there and back changes no colour of BT.709 by more than two levels."""
    levels = np.linspace(8, 250, 9).round().astype(np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(27, 27, 3)
    signal = from_bt709(colours, transfer)
    back = to_bt709((signal / 257).round().astype(np.uint8), transfer)
    grey = (np.ptp(colours.astype(int), axis=-1) == 0)[..., None] & np.ones(3, bool)
    change = np.abs(back.astype(int) - colours)
    assert change[grey].max() <= 6
    assert np.percentile(change, 90) <= 6


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_high_dynamic_range_is_brought_back(painted: Path, tmp_path: Path, transfer: int) -> None:
    """In 10 bits of HEVC, tagged as before, as bright as before, and told."""
    source = hdr_clip(transfer).write(tmp_path / "in.mp4")
    result = copied(source, tmp_path / "out.mp4", VideoOptions(codec="hevc", hdr=True, crf=2))
    assert tags(tmp_path / "out.mp4") == ("hvc1", "yuv420p10le", 9, transfer, 9)
    assert [note for note in result.notes if "brought back to" in note]
    before, after = (read(tmp_path / name).frames[1] for name in ("in.mp4", "out.mp4"))
    # Grey, since the colours of the clip lie outside BT.709.
    assert np.abs(before[48:60, 60:90].astype(int) - after[48:60, 60:90]).mean() < 4


def test_what_becomes_of_high_dynamic_range_is_told(painted: Path, tmp_path: Path) -> None:
    """Without the wish it is BT.709 with a note; with it, an ordinary clip is told to be none."""
    source = hdr_clip(PQ).write(tmp_path / "in.mp4")
    notes = copied(source, tmp_path / "out.mp4", VideoOptions()).notes
    assert "PQ became BT.709, with highlights rolled off" in notes
    options = VideoOptions(codec="hevc", hdr=True)
    plain = Clip(frames=2, size=(96, 64), matrix=1).write(tmp_path / "plain.mp4")
    assert "none was brought back" in copied(plain, tmp_path / "back.mp4", options).notes[0]
    assert tags(tmp_path / "back.mp4")[1:3] == ("yuv420p", 1)


@pytest.mark.parametrize(
    ("target", "options", "reason"),
    [
        ("out.mp4", {"codec": "vp9"}, "VP9 does not belong in mp4; choose h264, hevc, av1"),
        ("out.webm", {"codec": "hevc"}, "HEVC does not belong in webm; choose vp9, av1"),
        ("out.gif", {"codec": "av1"}, "the codec of gif cannot be chosen"),
        ("out.y4m", {"bits": 10}, "holds 8 bits"),
        ("out.gif", {"bits": 10}, "holds 8 bits"),
        ("out%d.png", {"codec": "hevc"}, "cannot be chosen"),
        ("out%d.png", {"bits": 10}, "holds 8 bits"),
        ("out.mp4", {"hdr": True}, "no high dynamic range in H.264"),
        ("out.mp4", {"hardware": "vaapi", "codec": "av1"}, "cannot encode AV1 with vaapi"),
        ("out.mov", {"hardware": "nvenc", "codec": "prores"}, "cannot encode ProRes with nvenc"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_painted(
    painted: Path, tmp_path: Path, target: str, options: dict[str, str], reason: str
) -> None:
    """One line that says why, and nothing is left."""
    source = Clip(frames=2).write(tmp_path / "in.mp4")
    with pytest.raises(UsageError, match=reason):
        copied(source, tmp_path / target, VideoOptions(**options))  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["in.mp4"]


@pytest.mark.parametrize("wrong", [{"codec": "divx"}, {"hardware": "gpu"}, {"bits": 12}])
def test_unknown_wishes_are_named(wrong: dict[str, str]) -> None:
    """When the options are made."""
    with pytest.raises(UsageError):
        VideoOptions(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("hardware", ["nvenc", "qsv", "amf"])
def test_hardware_works_or_is_refused(painted: Path, tmp_path: Path, hardware: str) -> None:
    """Where the machine has none that is said in one line; where it has, it encodes."""
    source = Clip(frames=4, size=(256, 256)).write(tmp_path / "in.mp4")
    options, target = VideoOptions(hardware=hardware), tmp_path / "out.mp4"  # type: ignore[arg-type]
    refusals = []
    try:
        copied(source, target, options)
    except UsageError as error:
        refusals.append(str(error))
    if target.exists():
        assert len(read(target).frames) == 4
    else:
        assert f"cannot encode H.264 with {hardware}" in refusals[0]


@pytest.mark.parametrize(
    ("codec", "suffix"), [("hevc", ".mp4"), ("av1", ".mkv"), ("prores", ".mov")]
)
def test_other_codecs_are_resumed(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str, suffix: str
) -> None:
    """A render that was stopped is the same as one that was not."""
    monkeypatch.setattr(parts, "LENGTH", 4)
    source = Clip(frames=24, size=(96, 64), sound=True).write(tmp_path / "in.mp4")
    options = VideoOptions(codec=codec, resume=True)  # type: ignore[arg-type]
    through, target = tmp_path / f"through{suffix}", tmp_path / f"out{suffix}"
    copied(source, through, options)
    with pytest.raises(Cancelled):
        copied(source, target, options, stop=18)
    assert [note for note in copied(source, target, options).notes if "before" in note]
    one, other = read(through), read(target)
    assert len(other.frames) == 24
    assert one.packets == other.packets
    assert all(np.array_equal(a, b) for a, b in zip(one.frames, other.frames, strict=True))
