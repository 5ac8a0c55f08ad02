"""Whole videos through the whole pipeline, judged by what the files hold."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import BLUE, GREEN, GREY, RED, Clip, read
from realstyler.engine import Cancellation, Controls, Stylizer
from realstyler.errors import Cancelled, InputError, OutputError, UsageError
from realstyler.video import VideoOptions, VideoProgress, VideoResult, stylize_video

UNCHANGED = Controls(strength=0)


@pytest.fixture
def stylizer(painted: Path) -> Stylizer:
    """A small live network."""
    return Stylizer("painted", network="live")


def copied(
    source: Path, target: Path, stylizer: Stylizer, options: VideoOptions | None = None
) -> VideoResult:
    """Send a video through everything with a strength of 0, so that it should stay as it is."""
    return stylize_video(source, target, stylizer, UNCHANGED, options)


def corners(picture: np.ndarray) -> list[np.ndarray]:
    """The mean colours near the four corners: top left, top right, bottom left, bottom right."""
    height, width = picture.shape[:2]
    rows, columns = (
        (slice(2, height // 3), slice(-height // 3, -2)),
        (
            slice(2, width // 3),
            slice(-width // 3, -2),
        ),
    )
    return [picture[row, column, :3].mean((0, 1)) for row in rows for column in columns]


def assert_corners(picture: np.ndarray, *expected: tuple[int, int, int]) -> None:
    """Check the colours near the four corners, within what coding costs."""
    for found, wanted in zip(corners(picture), expected, strict=True):
        assert np.abs(found - wanted).max() < 9, (found, wanted)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_every_container_keeps_frames_times_and_size(
    tmp_path: Path, stylizer: Stylizer, suffix: str
) -> None:
    """Frame count, times, duration and size of the result are those of the source."""
    clip = Clip()
    target = tmp_path / f"out{suffix}"
    result = copied(clip.write(tmp_path / "in.mkv"), target, stylizer)
    content = read(target)
    assert result.frames == len(content.frames) == 24
    assert content.times == clip.due()
    assert abs(content.duration - Fraction(24, 25)) <= Fraction(1, 1000)
    assert content.frames[0].shape == (48, 64, 3)
    assert content.pixel_format == "yuv420p"
    assert content.codec == ("vp9" if suffix == ".webm" else "h264")
    assert_corners(content.frames[0], RED, GREEN, BLUE, GREY)
    assert result.complete
    assert not result.problems


def test_the_painting_is_the_engine_s(tmp_path: Path, stylizer: Stylizer) -> None:
    """What is written is what the engine paints of each frame, in order."""
    clip = Clip(frames=5, codec="ffv1", pixel_format="bgr0", options={})
    stylize_video(
        clip.write(tmp_path / "in.mkv"),
        tmp_path / "out.mkv",
        stylizer,
        options=VideoOptions(steady=False, crf=1),
    )
    for number, frame in enumerate(read(tmp_path / "out.mkv").frames):
        painted = stylizer.stylize(clip.picture(number)).astype(float)
        # 4:2:0 halves the chroma of a very colourful painting: luminance is what can be compared.
        weights = (0.2126, 0.7152, 0.0722)
        assert np.abs(frame @ weights - painted @ weights).mean() < 6


def test_the_file_is_as_steady_as_its_frames(tmp_path: Path, stylizer: Stylizer) -> None:
    """A noisy still clip boils far less in the result; a frame that is shown twice stays."""
    source = NoisyClip(frames=12, still=True, options={"crf": "1"}).write(tmp_path / "in.mkv")
    changes = {}
    for steady in (True, False):
        options = VideoOptions(steady=steady, crf=1, fps=Fraction(50))
        stylize_video(source, tmp_path / f"{steady}.mkv", stylizer, options=options)
        frames = [frame.astype(float) for frame in read(tmp_path / f"{steady}.mkv").frames[10:]]
        twice = [np.abs(two - one).mean() for one, two in itertools.pairwise(frames)]
        changes[steady] = np.mean(twice[1::2])
        assert np.mean(twice[::2]) < 1
    assert changes[True] < changes[False] / 2


class NoisyClip(Clip):
    """A clip with the noise of a camera."""

    def picture(self, number: int) -> np.ndarray:
        """Draw a frame and add noise to it."""
        noise = np.random.default_rng(number).normal(0, 3, (self.size[1], self.size[0], 3))
        return np.clip(super().picture(number) + noise, 0, 255).astype(np.uint8)


def test_variable_frame_rate_keeps_every_time(tmp_path: Path, stylizer: Stylizer) -> None:
    """Unevenly spaced frames keep their times exactly, and the last one its place."""
    times = [0, 1, 5, 6, 20, 21, 50, 90]
    clip = Clip(frames=8, times=times, time_base=Fraction(1, 100))
    target = tmp_path / "out.mp4"
    copied(clip.write(tmp_path / "in.mp4"), target, stylizer)
    assert read(target).times == clip.due()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_sound_is_bit_identical(tmp_path: Path, stylizer: Stylizer, suffix: str) -> None:
    """Every packet of sound arrives untouched; within one container at the same time too."""
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    copied(Clip(sound=True).write(source), target, stylizer)
    before, after = read(source).packets["audio"], read(target).packets["audio"]
    assert len(before) > 40
    assert [data for _, data in before] == [data for _, data in after]
    assert [time for time, _ in before] == [time for time, _ in after]


def test_sound_of_another_container_is_bit_identical(tmp_path: Path, stylizer: Stylizer) -> None:
    """From Matroska to MP4 the bytes of the sound stay the same too."""
    source, target = tmp_path / "in.mkv", tmp_path / "out.mp4"
    copied(Clip(sound=True).write(source), target, stylizer)
    before, after = read(source).packets["audio"], read(target).packets["audio"]
    assert [data for _, data in before] == [data for _, data in after]


def test_what_the_container_refuses_is_told_before_anything_is_painted(
    tmp_path: Path, stylizer: Stylizer
) -> None:
    """H.264 has no pictures of that size: said at once, and nothing is left."""
    source = Clip(frames=2).write(tmp_path / "in.mp4")
    seen: list[VideoProgress] = []
    options = VideoOptions(size=(16384, 16384), preset="ultrafast")
    with pytest.raises(OutputError, match=r"FFmpeg cannot write .*out\.mp4"):
        stylize_video(source, tmp_path / "out.mp4", stylizer, None, options, seen.append)
    assert not seen
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["in.mp4"]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_subtitles_chapters_and_title_are_kept(
    tmp_path: Path, stylizer: Stylizer, suffix: str
) -> None:
    """What the container holds beside picture and sound is taken over."""
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    copied(Clip(subtitles=True, chapters=True).write(source), target, stylizer)
    before, after = read(source), read(target)
    assert before.packets["subtitle"]
    assert after.packets["subtitle"] == before.packets["subtitle"]
    assert after.chapters == [(0.0, 0.4, "first"), (0.4, 0.96, "second")]
    assert after.metadata["title"] == "A clip"


def test_subtitles_that_do_not_fit_are_named(tmp_path: Path, stylizer: Stylizer) -> None:
    """SubRip does not fit into MP4: the video is painted and the loss is told."""
    source = Clip(subtitles=True).write(tmp_path / "in.mkv")
    result = copied(source, tmp_path / "out.mp4", stylizer)
    assert [note for note in result.notes if "subtitles left out" in note]


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (90, (GREEN, GREY, RED, BLUE)),
        (180, (GREY, BLUE, GREEN, RED)),
        (-90, (BLUE, RED, GREY, GREEN)),
    ],
)
def test_rotated_video_stands_upright(
    tmp_path: Path, stylizer: Stylizer, rotation: int, expected: tuple[tuple[int, int, int], ...]
) -> None:
    """A phone's rotation, which is only a note in the file, becomes upright pixels."""
    source = Clip(frames=3, rotation=rotation).write(tmp_path / "in.mp4")
    copied(source, tmp_path / "out.mp4", stylizer)
    content = read(tmp_path / "out.mp4")
    assert content.rotation == 0
    assert content.frames[0].shape[:2] == ((48, 64) if rotation == 180 else (64, 48))
    assert_corners(content.frames[0], *expected)


