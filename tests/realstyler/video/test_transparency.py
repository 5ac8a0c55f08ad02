"""Transparent videos stay transparent where the format allows it, and are told where not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from clips import RATE, Clip
from realstyler.engine import Controls, Stylizer
from realstyler.errors import UsageError
from realstyler.video import VideoOptions, VideoResult, stylize_video

KINDS = {
    "vp9.webm": ("libvpx-vp9", "yuva420p", {"auto-alt-ref": "0", "crf": "4", "b": "0"}),
    "vp9.mkv": ("libvpx-vp9", "yuva420p", {"auto-alt-ref": "0", "crf": "4", "b": "0"}),
    "vp8.webm": ("libvpx", "yuva420p", {"auto-alt-ref": "0", "crf": "4", "b": "2000000"}),
    "prores.mov": ("prores_ks", "yuva444p10le", {"profile": "4444"}),
}
FRAMES = 8


def edge(number: int) -> np.ndarray:
    """Where a frame is opaque: from a column on that moves."""
    shown = np.zeros((48, 64), bool)
    shown[:, 8 * number :] = True
    return shown


def transparent(folder: Path, kind: str) -> Path:
    """Make a clip of red on nothing."""
    codec, pixels, options = KINDS[kind]
    path = folder / kind
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = 64, 48, pixels
        video.codec_context.time_base = Fraction(1, RATE)
        for number in range(FRAMES):
            picture = np.zeros((48, 64, 4), np.uint8)
            picture[edge(number)] = (200, 40, 40, 255)
            frame = av.VideoFrame.from_ndarray(picture, "rgba").reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(list(video.encode(frame)))
        container.mux(list(video.encode(None)))
    return path


def shown(path: Path) -> list[np.ndarray]:
    """Read frames with their transparency, H×W×4."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        decoder = video.codec_context
        if video.metadata.get("alpha_mode", video.metadata.get("ALPHA_MODE")):
            decoder = av.CodecContext.create("libvpx-vp9", "r")
        frames: list[av.VideoFrame] = []
        for packet in container.demux(video):
            frames += decoder.decode(packet)  # type: ignore[arg-type]
        return [frame.to_ndarray(format="rgba") for frame in frames]


def copied(source: Path, target: Path, options: VideoOptions | None = None) -> VideoResult:
    """Send a video through everything with a strength of 0."""
    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("target", "codec"), [("o.webm", None), ("o.mkv", "vp9"), ("o.mov", "prores"), ("o.gif", None)]
)
def test_it_is_kept(
    painted: Path, tmp_path: Path, kind: str, target: str, codec: str | None
) -> None:
    """Every frame is transparent where it was, and keeps its colour elsewhere."""
    source = transparent(tmp_path, kind)
    options = VideoOptions(codec=codec, crf=4)  # type: ignore[arg-type]
    result = copied(source, tmp_path / target, options)
    assert not [note for note in result.notes if "transparency" in note]
    frames = shown(tmp_path / target)
    assert len(frames) == FRAMES
    for number, frame in enumerate(frames):
        wrong = (frame[..., 3] > 127) != edge(number)
        assert wrong.mean() < 0.03, number
        assert np.abs(frame[:, 62, :3].astype(int) - (200, 40, 40)).mean() < 16


def test_a_part_is_transparent_too(painted: Path, tmp_path: Path) -> None:
    """Where reading begins in the middle, and ends before the end."""
    source = transparent(tmp_path, "vp9.webm")
    options = VideoOptions(start=Fraction(2, RATE), end=Fraction(6, RATE))
    copied(source, tmp_path / "out.webm", options)
    frames = shown(tmp_path / "out.webm")
    assert [int((frame[24, :, 3] < 128).sum()) // 8 for frame in frames] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("target", "codec", "holder"),
    [
        ("o.mp4", None, "H.264"),
        ("o.webm", "av1", "AV1"),
        ("o.y4m", None, ".y4m"),
        ("o%d.jpg", None, "JPEG"),
    ],
)
def test_it_is_laid_on_white_elsewhere(
    painted: Path, tmp_path: Path, target: str, codec: str | None, holder: str
) -> None:
    """And that is told."""
    source = transparent(tmp_path, "vp9.webm")
    result = copied(source, tmp_path / target, VideoOptions(codec=codec))  # type: ignore[arg-type]
    assert f"transparency was laid on white: {holder} holds none" in result.notes
    if target == "o.mp4":
        assert shown(tmp_path / target)[4][:, :24, :3].min() > 230


def test_what_is_hidden_is_not_painted(painted: Path, tmp_path: Path) -> None:
    """Black under transparency casts no rim: hidden places have the colours beside them."""
    from realstyler.video.frames import Frame
    from realstyler.video.source import open_source

    opened = open_source(transparent(tmp_path, "prores.mov"))
    frames = [item for item in opened if isinstance(item, Frame)]
    opened.close()
    assert np.abs(frames[3].pixels.astype(int) - (200, 40, 40)).max() < 60


def test_opaque_videos_are_written_as_before(painted: Path, tmp_path: Path) -> None:
    """An opaque GIF becomes an ordinary WebM."""
    pictures = [Image.fromarray(Clip().picture(number)) for number in range(3)]
    pictures[0].save(tmp_path / "in.gif", save_all=True, append_images=pictures[1:], duration=40)
    copied(tmp_path / "in.gif", tmp_path / "out.webm")
    with av.open(str(tmp_path / "out.webm")) as container:
        assert "alpha_mode" not in container.streams.video[0].metadata


def test_a_transparent_webm_cannot_be_resumed(painted: Path, tmp_path: Path) -> None:
    """Its parts could not hold the transparency: told first, and nothing is left."""
    source = transparent(tmp_path, "vp9.webm")
    with pytest.raises(UsageError, match="cannot be resumed"):
        copied(source, tmp_path / "out.webm", VideoOptions(resume=True))
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
    copied(source, tmp_path / "out.mov", VideoOptions(resume=True, codec="prores"))
    assert shown(tmp_path / "out.mov")[4][24, 0, 3] == 0
