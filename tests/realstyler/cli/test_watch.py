"""``realstyler watch``: whole files only, each once, whatever ends the program in between."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from realstyler.cli import main
from realstyler.cli.hot_folder import HotFolder
from realstyler.cli.jobs import Job
from realstyler.cli.journal import LOCK, NAME, Entry, Journal, Stamp
from realstyler.cli.names import Naming
from realstyler.engine import Cancellation
from realstyler.errors import DiskError, InputError, UsageError


def save(path: Path, level: int = 90) -> Path:
    """A small plain picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((12, 16, 3), level, np.uint8)).save(path)
    return path


def names(folder: Path) -> list[str]:
    """The visible files under a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return sorted(str(path.relative_to(folder)) for path in files)


class Copier:
    """Stands in for the painting: a result is a copy; it can be told to fail."""

    def __init__(self) -> None:
        self.painted: list[str] = []
        self.failure: BaseException | None = None

    def __call__(self, job: Job, cancel: Cancellation) -> dict[str, Any]:
        """Copy the picture."""
        if self.failure:
            raise self.failure
        assert job.source is not None
        assert job.target is not None
        job.target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(job.source, job.target)
        self.painted.append(job.source.name)
        return {"output": str(job.target)}


@pytest.fixture
def copier() -> Copier:
    """What paints."""
    return Copier()


@pytest.fixture
def hot(tmp_path: Path, copier: Copier) -> Callable[..., Any]:
    """Opens the hot folder ``in`` with results in ``out``, as a new process would."""
    (tmp_path / "in").mkdir()

    @contextmanager
    def opened(out: str = "out", **options: Any) -> Iterator[HotFolder]:
        folder = HotFolder(
            *(tmp_path / "in", tmp_path / out, Naming(("one",)), copier), settle=0, **options
        )
        with closing(folder):
            yield folder

    return opened


def test_a_file_is_painted_when_it_has_settled(
    hot: Callable[..., Any], copier: Copier, tmp_path: Path
) -> None:
    """Not as long as it changes between two looks, and once only."""
    with hot() as folder:
        source = save(tmp_path / "in" / "deep" / "a.png")
        assert folder.paint_what_is_whole()
        with source.open("ab") as file:
            file.write(b"more")
        assert folder.paint_what_is_whole()
        assert copier.painted == []
        assert not folder.paint_what_is_whole()
        assert not folder.paint_what_is_whole()
    assert copier.painted == ["a.png"]
    assert names(tmp_path / "out") == ["deep/a.png"]


def test_a_restart_goes_on(hot: Callable[..., Any], copier: Copier, tmp_path: Path) -> None:
    """Also where results were fetched and where an input came that takes the name of a result."""
    save(tmp_path / "in" / "a.gif")
    for _ in range(2):
        with hot() as folder:
            folder.follow([{"changed"}] * 2)
    assert copier.painted == ["a.gif"]
    (tmp_path / "out" / "a.png").unlink()
    save(tmp_path / "in" / "a.png")
    for _ in range(2):
        with hot() as folder:
            folder.follow([{"changed"}] * 2)
    assert copier.painted == ["a.gif", "a.png"]
    assert names(tmp_path / "out") == ["a-2.png"]


def test_a_kill_between_two_lines_costs_nothing(
    hot: Callable[..., Any], copier: Copier, tmp_path: Path
) -> None:
    """A painting that is there although the journal does not say so is not painted again."""
    save(tmp_path / "in" / "a.png")
    save(tmp_path / "out" / "a.png")
    journal = Journal(tmp_path / "out", str((tmp_path / "in").resolve()))
    journal.add(Entry("a.png", "one", "a.png", Stamp(1, 1)))
    journal.close()
    with (tmp_path / "out" / NAME).open("a") as file:
        file.write('{"source": "b.png", "sty')
    with hot() as folder:
        folder.follow([{"changed"}] * 2)
    assert copier.painted == []
    assert (tmp_path / "out" / NAME).read_text().count("\n") == 2


def test_two_at_once_do_not_share_an_output(
    hot: Callable[..., Any], copier: Copier, tmp_path: Path
) -> None:
    """The second is refused while the first runs; a lock that a kill left behind is none."""
    save(tmp_path / "in" / "a.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).touch()
    with hot() as folder:
        with pytest.raises(UsageError, match="Another realstyler"), hot():
            pass
        folder.follow([{"changed"}] * 2)
    with hot() as folder:
        folder.follow([{"changed"}] * 2)
    assert copier.painted == ["a.png"]


def test_one_output_of_two_folders(hot: Callable[..., Any], copier: Copier, tmp_path: Path) -> None:
    """One after the other: a picture of the second is not taken for its namesake of the first."""
    save(tmp_path / "in" / "a.png")
    for turn in range(3):
        with hot() as folder:
            folder.follow([{"changed"}] * 2)
        (tmp_path / "in").rename(tmp_path / f"away{turn}")
        save(tmp_path / "in2" / "a.png", 30)
        options = (tmp_path / "in2", tmp_path / "out", Naming(("one",)), copier)
        with closing(HotFolder(*options, settle=0)) as other:
            other.follow([{"changed"}] * 2)
        (tmp_path / f"away{turn}").rename(tmp_path / "in")
    assert names(tmp_path / "out") == ["a-2.png", "a.png"]
    assert copier.painted == ["a.png", "a.png"]


@pytest.mark.parametrize("repaint", [False, True])
def test_a_picture_that_changes(
    repaint: bool,
    hot: Callable[..., Any],
    copier: Copier,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is painted again over its own painting with --force; without, that is said once."""
    save(tmp_path / "in" / "a.png", 10)
    with hot(repaint=repaint) as folder:
        folder.follow([{"changed"}] * 2)
        save(tmp_path / "in" / "a.png", 200)
        os.utime(tmp_path / "in" / "a.png", ns=(1, 1))
        folder.follow([{"changed"}] * 4)
    assert copier.painted == ["a.png"] * (2 if repaint else 1)
    assert capsys.readouterr().err.count("--force paints it again") == (0 if repaint else 1)
    with Image.open(tmp_path / "out" / "a.png") as image:
        assert image.getpixel((0, 0)) == ((200,) * 3 if repaint else (10,) * 3)