def test_odd_sides_grow_by_one(tmp_path: Path, stylizer: Stylizer) -> None:
    """63×47 cannot be written in 4:2:0: it becomes 64×48, and that is told."""
    source = Clip(frames=4, size=(63, 47), pixel_format="yuv444p").write(tmp_path / "in.mkv")
    result = copied(source, tmp_path / "out.mp4", stylizer)
    frame = read(tmp_path / "out.mp4").frames[0]
    assert frame.shape == (48, 64, 3)
    assert_corners(frame, RED, GREEN, BLUE, GREY)
    assert [note for note in result.notes if "63×47 became 64×48" in note]


@pytest.mark.parametrize(
    "clip",
    [
        Clip(frames=3, matrix=1, range=1),
        Clip(frames=3, matrix=1, range=2),
        Clip(frames=3, matrix=6, range=2),
        Clip(frames=3, pixel_format="yuv420p10le", matrix=1),
        Clip(frames=3, codec="libx265", pixel_format="yuv422p10le", matrix=1,
             options={"crf": "8", "x265-params": "log-level=error"}),
        Clip(frames=3, codec="mjpeg", pixel_format="yuvj420p", range=2, options={"qmin": "1"}),
        Clip(frames=3, codec="libvpx-vp9", options={"crf": "10", "b": "0"}),
        Clip(frames=3, codec="mpeg4", options={"b": "3000000"}),
        Clip(frames=3, codec="ffv1", pixel_format="bgr0", options={}),
    ],
    ids=lambda clip: f"{clip.codec} {clip.pixel_format} {clip.matrix} {clip.range}",
)  # fmt: skip
def test_colours_survive_matrix_range_and_depth(
    tmp_path: Path, stylizer: Stylizer, clip: Clip
) -> None:
    """Colours come out as they went in, whatever way they are coded."""
    copied(clip.write(tmp_path / "in.mkv"), tmp_path / "out.mp4", stylizer)
    content = read(tmp_path / "out.mp4")
    assert_corners(content.frames[0], RED, GREEN, BLUE, GREY)
    assert content.pixel_format in {"yuv420p", "yuvj420p"}
    if clip.codec == "libx264":
        assert content.matrix == clip.matrix if clip.matrix != 2 else 6
        assert (content.range == 2) == (clip.range == 2)


