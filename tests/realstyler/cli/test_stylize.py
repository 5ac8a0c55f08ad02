"""``realstyler stylize`` and ``sheet`` through the real command line, in process."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from realstyler.cli import main
from support import add_style, save_random_weights

Run = Callable[..., int]
FULL_DISK = 64  # kB


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A small photograph with an odd size."""
    path = tmp_path / "photograph.jpg"
    Image.fromarray(gradient(45, 61)).save(path)
    return path


def gradient(height: int, width: int) -> np.ndarray:
    """A smooth colour gradient, uint8 H×W×3."""
    rows, columns = np.mgrid[0:height, 0:width]
    planes = [rows * 255 // max(1, height - 1), columns * 255 // max(1, width - 1)]
    return np.stack([*planes, 255 - planes[0]], axis=-1).astype(np.uint8)


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture file."""
    with Image.open(path) as picture:
        return picture.size


def folder_state(folder: Path) -> dict[Path, bytes]:
    """Every file under a folder with its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def one_line(text: str) -> str:
    """Check that an error is a single line, and return it."""
    assert text.startswith("realstyler: "), text
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text


def test_paints_a_photograph(painted: Path, photograph: Path, tmp_path: Path) -> None:
    """One input, one output: same size, other pixels, the input untouched."""
    before = photograph.read_bytes()
    out = tmp_path / "out.png"
    assert main(["stylize", str(photograph), "-s", "painted", "-o", str(out)]) == 0
    result = np.asarray(Image.open(out))
    assert result.shape == (45, 61, 3)
    assert np.abs(result.astype(int) - gradient(45, 61)).mean() > 10
    assert photograph.read_bytes() == before


def test_size_format_and_quality(painted: Path, photograph: Path, tmp_path: Path) -> None:
    """A folder comes out as small WebP files, whatever went in, and worse ones are smaller."""
    Image.fromarray(gradient(30, 20)).save(tmp_path / "upright.png")
    inputs = [str(photograph), str(tmp_path / "upright.png")]
    asked = ["stylize", *inputs, "-s", "painted", "--format", "webp", "--size", "32"]
    assert main([*asked, "-o", str(tmp_path / "best")]) == 0
    assert main([*asked, "-o", str(tmp_path / "worst"), "--quality", "1"]) == 0
    best, worst = (sorted((tmp_path / name).iterdir()) for name in ("best", "worst"))
    assert [path.name for path in best] == ["photograph.webp", "upright.webp"]
    assert [size_of(path) for path in best] == [(32, 24), (20, 30)]
    assert best[0].stat().st_size > worst[0].stat().st_size


def test_a_pipe_takes_the_format(
    painted: Path, photograph: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """What stdout gets is not the input's format where another is asked for."""
    assert main(["stylize", str(photograph), "-s", "painted", "-o", "-", "--format", "bmp"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"BM")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--format", "png"], "contradict each other"),
        (["--format", "gif"], "no such choice"),
        (["--quality", "0"], "--quality"),
        (["--size", "3"], "--size"),
    ],
)
def test_impossible_results_are_refused(
    painted: Path,
    photograph: Path,
    tmp_path: Path,
    options: list[str],
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is painted, in one line, with the exit code of wrong usage."""
    out = tmp_path / "out.jpg"
    assert main(["stylize", str(photograph), "-s", "painted", "-o", str(out), *options]) == 2
    assert reason in one_line(capsys.readouterr().err)
    assert not out.exists()


def test_strength_zero_is_the_photograph(painted: Path, photograph: Path, tmp_path: Path) -> None:
    """--strength reaches the engine."""
    out = tmp_path / "out.png"
    code = main(["stylize", str(photograph), "-s", "painted", "-o", str(out), "--strength", "0"])
    assert code == 0
    assert np.array_equal(np.asarray(Image.open(out)), np.asarray(Image.open(photograph)))


def test_paints_a_folder_and_keeps_its_shape(painted: Path, tmp_path: Path) -> None:
    """Sub-folders are mirrored; formats that cannot be written become PNG."""
    source = tmp_path / "in"
    (source / "deep").mkdir(parents=True)
    Image.fromarray(gradient(20, 30)).save(source / "a.jpg")
    Image.fromarray(gradient(30, 20)).save(source / "deep" / "b.gif")
    (source / "notes.txt").write_text("not a picture")
    out = tmp_path / "out"
    assert main(["stylize", str(source), "-s", "painted", "-o", str(out)]) == 0
    assert {str(path.relative_to(out)) for path in out.rglob("*.*")} == {"a.jpg", "deep/b.png"}


def test_one_bad_input_does_not_stop_the_others(
    painted: Path, photograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, the bad one named on stderr, the good one done, counts in the JSON document."""
    bad = tmp_path / "bad.jpg"
    bad.write_text("no picture")
    out = tmp_path / "out"
    code = main(["stylize", str(bad), str(photograph), "-s", "painted", "-o", str(out), "--json"])
    output, errors = capsys.readouterr()
    document = json.loads(output)
    assert code == 1
    assert "bad.jpg" in one_line(errors)
    assert [item["input"] for item in document["failed"]] == [str(bad)]
    assert [item["output"] for item in document["done"]] == [str(out / photograph.name)]
    assert (out / photograph.name).is_file()


def test_reads_stdin_and_writes_stdout(painted: Path, photograph: Path) -> None:
    """A pipe in and a pipe out, in a process of its own."""
    command = [sys.executable, "-m", "realstyler", "stylize", "-", "-s", "painted", "-o", "-"]
    done = subprocess.run(command, input=photograph.read_bytes(), capture_output=True, check=True)
    with Image.open(BytesIO(done.stdout)) as result:
        size = result.size
    assert size == (61, 45)
    assert done.stderr == b""


def test_a_missing_picture_waits_for_the_network_that_loads(tmp_path: Path) -> None:
    """A process that ends in the middle of a compilation may crash; its cache says it did not."""
    command = [sys.executable, "-m", "realstyler", "stylize", "none.jpg", "-s", "mosaic"]
    cache = tmp_path / "cache"
    done = subprocess.run(
        [*command, "-o", "painted.jpg"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "REALSTYLER_CACHE": str(cache)},
        text=True,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert list(cache.rglob("*.blob"))


def test_keeps_alpha_profile_and_orientation(painted: Path, tmp_path: Path) -> None:
    """What belongs to the picture survives: transparency, colour profile, DPI; turned upright."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.fromarray(gradient(20, 30)).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((30, 20)))
    exif = Image.Exif()
    exif[0x0112] = 6
    source, out = tmp_path / "in.png", tmp_path / "out.png"
    picture.save(source, icc_profile=profile, dpi=(300, 300), exif=exif)
    assert main(["stylize", str(source), "-s", "painted", "-o", str(out)]) == 0
    with Image.open(out) as result:
        result.load()
    assert result.size == (20, 30)
    assert result.info["icc_profile"] == profile
    assert round(result.info["dpi"][0]) == 300
    upright = picture.transpose(Image.Transpose.ROTATE_270)
    assert np.array_equal(np.asarray(result)[..., 3], np.asarray(upright)[..., 3])


def test_an_existing_file_needs_force(
    painted: Path, photograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is overwritten without --force."""
    out = tmp_path / "out.jpg"
    out.write_bytes(b"precious")
    command = ["stylize", str(photograph), "-s", "painted", "-o", str(out)]
    assert main(command) == 2
    assert "--force" in one_line(capsys.readouterr().err)
    assert out.read_bytes() == b"precious"
    assert main([*command, "--force"]) == 0
    assert size_of(out) == (61, 45)


def test_two_inputs_never_share_a_target(painted: Path, tmp_path: Path) -> None:
    """Of two pictures of one name in different folders the second gets another."""
    for name, height in (("one", 9), ("two", 11)):
        (tmp_path / name).mkdir()
        Image.fromarray(gradient(height, 9)).save(tmp_path / name / "same.jpg")
    inputs = [str(tmp_path / name / "same.jpg") for name in ("one", "two")]
    out = tmp_path / "out"
    assert main(["stylize", *inputs, "-s", "painted", "-o", str(out)]) == 0
    assert size_of(out / "same.jpg") == (9, 9)
    assert size_of(out / "same-2.jpg") == (9, 11)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Three pictures, one of them in a sub-folder, and two files that are none."""
    folder = tmp_path / "album"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.jpg", "b.png", "sub/c.jpg"):
        Image.fromarray(gradient(9, 12)).save(folder / name)
    (folder / "notes.txt").write_text("no picture")
    (folder / "sub" / "model.obj").write_bytes(b"no picture")
    (folder / ".hidden").write_text("hidden")
    return folder


def test_an_interrupted_batch_goes_on(
    painted: Path,
    album: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C says how far it was; `--skip-existing` paints the rest and nothing twice."""
    from realstyler.engine import Stylizer

    stylize, calls = Stylizer.stylize, []

    def interrupted(self: Stylizer, *arguments: object, **options: object) -> object:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return stylize(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Stylizer, "stylize", interrupted)
    out = tmp_path / "out"
    command = ["stylize", str(album), "-s", "painted", "-o", str(out), "--jobs", "1"]
    assert main(command) == 130
    assert "1 of 3 pictures done" in capsys.readouterr().err
    before = folder_state(out)
    assert len(before) == 1
    assert main([*command, "--skip-existing", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["done"]) == 2
    assert [one["reason"] for one in document["skipped"]].count("painted before") == 1
    assert before.items() <= folder_state(out).items()
    assert len(calls) == 4


@pytest.mark.parametrize(("choice", "told"), [(None, False), ("all", True), ("none", False)])
def test_the_place_is_told_only_when_asked_for(
    painted: Path, tmp_path: Path, choice: str | None, told: bool
) -> None:
    """A painting says nothing of where its photograph was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N"}
    photo, out = tmp_path / "photo.jpg", tmp_path / "out.jpg"
    Image.fromarray(gradient(9, 9)).save(photo, exif=exif.tobytes())
    options = [] if choice is None else ["--metadata", choice]
    assert main(["stylize", str(photo), "-s", "painted", "-o", str(out), *options]) == 0
    with Image.open(out) as result:
        assert bool(result.getexif().get_ifd(ExifTags.IFD.GPSInfo)) == told
        assert (ExifTags.Base.Make in result.getexif()) == (choice != "none")


def test_an_unknown_choice_of_metadata(
    painted: Path, photograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is refused before anything is painted."""
    command = ["stylize", str(photograph), "-s", "painted", "-o", str(tmp_path / "o.png")]
    assert main([*command, "--metadata", "some"]) == 2
    assert "all, no-place, none" in one_line(capsys.readouterr().err)


def test_a_folder_that_cannot_be_written_is_said_first(
    painted: Path, album: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the way, or a name too long, costs one line and no painting."""
    (tmp_path / "file").write_text("in the way")
    for name in ("file", "file/inside", "x" * 260):
        assert main(["stylize", str(album), "-s", "painted", "-o", str(tmp_path / name)]) in (1, 2)
        one_line(capsys.readouterr().err)


def missing(path: Path) -> None:
    """No file at all."""


def truncated(path: Path) -> None:
    """The first half of a JPEG."""
    Image.fromarray(gradient(200, 200)).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def text(path: Path) -> None:
    """Text under a picture's name."""
    path.write_text("dear diary")


def empty(path: Path) -> None:
    """Nothing in it."""
    path.touch()


def bomb(path: Path) -> None:
    """A PNG of a few hundred bytes that claims 900 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""))


@pytest.mark.parametrize("make", [missing, truncated, text, empty, bomb])
def test_a_bad_picture_is_one_clear_line(
    make: Callable[[Path], None],
    painted: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 1; the line names the file; nothing is written and nothing is changed."""
    source = tmp_path / "source.jpg"
    make(source)
    before = folder_state(tmp_path)
    out = tmp_path / "out.jpg"
    assert main(["stylize", str(source), "-s", "painted", "-o", str(out)]) == 1
    assert "source.jpg" in one_line(capsys.readouterr().err)
    assert folder_state(tmp_path) == before


@pytest.mark.parametrize("size", [(1, 1), (1, 30000), (30000, 1), (3, 7)])
@pytest.mark.parametrize("network", ["full", "live"])
def test_extreme_sizes_work(
    size: tuple[int, int], network: str, painted: Path, tmp_path: Path
) -> None:
    """A pixel and a line are pictures too."""
    source, out = tmp_path / "in.png", tmp_path / "out.png"
    Image.fromarray(gradient(*size)).save(source)
    command = ["stylize", str(source), "-s", "painted", "-o", str(out), "--network", network]
    assert main(command) == 0
    assert np.asarray(Image.open(out)).shape[:2] == size


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount small file systems of memory; skips where that is not allowed."""
    mounted: list[Path] = []

    def make(options: str) -> Path:
        folder = tmp_path / f"mount-{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if os.name != "posix" or subprocess.call(command, stderr=subprocess.DEVNULL):
            pytest.skip("mounting a file system needs root")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_read_only_folder_is_one_clear_line(
    painted: Path,
    photograph: Path,
    mount: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The output folder refuses: named, nothing lost."""
    folder = mount("ro,size=1m")
    code = main(["stylize", str(photograph), "-s", "painted", "-o", str(folder / "out.jpg")])
    assert code in {1, 2}
    assert "read-only" in one_line(capsys.readouterr().err)


def test_a_full_disk_is_one_clear_line(
    painted: Path,
    tmp_path: Path,
    mount: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No half file stays behind, and what was there before is intact, even with --force."""
    folder = mount(f"size={FULL_DISK}k")
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    source, out = tmp_path / "noise.png", folder / "out.png"
    Image.fromarray(noise).save(source)
    out.write_bytes(b"precious")
    command = ["stylize", str(source), "-s", "painted", "-o", str(out), "--force"]
    assert main([*command, "--strength", "0.01"]) == 1
    assert "full" in one_line(capsys.readouterr().err)
    assert folder_state(folder) == {out: b"precious"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-s", "paintd"], "did you mean painted"),
        (["-s", "untrained"], "realstyler train untrained"),
        (["-s", "painted", "--network", "fast"], "--network fast: no such choice"),
        (["-s", "painted", "--strength", "2"], "strength"),
        (["-s", "painted", "--stroke", "-5"], "stroke"),
        (["-s", "painted:x,untrained"], "painted:x"),
        (["-s", "painted", "--device", "toaster"], "toaster"),
        (["--nonsense"], "--nonsense"),
        ([], "--style"),
    ],
)
def test_wrong_use_is_one_clear_line(
    arguments: list[str],
    said: str,
    painted: Path,
    drop_ins: Path,
    photograph: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, the reason and the remedy on one line, nothing written."""
    add_style(drop_ins, "untrained", trained=False)
    out = tmp_path / "out.jpg"
    assert main(["stylize", str(photograph), "-o", str(out), *arguments]) == 2
    assert said in one_line(capsys.readouterr().err)
    assert not out.exists()


def test_an_unknown_suffix_is_refused_before_painting(
    painted: Path, photograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The formats that can be written are listed."""
    assert main(["stylize", str(photograph), "-s", "painted", "-o", str(tmp_path / "o.xyz")]) == 2
    assert ".png" in one_line(capsys.readouterr().err)


def corrupt(weights: Path, folder: Path) -> None:
    """Cut the file."""
    weights.write_bytes(weights.read_bytes()[:500])


def other_architecture(weights: Path, folder: Path) -> None:
    """Put the live network's parameters under the full network's name."""
    weights.write_bytes((folder / "live.safetensors").read_bytes())


def other_style(weights: Path, folder: Path) -> None:
    """Put another style's weights there."""
    save_random_weights(folder, "somebody", "full")


def pickled(weights: Path, folder: Path) -> None:
    """A pickle that would write a file if it were ever loaded."""
    import pickle

    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.system, (f"touch {folder / 'executed'}",))

    weights.write_bytes(pickle.dumps(Hostile()))


@pytest.mark.parametrize("damage", [corrupt, other_architecture, other_style, pickled])
def test_weights_that_do_not_fit_are_one_clear_line(
    damage: Callable[[Path, Path], None],
    painted: Path,
    photograph: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2; the file is named; nothing of it runs."""
    damage(painted / "full.safetensors", painted)
    out = tmp_path / "out.jpg"
    assert main(["stylize", str(photograph), "-s", "painted", "-o", str(out)]) == 2
    assert "full.safetensors" in one_line(capsys.readouterr().err)
    assert not out.exists()
    assert not (painted / "executed").exists()


def test_a_sheet_shows_every_trained_style(
    painted: Path, drop_ins: Path, photograph: Path, tmp_path: Path
) -> None:
    """Photographs in rows, styles in columns; an untrained style is left out."""
    add_style(drop_ins, "untrained", trained=False)
    out = tmp_path / "sheet.png"
    command = ["sheet", str(photograph), "-o", str(out), "--size", "64", "--network", "live"]
    assert main(command) == 0
    trained = out.stat().st_size
    assert trained > 0
    width = size_of(out)[0]
    add_style(drop_ins, "second", seed=1)
    from realstyler import registry

    registry.reload()
    assert main([*command, "--force"]) == 0
    assert size_of(out)[0] > width


@pytest.mark.parametrize(
    "arguments",
    [
        ["stylize", "PHOTO", "-s", "painted", "-o", "", "--force"],
        ["stylize", "PHOTO", "-s", "painted", "--out=", "--force"],
        ["stylize", "", "-s", "painted", "-o", "out"],
        ["stylize", "PHOTO", "-s", "painted", "-o", " ", "--force"],
        ["sheet", "", "-o", "sheet.png"],
        ["train", "painted", "--data", ""],
        ["evaluate", "painted", "--photos="],
    ],
)
def test_empty_arguments_are_refused(
    arguments: list[str],
    painted: Path,
    photograph: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An unset variable never means the current folder: nothing is read, nothing overwritten."""
    assert painted.is_dir()
    monkeypatch.chdir(photograph.parent)
    before = folder_state(photograph.parent)
    named = [photograph.name if word == "PHOTO" else word for word in arguments]
    assert main(named) == 2
    assert "empty" in one_line(capsys.readouterr().err)
    assert folder_state(photograph.parent) == before


@pytest.mark.parametrize("out", [".", "./", "../{folder}", "link"])
def test_originals_are_never_overwritten(
    out: str,
    painted: Path,
    photograph: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An output folder that holds the originals is refused, even with --force."""
    assert painted.is_dir()
    folder = photograph.parent
    monkeypatch.chdir(folder)
    (folder / "link").symlink_to(folder)
    before = photograph.read_bytes()
    target = out.format(folder=folder.name)
    assert main(["stylize", photograph.name, "-s", "painted", "-o", target, "--force"]) == 2
    assert "original" in one_line(capsys.readouterr().err)
    assert photograph.read_bytes() == before


def test_an_original_may_be_named_as_the_target(painted: Path, photograph: Path) -> None:
    """Who names the picture itself and says --force means it."""
    assert painted.is_dir()
    before = photograph.read_bytes()
    path = str(photograph)
    assert main(["stylize", path, "-s", "painted", "-o", path, "--force"]) == 0
    assert photograph.read_bytes() != before


def test_results_inside_the_input_are_not_painted_again(
    painted: Path, photograph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run finds the same photographs as the first, not its results one level deeper."""
    assert painted.is_dir()
    folder = photograph.parent / "photos"
    folder.mkdir()
    photograph.rename(folder / photograph.name)
    command = ["stylize", str(folder), "-s", "painted", "-o", str(folder / "painted"), "--json"]
    for extra in ([], ["--force"]):
        assert main([*command, *extra]) == 0
        assert len(json.loads(capsys.readouterr().out)["done"]) == 1
    assert len(list(folder.rglob("*.jpg"))) == 2
