"""Pictures with numbers in their names, as source and target."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import Clip, read
from realstyler import files
from realstyler.engine import Cancellation, Controls, Stylizer
from realstyler.errors import Cancelled, InputError, UsageError
from realstyler.video import VideoOptions, VideoProgress, VideoResult, parts, stylize_video


def copied(
    source: Path, target: Path, options: VideoOptions | None = None, stop: int = 0
) -> VideoResult:
    """Send a video through everything with a strength of 0, up to so many frames."""
    cancel = Cancellation()

    def report(state: VideoProgress) -> None:
        if state.frames == stop:
            cancel.cancel()

    stylizer = Stylizer("painted", network="live")
    return stylize_video(source, target, stylizer, Controls(strength=0), options, report, cancel)


def drawn(folder: Path, *numbers: int, name: str = "{:03d}.png") -> Path:
    """Make pictures whose brightness is their number."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        Image.new("RGB", (32, 24), (number * 10,) * 3).save(folder / name.format(number))
    return folder


def brightness(target: Path) -> list[int]:
    """Return the numbers that the frames of a video were drawn from."""
    return [round(float(frame[..., :3].mean()) / 10) for frame in read(target).frames]


def test_a_video_becomes_pictures_and_a_video_again(painted: Path, tmp_path: Path) -> None:
    """One picture of each frame, from 1 on, in a folder that is made; and back, frame by frame."""
    clip = Clip(frames=12, sound=True)
    pattern, target = tmp_path / "new" / "%03d.png", tmp_path / "out.mp4"
    result = copied(clip.write(tmp_path / "in.mp4"), pattern)
    names = [f"{number:03d}.png" for number in range(1, 13)]
    assert sorted(path.name for path in pattern.parent.iterdir()) == names
    assert result.notes == ("the sound was left out: pictures hold none",)
    copied(pattern, target, VideoOptions(fps=Fraction(10)))
    content = read(target)
    assert [float(time) for time in content.times] == [number / 10 for number in range(12)]
    assert np.abs(content.frames[5].astype(int) - clip.picture(5)).mean() < 8


def test_transparency_travels_from_picture_to_picture(painted: Path, tmp_path: Path) -> None:
    """PNG keeps it, JPEG shows it on white."""
    pixels = np.zeros((24, 32, 4), np.uint8)
    pixels[:, 16:, 3] = 255
    (tmp_path / "in").mkdir()
    Image.fromarray(pixels).save(tmp_path / "in" / "1.png")
    copied(tmp_path / "in" / "%d.png", tmp_path / "out" / "%d.png")
    copied(tmp_path / "in" / "%d.png", tmp_path / "out" / "%d.jpg")
    with Image.open(tmp_path / "out" / "1.png") as image:
        assert np.array_equal(np.array(image)[..., 3], pixels[..., 3])
    with Image.open(tmp_path / "out" / "1.jpg") as image:
        assert np.array(image)[:, :8].min() > 240


def test_a_folder_is_a_video_where_its_rate_is_known(painted: Path, tmp_path: Path) -> None:
    """In the order of numbers, not of letters; without a rate the folder is refused."""
    folder = drawn(tmp_path / "in", 1, 2, 10, 11, name="shot{}.png")
    copied(folder, tmp_path / "out.mp4", VideoOptions(fps=Fraction(5)))
    assert brightness(tmp_path / "out.mp4") == [1, 2, 10, 11]
    with pytest.raises(InputError, match="is a folder"):
        copied(folder, tmp_path / "other.mp4")


def test_gaps_and_damage_are_bridged_and_told(painted: Path, tmp_path: Path) -> None:
    """Where a picture is missing or broken, the one before it lasts; later ones stay in time."""
    folder = drawn(tmp_path / "in", 3, 4, 7, 8, 9)
    (folder / "008.png").write_bytes(b"broken")
    (folder / "12.png").write_bytes(b"named otherwise")
    result = copied(folder / "%03d.png", tmp_path / "out.mp4")
    assert brightness(tmp_path / "out.mp4") == [3, 4, 7, 9]
    assert [time * 25 for time in read(tmp_path / "out.mp4").times] == [0, 1, 4, 6]
    assert "numbers without a picture: 2, the first is 5" in result.notes[0]
    assert "008.png cannot be read" in result.problems[0]