def test_high_dynamic_range_becomes_standard(tmp_path: Path, stylizer: Stylizer) -> None:
    """A PQ video in BT.2020 is brought to BT.709 and tagged so; its colours stay apart."""
    options = {"x265-params": "log-level=error:lossless=1"}
    clip = Clip(frames=3, codec="libx265", pixel_format="yuv420p10le", matrix=9, range=1,
                transfer=16, primaries=9, options=options)  # fmt: skip
    copied(clip.write(tmp_path / "in.mp4"), tmp_path / "out.mp4", stylizer)
    content = read(tmp_path / "out.mp4")
    assert content.matrix == 1
    red, green, blue, grey = corners(content.frames[0])
    assert red.argmax() == 0
    assert green.argmax() == 1
    assert blue.argmax() == 2
    # PQ 120/255 is a display luminance of some 90 nits, 0.45 of reference white.
    assert np.ptp(grey) < 6
    assert 140 < grey.mean() < 210


def test_one_frame_is_a_video_too(tmp_path: Path, stylizer: Stylizer) -> None:
    """A single frame makes a file of one frame, with its duration."""
    result = copied(Clip(frames=1).write(tmp_path / "in.mp4"), tmp_path / "out.mp4", stylizer)
    content = read(tmp_path / "out.mp4")
    assert result.frames == len(content.frames) == 1
    assert content.duration == Fraction(1, 25)


def seen(number: int) -> np.ndarray:
    """Where frame ``number`` of the animation is opaque."""
    rows, columns = np.mgrid[:32, :48]
    return columns >= 8 + 6 * number + rows // 8 * 2