def test_what_fails_is_told_once(
    hot: Callable[..., Any], copier: Copier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And tried again when it changes."""
    save(tmp_path / "in" / "a.png")
    copier.failure = InputError(code="picture-damaged", picture="a.png")
    with hot() as folder:
        folder.follow([{"changed"}] * 4)
        assert capsys.readouterr().err.count("damaged") == 1
        copier.failure = None
        save(tmp_path / "in" / "a.png", 1)
        folder.follow([{"changed"}] * 2)
    assert copier.painted == ["a.png"]


def test_a_full_disk_ends_it(hot: Callable[..., Any], copier: Copier, tmp_path: Path) -> None:
    """Trying again and again would only paint in vain."""
    save(tmp_path / "in" / "a.png")
    copier.failure = DiskError(code="disk-full", target="a.png")
    with hot() as folder, pytest.raises(DiskError):
        folder.follow([{"changed"}] * 2)


def test_time_alone_is_no_reason_to_look(
    hot: Callable[..., Any], copier: Copier, tmp_path: Path
) -> None:
    """What is not reported is found by the next look of every minute."""

    def wakes() -> Iterator[object]:
        yield set()
        save(tmp_path / "in" / "a.png")
        yield from (set(), set())

    with hot() as folder:
        folder.follow(wakes())
    assert copier.painted == []


def test_paintings_inside_the_folder_are_not_painted(
    hot: Callable[..., Any], copier: Copier, tmp_path: Path
) -> None:
    """The output may lie in the watched folder; its name says what it is."""
    save(tmp_path / "in" / "a.png")
    with hot(out="in/painted") as folder:
        folder.follow([{"changed"}] * 4)
    assert names(tmp_path / "in") == ["a.png", "painted/a.png"]


def test_a_folder_that_has_gone(hot: Callable[..., Any], tmp_path: Path) -> None:
    """Is told: nothing would come there any more."""
    with hot() as folder:
        (tmp_path / "in").rmdir()
        with pytest.raises(InputError, match="has gone"):
            folder.follow([{"changed"}])


@pytest.mark.parametrize(("out", "reason"), [("in", "the watched folder itself"), ("x", "gone")])
def test_wrong_folders_are_refused(
    out: str, reason: str, painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, before anything is watched."""
    pytest.importorskip("watchfiles")
    folder = tmp_path / "in"
    if out == "in":
        folder.mkdir()
    assert main(["watch", str(folder), "-s", "painted", "-o", str(tmp_path / out)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert (reason if out == "in" else "is not a folder") in said


def test_without_its_package(
    painted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line says how to get it."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["watch", str(tmp_path), "-s", "painted", "-o", str(tmp_path / "out")]) == 2
    assert "pip install 'realstyler[watch]'" in capsys.readouterr().err


def wait_for(wanted: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    """Wait until something holds, as long as a process lives."""
    while not wanted():
        assert running.poll() is None
        time.sleep(0.05)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command(ending: signal.Signals, painted: Path, tmp_path: Path) -> None:
    """What lies there and what comes is painted; a kill costs nothing; it ends with one line."""
    pytest.importorskip("watchfiles")
    assert painted.is_dir()
    folder, out = tmp_path / "in", tmp_path / "out"
    save(folder / "a.png")
    command = [sys.executable, "-m", "realstyler", "watch", str(folder), "-s", "painted"]
    command += ["-o", str(out), "--settle", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        wait_for((out / "a.png").exists, first)
        first.kill()
    painted_at = (out / "a.png").stat().st_mtime_ns
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as second:
        content = save(tmp_path / "b.png").read_bytes()
        part = folder / "b.png"
        part.write_bytes(content[:60])
        part.write_bytes(content)
        (folder / "notes.txt").touch()
        wait_for((out / "b.png").exists, second)
        second.send_signal(ending)
        output, errors = second.communicate(timeout=120)
    assert second.returncode == 130
    assert output == f"{out / 'b.png'}\n"
    assert (
        errors.splitlines()[-1] == "realstyler: stopped; 1 picture painted; start again to continue"
    )
    assert (out / "a.png").stat().st_mtime_ns == painted_at
    assert names(out) == ["a.png", "b.png"]
