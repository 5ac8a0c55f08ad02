"""Batches of ``realstyler stylize``: nothing skipped in silence, nothing lost on the way."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from realstyler.cli import batch, main, painting
from realstyler.cli.jobs import Job, plan
from realstyler.cli.names import Naming
from realstyler.cli.painting import PictureJobs
from realstyler.engine import Cancellation
from realstyler.errors import Cancelled

HEIC = Path(__file__).parents[2] / "fixtures" / "pictures" / "gradient.heic"


def save(path: Path, level: int = 90) -> Path:
    """A small plain picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((12, 16, 3), level, np.uint8)).save(path)
    return path


def names(folder: Path) -> list[str]:
    """The files under a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def holiday(tmp_path: Path, painted: Path) -> Path:
    """A folder of four photographs, one of them in a folder of its own."""
    assert painted.is_dir()
    for name in ("a.jpg", "b.jpg", "c.jpg", "deep/d.jpg"):
        save(tmp_path / "holiday" / name)
    return tmp_path / "holiday"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results go; not made yet."""
    return tmp_path / "out"


def paint(*arguments: str | Path) -> int:
    """Run ``realstyler stylize`` with the test's style."""
    return main(["stylize", *map(str, arguments), "-s", "painted"])


class Told:
    """What a command said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def lines(self) -> list[str]:
        """The lines on stderr."""
        return self._capsys.readouterr().err.splitlines()

    def both(self) -> tuple[dict[str, list[dict[str, str]]], list[str]]:
        """The document on stdout, and the lines on stderr."""
        output, errors = self._capsys.readouterr()
        return json.loads(output), errors.splitlines()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What commands say."""
    return Told(capsys)


def interrupt_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C come while the next picture after so many is painted."""
    original, started = PictureJobs.do, []

    def interrupted(*arguments: Any, **options: Any) -> object:
        if len(started) == count:
            raise KeyboardInterrupt
        started.append(1)
        return original(*arguments, **options)

    monkeypatch.setattr(PictureJobs, "do", interrupted)


def test_goes_on_after_an_interruption(
    holiday: Path, out: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how far it was and how to go on; the second run paints the others, each once."""
    with monkeypatch.context() as patch:
        interrupt_after(2, patch)
        assert paint(holiday, "-o", out, "--jobs", "1") == 130
    assert told.lines() == [
        "realstyler: interrupted; 2 of 4 pictures done; continue with --skip-existing"
    ]
    first = {path: path.stat().st_mtime_ns for path in out.rglob("*.jpg")}
    assert len(first) == 2
    assert paint(holiday, "-o", out, "--skip-existing", "--json") == 0
    document, errors = told.both()
    assert (len(document["done"]), len(document["skipped"]), errors) == (2, 2, [])
    assert {one["reason"] for one in document["skipped"]} == {"painted before"}
    assert names(out) == names(holiday)
    assert {path: path.stat().st_mtime_ns for path in first} == first