def transparent_gif(path: Path) -> tuple[Path, list[int]]:
    """Four frames with a transparent staircase that grows, and their durations in milliseconds."""
    durations = [50, 120, 70, 200]
    frames = []
    for number in range(4):
        pixels = np.zeros((32, 48, 4), np.uint8)
        pixels[..., 0], pixels[..., 1], pixels[..., 3] = 220, 40 * number, 255
        pixels[..., 3] = 255 * seen(number)
        frames.append(Image.fromarray(pixels))
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=durations, loop=3, disposal=2
    )
    return path, durations


@pytest.mark.parametrize("source_suffix", [".gif", ".webp"])
@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animations_keep_transparency_times_and_loops(
    tmp_path: Path, stylizer: Stylizer, source_suffix: str, suffix: str
) -> None:
    """GIF and animated WebP in and out: every frame's transparency and duration, and the loops."""
    source, durations = transparent_gif(tmp_path / f"in{source_suffix}")
    copied(source, tmp_path / f"out{suffix}", stylizer)
    with Image.open(tmp_path / f"out{suffix}") as image:
        assert getattr(image, "n_frames", 1) == 4
        assert image.info["loop"] == 3
        for number, duration in enumerate(durations):
            image.seek(number)
            image.load()
            pixels = np.array(image.convert("RGBA"))
            assert image.info["duration"] == duration
            assert np.array_equal(pixels[..., 3], 255 * seen(number))
            opaque = pixels[:, 36:, :3].reshape(-1, 3).mean(0)
            assert np.abs(opaque - (220, 40 * number, 0)).max() < 12


def test_gif_becomes_a_video_on_white(tmp_path: Path, stylizer: Stylizer) -> None:
    """Where there is no transparency, a GIF is laid on white and keeps its times."""
    source, durations = transparent_gif(tmp_path / "in.gif")
    copied(source, tmp_path / "out.mp4", stylizer)
    content = read(tmp_path / "out.mp4")
    assert content.times == [Fraction(sum(durations[:n]), 1000) for n in range(4)]
    assert content.duration == Fraction(sum(durations), 1000)
    assert content.frames[0][:, :4].mean() > 245


def test_sound_of_a_gif_is_named_as_left_out(tmp_path: Path, stylizer: Stylizer) -> None:
    """A GIF holds no sound: the loss is told, the pictures are there."""
    result = copied(Clip(sound=True).write(tmp_path / "in.mp4"), tmp_path / "o.gif", stylizer)
    assert result.frames == 24
    assert result.notes == ("the sound was left out: .gif holds none",)


def test_a_part_is_cut_out_with_its_sound(tmp_path: Path, stylizer: Stylizer) -> None:
    """From 0.4 s to 0.8 s: those frames from time 0 on, and the packets of sound between them."""
    source, target = tmp_path / "in.mkv", tmp_path / "out.mkv"
    clip = Clip(sound=True, chapters=True)
    clip.write(source)
    options = VideoOptions(start=Fraction("0.4"), end=Fraction("0.8"))
    result = copied(source, target, stylizer, options)
    before, after = read(source), read(target)
    assert after.times == [Fraction(number, 25) for number in range(10)]
    assert np.abs(after.frames[0].astype(int) - before.frames[10]).mean() < 4
    kept = [(time - 400, data) for time, data in before.packets["audio"] if 400 <= time < 800]
    assert len(kept) > 15
    assert after.packets["audio"] == kept
    assert [(start, end) for start, end, _ in after.chapters] == [(0.0, 0.4)]
    assert result.seconds == pytest.approx(0.4)


@pytest.mark.parametrize(("fps", "frames"), [(50, 48), (10, 10), (Fraction(30000, 1001), 29)])
def test_another_rate_keeps_the_duration(
    tmp_path: Path, stylizer: Stylizer, fps: Fraction, frames: int
) -> None:
    """More or fewer frames a second, evenly spaced, over the same time."""
    options = VideoOptions(fps=Fraction(fps))
    source = Clip().write(tmp_path / "in.mp4")
    copied(source, tmp_path / "out.mp4", stylizer, options)
    content = read(tmp_path / "out.mp4")
    assert len(content.frames) == frames
    assert content.times == [number / Fraction(fps) for number in range(frames)]