def test_pictures_of_other_sizes_are_scaled(painted: Path, tmp_path: Path) -> None:
    """All get the size of the first, with a note."""
    folder = drawn(tmp_path / "in", 1, 2)
    Image.new("RGB", (64, 48)).save(folder / "003.png")
    result = copied(folder / "%03d.png", tmp_path / "out.mp4")
    assert {frame.shape for frame in read(tmp_path / "out.mp4").frames} == {(24, 32, 3)}
    assert "scaled to 32×24" in result.notes[0]


def test_a_part_of_a_sequence(painted: Path, tmp_path: Path) -> None:
    """Start and end count from the first picture."""
    folder = drawn(tmp_path / "in", *range(5, 15))
    options = VideoOptions(fps=Fraction(10), start=Fraction("0.3"), end=Fraction("0.6"))
    copied(folder / "%03d.png", tmp_path / "out.mp4", options)
    assert brightness(tmp_path / "out.mp4") == [8, 9, 10]


@pytest.mark.parametrize("name", ["%03d.png", "none/%03d.png"])
def test_no_pictures(painted: Path, tmp_path: Path, name: str) -> None:
    """A pattern that names nothing, or in no folder, is named."""
    with pytest.raises(InputError, match="contains no pictures"):
        copied(tmp_path / name, tmp_path / "out.mp4")


def test_nothing_is_lost(painted: Path, tmp_path: Path) -> None:
    """Pictures that exist stay, until all new ones are finished; an interrupted run leaves none."""
    source, folder = Clip(frames=6).write(tmp_path / "in.mp4"), drawn(tmp_path / "out", 2, 9)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UsageError, match=r"002\.png already exists"):
        copied(source, folder / "%03d.png")
    with pytest.raises(Cancelled):
        copied(source, folder / "%03d.png", VideoOptions(overwrite=True), stop=3)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    result = copied(source, folder / "%03d.png", VideoOptions(overwrite=True))
    assert "pictures from 007.png on are of an earlier run" in result.notes
    assert len(list(folder.iterdir())) == 7


def test_a_part_is_kept_where_that_is_asked_for(painted: Path, tmp_path: Path) -> None:
    """With keep_partial the finished pictures of an interrupted run are there."""
    source = Clip(frames=20).write(tmp_path / "in.mp4")
    result = copied(source, tmp_path / "out" / "%d.jpg", VideoOptions(keep_partial=True), stop=5)
    assert not result.complete
    assert len(list((tmp_path / "out").iterdir())) == result.frames > 0


def test_leftovers_of_a_killed_run_are_removed(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hidden folder that nobody holds disappears with the next run."""
    monkeypatch.setattr(files, "_swept", set())
    (tmp_path / "out" / ".realstyler-0123456789abcdef").mkdir(parents=True)
    (tmp_path / "out" / ".realstyler-0123456789abcdef" / "1.png").write_bytes(b"half")
    copied(Clip(frames=2).write(tmp_path / "in.mp4"), tmp_path / "out" / "%d.png")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1.png", "2.png"]


def test_a_sequence_is_resumed(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures as a source can be gone on with; as a target they are refused."""
    monkeypatch.setattr(parts, "LENGTH", 4)
    pattern = drawn(tmp_path / "in", *range(24)) / "%03d.png"
    target, options = tmp_path / "out.mp4", VideoOptions(resume=True)
    with pytest.raises(Cancelled):
        copied(pattern, target, options, stop=18)
    assert "had been painted before" in copied(pattern, target, options).notes[0]
    assert brightness(target) == list(range(24))
    with pytest.raises(UsageError, match="cannot be resumed"):
        copied(target, tmp_path / "%03d.png", options)