def test_an_interrupted_batch_prints_its_document(
    holiday: Path, out: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done and what is waiting is in the document."""
    interrupt_after(1, monkeypatch)
    assert paint(holiday, "-o", out, "--json", "--jobs", "1") == 130
    document, errors = told.both()
    assert document["interrupted"] is True
    assert [Path(one["input"]).name for one in document["done"]] == ["a.jpg"]
    assert [Path(str(name)).name for name in document["waiting"]] == ["b.jpg", "c.jpg", "d.jpg"]
    assert len(errors) == 1


def test_what_exists_is_told_before_anything_is_painted(
    holiday: Path, out: Path, told: Told
) -> None:
    """Without --skip-existing it is a failure that says how to go on; the summary comes last."""
    save(out / "c.jpg")
    before = (out / "c.jpg").read_bytes()
    assert paint(holiday, "-o", out) == 1
    lines = told.lines()
    assert len(lines) == 2
    assert "--skip-existing" in lines[0]
    assert lines[1] == "realstyler: 3 of 4 pictures done, 1 failed"
    assert (out / "c.jpg").read_bytes() == before


def test_force_and_skip_existing_contradict(holiday: Path, out: Path, told: Told) -> None:
    """Both at once are refused."""
    assert paint(holiday, "-o", out, "--force", "--skip-existing") == 2
    assert "contradict" in told.lines()[0]


def test_clashing_names_get_numbers(holiday: Path, out: Path, told: Told) -> None:
    """All are painted, one that keeps its format keeps its name, and each change is told."""
    save(holiday / "a.png", 200)
    save(holiday / "a.gif")
    assert paint(holiday, holiday / ".." / "holiday", "-o", out) == 0
    assert names(out) == ["a-2.png", "a.jpg", "a.png", "b.jpg", "c.jpg", "deep/d.jpg"]
    lines = told.lines()
    assert len(lines) == 1
    assert f"{holiday / 'a.gif'} goes to {out / 'a-2.png'}" in lines[0]


NAMES = st.lists(
    st.sampled_from(["a.gif", "a.png", "A.png", "a.jpg", "a.bmp", "a-2.png", "a-2.gif", "a.avif"]),
    unique=True,
)


@given(st.tuples(NAMES, NAMES).filter(any))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_two_results_share_a_name(tmp_path: Path, chosen: tuple[list[str], list[str]]) -> None:
    """Whatever names two folders hold, every picture is painted once, under a name of its own."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, inside in zip(folders, chosen, strict=True):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in inside:
            (folder / name).touch()
    jobs = plan(
        [*map(str, folders), str(folders[0])], str(tmp_path / "out"), Naming(("painted",))
    ).jobs
    targets = [str(job.target).casefold() for job in jobs]
    assert len(set(targets)) == len(targets) == sum(map(len, chosen))
    assert {job.source for job in jobs} == {p for folder in folders for p in folder.iterdir()}


@pytest.mark.parametrize("folder", [False, True])
def test_several_pictures_need_a_folder(
    folder: bool, holiday: Path, tmp_path: Path, told: Told
) -> None:
    """A picture's name for several results is refused; with a slash it is a folder."""
    inputs = [holiday] if folder else [holiday / "a.jpg", holiday / "b.jpg"]
    target = tmp_path / "out.jpg"
    assert paint(*inputs, "-o", target) == 2
    assert f"{target}/" in told.lines()[0]
    assert not target.exists()
    assert paint(*inputs, "-o", f"{target}/") == 0
    assert target.is_dir()


def test_what_is_not_painted_is_named(holiday: Path, out: Path, told: Told) -> None:
    """Other files, pipes and links to folders are counted and named; hidden ones are not."""
    (holiday / "notes.txt").write_text("dear diary")
    (holiday / ".hidden").touch()
    os.mkfifo(holiday / "pipe.jpg")
    (holiday / "link").symlink_to(holiday.parent)
    assert paint(holiday, "-o", out, "--json") == 0
    document, errors = told.both()
    assert {Path(one["input"]).name: one["reason"] for one in document["skipped"]} == {
        "notes.txt": "not a picture",
        "pipe.jpg": "not a regular file",
        "link": "a link to a folder",
    }
    assert len(document["done"]) == 4
    assert len(errors) == 1
    assert errors[0].startswith("realstyler: 3 not painted: ")
    for name in ("notes.txt", "pipe.jpg", "link"):
        assert name in errors[0]


def test_results_of_before_are_not_named(holiday: Path, told: Told) -> None:
    """What lies in an output folder inside the input is nobody's input."""
    (holiday / "painted").mkdir()
    (holiday / "painted" / "list.txt").touch()
    assert paint(holiday, "-o", holiday / "painted") == 0
    assert told.lines() == []


def test_a_folder_of_other_files_says_what_it_holds(
    tmp_path: Path, out: Path, painted: Path, told: Told
) -> None:
    """No pictures, but something: the first is named."""
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "film.mov").touch()
    assert paint(folder, "-o", out) == 2
    assert "holds no pictures, but film.mov (not a picture)" in told.lines()[0]


@pytest.mark.skipif(not importlib.util.find_spec("pi_heif"), reason="pi-heif is not installed")
def test_heic_is_painted(holiday: Path, out: Path, told: Told) -> None:
    """A telephone's pictures become JPEG, upright."""
    shutil.copy(HEIC, holiday / "IMG_1.HEIC")
    assert paint(holiday, "-o", out) == 0
    with Image.open(out / "IMG_1.jpg") as result:
        assert (result.size, result.format) == ((48, 64), "JPEG")
    assert told.lines() == []