def test_frames_painted_side_by_side_keep_their_order(tmp_path: Path, stylizer: Stylizer) -> None:
    """A stylizer of several streams writes the file that one of a single stream writes."""
    source = Clip(frames=9).write(tmp_path / "in.mkv")
    stylize_video(source, tmp_path / "one.mkv", stylizer)
    streamed = Stylizer("painted", network="live", streams=2)
    stylize_video(source, tmp_path / "two.mkv", streamed)
    one, two = read(tmp_path / "one.mkv"), read(tmp_path / "two.mkv")
    assert one.times == two.times
    for first, second in zip(one.frames, two.frames, strict=True):
        assert np.abs(first.astype(int) - second).mean() < 2


def test_frames_shown_twice_are_painted_once(tmp_path: Path, stylizer: Stylizer) -> None:
    """Doubling the rate costs no painting: progress counts results, the engine sees each once."""
    painted: list[int] = []
    original = Stylizer.stylize

    def counting(self: object, frame: np.ndarray, *rest: object, **named: object) -> np.ndarray:
        painted.append(1)
        return original(self, frame, *rest, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylizer, "stylize", counting)
        options = VideoOptions(fps=Fraction(50))
        source = Clip(frames=6).write(tmp_path / "in.mp4")
        result = copied(source, tmp_path / "out.mp4", stylizer, options)
    assert result.frames == 12
    assert len(painted) == 6


@pytest.mark.parametrize(("size", "expected"), [(32, (24, 32)), ((40, 40), (40, 40))])
def test_another_size(
    tmp_path: Path,
    stylizer: Stylizer,
    size: int | tuple[int, int],
    expected: tuple[int, int],
) -> None:
    """The longer side, or both, are scaled before the painting."""
    source = Clip(frames=2).write(tmp_path / "in.mp4")
    copied(source, tmp_path / "out.mp4", stylizer, VideoOptions(size=size))
    frame = read(tmp_path / "out.mp4").frames[0]
    assert frame.shape[:2] == expected
    assert_corners(frame, RED, GREEN, BLUE, GREY)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_truncated_video_is_painted_as_far_as_it_goes(
    tmp_path: Path, stylizer: Stylizer, suffix: str
) -> None:
    """Half a file gives its frames, a finished result and a line that says where it broke."""
    options = {"crf": "10", "g": "4"}
    whole = Clip(frames=50, options=options, sound=True)
    source = tmp_path / f"in{suffix}"
    if suffix == ".mp4":
        fragmented(whole, source)
    else:
        whole.write(source)
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    result = copied(source, tmp_path / "out.mp4", stylizer)
    content = read(tmp_path / "out.mp4")
    assert 5 < len(content.frames) < 45
    assert result.frames == len(content.frames)
    assert len(result.problems) == 1
    assert str(source) in result.problems[0]
    assert "cut off or damaged after" in result.problems[0]


def fragmented(clip: Clip, path: Path) -> None:
    """Write an MP4 with its index in front, as files for the web have it."""
    stream_copy(clip.write(path.with_suffix(".tmp.mp4")), path)


def stream_copy(source: Path, target: Path) -> None:
    """Copy all streams into an MP4 that begins with its index."""
    import av

    with (
        av.open(str(source)) as old,
        av.open(str(target), "w", options={"movflags": "+faststart"}) as new,
    ):
        seats = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = seats[packet.stream.index]
                new.mux(packet)
    source.unlink()


def test_damage_in_the_middle_loses_only_itself(tmp_path: Path, stylizer: Stylizer) -> None:
    """Overwritten bytes spoil some frames; the others are painted and the damage is told."""
    source = Clip(frames=40, codec="mpeg4", options={"g": "5", "b": "4000000"}).write(
        tmp_path / "in.mkv"
    )
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = np.random.default_rng(0).bytes(300)
    source.write_bytes(data)
    result = copied(source, tmp_path / "out.mp4", stylizer)
    assert 20 <= result.frames <= 40
    assert result.problems
    assert len(read(tmp_path / "out.mp4").frames) == result.frames


def test_packets_without_content_show_a_picture_on(tmp_path: Path, stylizer: Stylizer) -> None:
    """Theora and old AVI write them for pictures that do not change: nothing after them is lost."""
    import av

    plain = Clip(frames=8, codec="mpeg4", options={}).write(tmp_path / "plain.mkv")
    with av.open(str(plain)) as old, av.open(str(tmp_path / "in.nut"), "w") as new:
        seat = new.add_stream_from_template(old.streams.video[0], opaque=True)
        for number, packet in enumerate(old.demux()):
            sent = av.Packet(b"") if number == 3 else packet
            sent.pts, sent.dts, sent.time_base = packet.pts, packet.dts, packet.time_base
            sent.stream = seat
            if packet.size:
                new.mux(sent)
    result = copied(tmp_path / "in.nut", tmp_path / "out.mp4", stylizer)
    assert (result.frames, result.problems) == (7, ())
    times = [number for number in range(8) if number != 3]
    assert read(tmp_path / "out.mp4").times == [Fraction(number, 25) for number in times]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.mp4", b"", "is empty"),
        ("a.mp4", b"no video at all, but quite a long text " * 50, "is not a video"),
        ("a.mp4", b"\x00\x00\x00\x20ftypisom" + bytes(500), "is not a video"),
        ("a.webp", b"RIFF\x00\x01\x00\x00WEBPVP8X" + bytes(50), "damaged"),
        ("a.txt", b"\x1b[31mred\x1b[0m\n" * 100, "is not a video"),
    ],
)
def test_what_is_no_video_gets_one_line(
    tmp_path: Path, stylizer: Stylizer, name: str, content: bytes, reason: str
) -> None:
    """Other files are refused with the reason, and nothing is written."""
    source = tmp_path / name
    source.write_bytes(content)
    with pytest.raises(InputError, match=reason):
        copied(source, tmp_path / "out.mp4", stylizer)
    assert not (tmp_path / "out.mp4").exists()


def test_pictures_and_missing_files_are_no_videos(tmp_path: Path, stylizer: Stylizer) -> None:
    """A photograph is pointed to the other command; a missing file and a folder are named."""
    picture = tmp_path / "a.jpg"
    Image.new("RGB", (32, 32)).save(picture)
    with pytest.raises(InputError, match="realstyler stylize"):
        copied(picture, tmp_path / "out.mp4", stylizer)
    with pytest.raises(InputError, match="does not exist"):
        copied(tmp_path / "none.mp4", tmp_path / "out.mp4", stylizer)
    with pytest.raises(InputError, match="is a folder"):
        copied(tmp_path, tmp_path / "out.mp4", stylizer)


def test_sound_alone_is_no_video(tmp_path: Path, stylizer: Stylizer) -> None:
    """A file with sound only holds no moving pictures."""
    import wave

    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    with pytest.raises(InputError, match="no moving pictures"):
        copied(tmp_path / "a.wav", tmp_path / "out.mp4", stylizer)


def test_targets_are_protected(tmp_path: Path, stylizer: Stylizer) -> None:
    """An existing file stays, the source is never overwritten, a suffix must be known."""
    source = Clip(frames=2).write(tmp_path / "in.mp4")
    before = source.read_bytes()
    (tmp_path / "old.mp4").write_bytes(b"old")
    with pytest.raises(UsageError, match="already exists"):
        copied(source, tmp_path / "old.mp4", stylizer)
    with pytest.raises(UsageError, match="is the source itself"):
        copied(source, source, stylizer, VideoOptions(overwrite=True))
    with pytest.raises(UsageError, match="unknown video suffix"):
        copied(source, tmp_path / "out.xyz", stylizer)
    assert (tmp_path / "old.mp4").read_bytes() == b"old"
    assert source.read_bytes() == before
    copied(source, tmp_path / "old.mp4", stylizer, VideoOptions(overwrite=True))
    assert len(read(tmp_path / "old.mp4").frames) == 2