def test_without_its_package_heic_is_one_line(
    holiday: Path, out: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are; the others are painted, and the exit code says that some failed."""
    for number in range(3):
        shutil.copy(HEIC, holiday / f"IMG_{number}.heic")
    without_heif(monkeypatch)
    assert paint(holiday, "-o", out) == 1
    lines = told.lines()
    assert len(lines) == 2
    assert "pip install 'realstyler[heif]'" in lines[0]
    assert all(f"IMG_{number}.heic" in lines[0] for number in range(3))
    assert lines[1] == "realstyler: 4 of 7 pictures done, 3 failed"
    assert paint(holiday / "IMG_0.heic", "-o", out / "one.jpg") == 1
    assert "pip install 'realstyler[heif]'" in told.lines()[0]


def without_heif(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pi-heif look as if it were not installed."""
    monkeypatch.setattr("realstyler.pictures.heif.is_available", lambda: False)


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


def never(*arguments: object, **options: object) -> None:
    """Stand in for the painting."""
    pytest.fail("something was painted")


@pytest.mark.parametrize(("options", "said"), [("ro", "read-only"), ("nr_inodes=1", "full")])
def test_a_disk_that_takes_nothing_is_told_first(
    options: str,
    said: str,
    holiday: Path,
    mount: Callable[[str], Path],
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line before anything is painted, for one picture and for many."""
    folder = mount(options)
    monkeypatch.setattr(PictureJobs, "do", never)
    for inputs, target in (
        (holiday, folder / "new" / "deep"),
        (holiday / "a.jpg", folder / "a.jpg"),
    ):
        assert paint(inputs, "-o", target) == 1
        lines = told.lines()
        assert len(lines) == 1
        assert said in lines[0]
        assert "unexpected" not in lines[0]
    assert names(folder) == []


@pytest.mark.parametrize("target", ["file", "file/deeper", "x" * 260, "x" * 260 + "/deeper/"])
def test_an_impossible_folder_is_told_first(
    target: str, holiday: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in the place of a folder, or a name that no disk holds: one line, nothing painted."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(PictureJobs, "do", never)
    assert paint(holiday, "-o", f"{tmp_path}/{target}") in {1, 2}
    lines = told.lines()
    assert len(lines) == 1
    assert "not a folder" in lines[0] or "too long" in lines[0]


def test_one_impossible_name_does_not_stop_the_others(holiday: Path, out: Path, told: Told) -> None:
    """A name too long with its number is told first; the batch ends with its summary."""
    long = "x" * 251
    save(holiday / f"{long}.png")
    save(holiday / f"{long}.gif")
    assert paint(holiday, "-o", out) == 1
    lines = told.lines()
    assert "too long" in lines[-2]
    assert lines[-1] == "realstyler: 5 of 6 pictures done, 1 failed"


def test_a_disk_that_fills_up_ends_the_batch(
    holiday: Path, mount: Callable[[str], Path], told: Told
) -> None:
    """The rest is not painted only to fail; what is done stays, and is told."""
    folder = mount("size=64k")
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(holiday / "b.jpg", quality=100)
    assert paint(holiday, "-o", folder / "out", "--json", "--jobs", "1") == 1
    document, errors = told.both()
    assert [len(document[key]) for key in ("done", "failed", "waiting")] == [1, 1, 2]
    assert "the disk is full" in errors[0]
    assert names(folder) == ["out/a.jpg"]


def test_a_fault_of_ours_costs_one_picture(
    holiday: Path, out: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are painted, and the batch ends with its summary."""
    original = painting.content_of

    def faulty(job: Job) -> object:
        if job.name.endswith("b.jpg"):
            raise RuntimeError("never thought of")
        return original(job)

    monkeypatch.setattr(painting, "content_of", faulty)
    assert paint(holiday, "-o", out) == 1
    lines = told.lines()
    assert "b.jpg: unexpected RuntimeError: never thought of" in lines[0]
    assert lines[1] == "realstyler: 3 of 4 pictures done, 1 failed"


def test_pictures_are_painted_side_by_side(holiday: Path, out: Path) -> None:
    """Two at a time: each waits for another, and what was done is told in the order of the jobs."""
    together = threading.Barrier(2)

    def work(job: Job, cancel: Cancellation) -> dict[str, Any]:
        together.wait(60)
        return {"output": str(job.target)}

    planned = plan([str(holiday)], str(out), Naming(("painted",)))
    outcome = batch.run(planned, work, "refuse", "", alone=False, workers=2)
    assert [one["output"] for one in outcome.done] == [str(job.target) for job in planned.jobs]
    assert not outcome.waiting


def test_large_pictures_wait_for_room() -> None:
    """What does not fit beside another waits until that has gone, and may stop waiting."""
    room, cancel, inside = painting._Room(10), Cancellation(), threading.Event()

    def enter() -> None:
        with room.taken(30, Cancellation()):
            inside.set()

    cancel.cancel()
    with room.taken(6, Cancellation()), room.taken(4, Cancellation()):
        other = threading.Thread(target=enter)
        other.start()
        with pytest.raises(Cancelled), room.taken(1, cancel):
            pytest.fail("it had no room")
        assert not inside.is_set()
    other.join(60)
    assert inside.is_set()


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_batch_in_order(
    ending: signal.Signals, code: int, holiday: Path, out: Path
) -> None:
    """In a process of its own: whole results only, one line, and the way to go on works."""
    for number in range(60):
        save(holiday / f"{number}.png", number)
    command = [sys.executable, "-m", "realstyler", "stylize", str(holiday), "-s", "painted"]
    command += ["-o", str(out)]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not out.is_dir() or not names(out):
        assert started.poll() is None
    started.send_signal(ending)
    _, errors = started.communicate(timeout=120)
    assert started.returncode == code
    said = r"realstyler: interrupted; \d+ of 64 pictures? done; continue with --skip-existing\n"
    assert re.fullmatch(said if ending is signal.SIGINT else "", errors)
    done = names(out)
    assert len(done) < 64
    for name in done:
        with Image.open(out / name) as image:
            assert image.size == (16, 12)
    assert subprocess.run([*command, "--skip-existing"], check=False).returncode == 0
    assert names(out) == names(holiday)


def test_a_kill_costs_nothing() -> None:
    """A short run of the trial of 2,000 mixed photographs: each is painted once."""
    script = Path(__file__).parents[3] / "benchmarks" / "interrupted_batch.py"
    command = [sys.executable, str(script), "--count", "24", "--kills", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["faults"] == []


def test_a_batch_says_what_it_did_not_try(holiday: Path, out: Path, told: Told) -> None:
    """The summary counts everything."""
    outcome = batch.Outcome(9, failed=[{}], waiting=["a", "b"])
    assert outcome.summary(3) == "0 of 9 pictures done, 1 failed, 3 there already, 2 not tried"


@pytest.mark.parametrize("arguments", [["-o", "-"], ["-o", "out.jpg", "--json"]])
def test_a_full_standard_output_is_one_line(arguments: list[str], holiday: Path) -> None:
    """In a process of its own: neither a traceback nor "unexpected"."""
    command = [sys.executable, "-m", "realstyler", "stylize", str(holiday / "a.jpg")]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*command, "-s", "painted", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=holiday.parent,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "realstyler: cannot write to standard output: no space left on device; "
        "write to a file instead\n"
    )


def sheet(*arguments: str | Path) -> int:
    """Run ``realstyler sheet`` with small cells of the small network."""
    return main(["sheet", *map(str, arguments), "--size", "64", "--network", "live"])


def test_a_sheet_leaves_out_what_cannot_be_read(holiday: Path, out: Path, told: Told) -> None:
    """It is named, the exit code says so, and the sheet is that of the others."""
    assert sheet(holiday, "-o", out / "whole.png") == 0
    (holiday / "b.jpg").write_text("no picture")
    (holiday / "film.mov").touch()
    assert sheet(holiday, "-o", out / "rest.png") == 1
    lines = told.lines()
    assert len(lines) == 2
    assert "film.mov (not a picture)" in lines[0]
    assert "b.jpg is not a picture" in lines[1]
    with Image.open(out / "whole.png") as whole, Image.open(out / "rest.png") as rest:
        assert rest.width == whole.width
        assert rest.height < whole.height


def test_a_sheet_of_nothing_is_an_error(holiday: Path, tmp_path: Path, told: Told) -> None:
    """Every picture is named, once, and no file is made."""
    for name in ("a.jpg", "b.jpg"):
        (holiday / name).write_text("no picture")
    target = tmp_path / "sheet.png"
    assert sheet(holiday / "a.jpg", holiday / "b.jpg", "-o", target) == 1
    lines = told.lines()
    assert [name in line for name, line in zip(("a.jpg", "b.jpg"), lines, strict=True)] == [
        True
    ] * 2
    assert not target.exists()


@pytest.mark.parametrize("target", ["file/s.png", "x" * 260 + "/s.png", "s.xyz", "exists.png"])
def test_a_sheet_finds_out_first_where_it_goes(
    target: str, holiday: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read or painted for a sheet that could not be written."""
    (tmp_path / "file").touch()
    (tmp_path / "exists.png").touch()
    monkeypatch.setattr("realstyler.cli.sheet.content_of", never)
    assert sheet(holiday, "-o", tmp_path / target) in {1, 2}
    assert len(told.lines()) == 1


def test_a_sheet_goes_through_pipes(holiday: Path) -> None:
    """A picture on stdin, the sheet on stdout."""
    command = [sys.executable, "-m", "realstyler", "sheet", "-", "-o", "-", "--size", "64"]
    content = (holiday / "a.jpg").read_bytes()
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    with Image.open(BytesIO(done.stdout)) as image:
        assert image.format == "PNG"
        assert image.width > 128
    assert done.stderr == b""


def several_frames(path: Path, count: int = 2) -> Path:
    """An animation, or a document of pages."""
    frames = [Image.new("RGB", (9, 9), (90 * number, 20, 200)) for number in range(count)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    return path


@pytest.mark.parametrize(
    ("suffix", "result"), [("gif", "png"), ("png", "png"), ("webp", "webp"), ("tif", "tif")]
)
def test_all_frames_are_painted(
    suffix: str, result: str, holiday: Path, out: Path, told: Told
) -> None:
    """Where the result holds them; how many they are is told."""
    path = several_frames(holiday / f"several.{suffix}")
    assert paint(path, "-o", f"{out}/", "--json", "--size", "16") == 0
    document, errors = told.both()
    assert document["done"][0]["frames"] == 2
    assert errors == []
    with Image.open(out / f"several.{result}") as image:
        assert image.n_frames == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("suffix", "target", "said"),
    [
        ("gif", "jpg", "only its first frame is painted; --format webp"),
        ("tif", "png", "only its first page is painted; --format tiff"),
    ],
)
def test_other_frames_are_not_left_out_unsaid(
    suffix: str, target: str, said: str, holiday: Path, out: Path, told: Told
) -> None:
    """Only the first frame or page is painted where there is no room for more; that is said."""
    path = several_frames(holiday / f"several.{suffix}")
    assert paint(path, "-o", f"{out}/", "--format", target, "--json") == 0
    document, errors = told.both()
    assert said in document["done"][0]["note"]
    assert len(errors) == 1
    assert said in errors[0]
    several_frames(path, 1)
    assert paint(path, "-o", f"{out}/", "--format", target, "--json", "--force") == 0
    document, errors = told.both()
    assert "note" not in document["done"][0]
    assert errors == []


def test_more_than_eight_bits_are_not_lost_unsaid(holiday: Path, out: Path, told: Told) -> None:
    """A picture of 16 bits is painted and saved with 8, which is said beside other notes."""
    path = holiday / "deep.tif"
    deep = [Image.fromarray(np.full((9, 9), level, np.uint16)) for level in (1, 2)]
    deep[0].save(path)
    assert paint(path, "-o", f"{out}/", "--json") == 0
    document, errors = told.both()
    assert document["done"][0]["bits"] == 16
    assert document["done"][0]["note"] == "it has 16 bits per channel; the painting has 8"
    assert len(errors) == 1
    deep[0].save(path, save_all=True, append_images=deep[1:])
    assert paint(path, "-o", f"{out}/", "--format", "jpg", "--json", "--force") == 0
    document, _ = told.both()
    assert document["done"][0]["note"].startswith("only its first page is painted")
    assert document["done"][0]["note"].endswith("the painting has 8")


def test_a_damaged_frame_does_not_cost_the_first(holiday: Path, out: Path, told: Told) -> None:
    """Why the others are left out is said."""
    path = several_frames(holiday / "several.png", 3)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"fdAT") + 8
    content[at : at + 4] = b"\xff" * 4  # where the pixels of the last frame begin
    path.write_bytes(content)
    assert paint(path, "-o", f"{out}/") == 0
    lines = told.lines()
    assert len(lines) == 1
    assert "only the first is painted" in lines[0]


@pytest.mark.parametrize("tag", [277, 270])
def test_decoders_keep_to_themselves(tag: int, holiday: Path) -> None:
    """Their warnings and logs are no lines for the user, in a process of its own."""
    buffer = BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, "TIFF", tiffinfo={270: "a description"})
    content = bytearray(buffer.getvalue())
    at = content.index(struct.pack("<H", tag), struct.unpack("<I", content[4:8])[0])
    content[at + 4 : at + 12] = struct.pack("<II", 1 if tag == 277 else 10**6, 9853)
    path = holiday / "odd.tif"
    path.write_bytes(content)
    command = [sys.executable, "-m", "realstyler", "stylize", str(path), "-s", "painted"]
    done = subprocess.run([*command, "-o", "o.png"], capture_output=True, cwd=holiday, check=False)
    loud = subprocess.run(
        [*command, "-o", "p.png", "--debug"], capture_output=True, cwd=holiday, check=False
    )
    assert len(done.stderr.splitlines()) == done.returncode
    assert len(loud.stderr.splitlines()) > done.returncode