def interrupted(
    tmp_path: Path, stylizer: Stylizer, *, keep_partial: bool, after: int
) -> VideoResult:
    """Paint 40 frames with sound and ask to stop after some of them."""
    cancel = Cancellation()

    def stop(state: VideoProgress) -> None:
        if state.frames == after:
            cancel.cancel()

    source = Clip(frames=40, sound=True).write(tmp_path / "in.mp4")
    options = VideoOptions(keep_partial=keep_partial)
    target = tmp_path / "out.mp4"
    return stylize_video(source, target, stylizer, None, options, stop, cancel)


def test_interrupted_run_leaves_nothing(tmp_path: Path, stylizer: Stylizer) -> None:
    """Without --keep-partial neither the target nor a hidden file is left."""
    with pytest.raises(Cancelled):
        interrupted(tmp_path, stylizer, keep_partial=False, after=7)
    left = sorted(path.name for path in tmp_path.iterdir() if path.is_file())
    assert left == ["in.mp4"]


def test_interrupted_run_can_leave_a_playable_part(tmp_path: Path, stylizer: Stylizer) -> None:
    """With --keep-partial the frames that were painted are a finished file."""
    result = interrupted(tmp_path, stylizer, keep_partial=True, after=7)
    content = read(tmp_path / "out.mp4")
    assert not result.complete
    assert not result.problems
    assert len(content.frames) == result.frames == 7
    assert content.packets["audio"]


def test_cancelled_before_the_first_frame_leaves_nothing(
    tmp_path: Path, stylizer: Stylizer
) -> None:
    """Without a frame there is nothing to keep."""
    cancel = Cancellation()
    cancel.cancel()
    source = Clip().write(tmp_path / "in.mp4")
    with pytest.raises(Cancelled):
        stylize_video(
            source, tmp_path / "out.mp4", stylizer, options=VideoOptions(keep_partial=True),
            cancel=cancel,
        )  # fmt: skip
    assert not (tmp_path / "out.mp4").exists()


def test_progress_counts_to_the_end(tmp_path: Path, stylizer: Stylizer) -> None:
    """Frames are counted one by one, the share grows to 1 and the speed is positive."""
    states: list[VideoProgress] = []
    source = Clip().write(tmp_path / "in.mp4")
    stylize_video(source, tmp_path / "out.mp4", stylizer, progress=states.append)
    assert [state.frames for state in states] == list(range(1, 25))
    shares = [state.share or 0 for state in states]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert all(state.fps > 0 for state in states)
    assert states[-1].remaining == pytest.approx(0, abs=1e-6)


def test_a_start_after_the_end_of_the_video_is_told(tmp_path: Path, stylizer: Stylizer) -> None:
    """A part that holds nothing is an error, not an empty file."""
    source = Clip().write(tmp_path / "in.mp4")
    with pytest.raises(InputError, match="no frames in that part"):
        copied(source, tmp_path / "out.mp4", stylizer, VideoOptions(start=Fraction(9)))
    assert not (tmp_path / "out.mp4").exists()


def test_blends_and_controls_reach_the_frames(tmp_path: Path, drop_ins: Path) -> None:
    """A blend of two styles, with kept colours and a coarser stroke, paints a video."""
    from support import add_style

    add_style(drop_ins, "one", seed=1)
    add_style(drop_ins, "two", seed=2)
    source = Clip(frames=3).write(tmp_path / "in.mp4")
    stylizer = Stylizer("one:0.5,two:0.5", network="live")
    controls = Controls(strength=0.5, keep_colors=True, stroke=32)
    result = stylize_video(source, tmp_path / "out.mp4", stylizer, controls)
    assert result.frames == 3
    painted = read(tmp_path / "out.mp4").frames[0].astype(int)
    assert np.abs(painted - read(source).frames[0]).mean() > 3
