"""``realstyler video`` as a user meets it: files, lines, exit codes, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import av
import pytest

from clips import Clip, read
from realstyler.cli import main


def run(source: Path, target: Path, *options: str) -> int:
    """Paint with the live network of the small style."""
    network = ("-s", "painted", "--network", "live")
    return main(["video", str(source), *network, "-o", str(target), *options])


def test_paints_a_clip_and_reports(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command makes the file, exits with 0 and prints one JSON document."""
    source, target = Clip(sound=True).write(tmp_path / "in.mp4"), tmp_path / "out.mp4"
    assert run(source, target, "--json", "--start", "0.2", "--end", "0:00.6", "--size", "32") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["frames"] == len(read(target).frames) == 10
    assert (document["width"], document["height"], document["complete"]) == (32, 24, True)


def test_one_frame_is_previewed(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--preview writes a picture, with the source beside it where that is asked for."""
    source, target = Clip().write(tmp_path / "in.mp4"), tmp_path / "out.png"
    assert run(source, target, "--preview", "0:00.5", "--compare", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["seconds"], document["width"]) == (0.48, 128)
    assert target.read_bytes().startswith(b"\x89PNG")


def test_progress_for_programs(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--progress json tells on stderr, line by line, how far the work is, and that it is done."""
    source = Clip().write(tmp_path / "in.mp4")
    assert run(source, tmp_path / "out.mp4", "--progress", "json") == 0
    states = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert states[0]["frames"] == 1
    assert (states[-1]["frames"], states[-1]["share"], states[-1]["remaining"]) == (24, 1, 0)


def test_damaged_video_is_done_as_far_as_it_goes(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a file gives exit code 1, a playable result and a line that says where it broke."""
    source, target = Clip(frames=50).write(tmp_path / "in.mkv"), tmp_path / "out.mp4"
    source.write_bytes(source.read_bytes()[: source.stat().st_size * 2 // 3])
    assert run(source, target, "--no-steady") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "in.mkv is cut off or damaged after" in printed.err
    assert read(target).frames


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (["--start", "soon"], 2, "is not a time"),
        (["--fps", "0"], 2, "out of range"),
        (["--size", "big"], 2, "is not a size"),
        (["--crf", "99"], 2, "out of range"),
        (["--strength", "7"], 2, "out of range"),
        (["--metadata", "some"], 2, "all, no-place, none"),
        (["--audio", "mp3"], 2, "copy, aac, none"),
        (["--progress", "loud"], 2, "bar, json"),
        (["--resume", "--keep-partial"], 2, "one of --resume and --keep-partial"),
    ],
)
def test_wrong_options_get_one_line(
    painted: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    reason: str,
) -> None:
    """A wrong value is named before anything is read or written."""
    source = Clip(frames=2).write(tmp_path / "in.mp4")
    assert run(source, tmp_path / "out.mp4", *options) == code
    printed = capsys.readouterr().err
    assert reason in printed
    assert printed.count("\n") == 1
    assert not (tmp_path / "out.mp4").exists()


def test_no_video_gets_one_line(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text under the name of a video: exit code 1, one line."""
    source = tmp_path / "in.mp4"
    source.write_text("this is no video " * 100)
    assert run(source, tmp_path / "out.mp4") == 1
    printed = capsys.readouterr().err
    assert "in.mp4 is not a video" in printed
    assert printed.count("\n") == 1


def test_without_the_extra_the_command_says_how_to_install(
    painted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """PyAV missing: exit code 2 and the line that mends it."""
    monkeypatch.setitem(sys.modules, "av", None)
    assert run(tmp_path / "in.mp4", tmp_path / "out.mp4") == 2
    assert "pip install 'realstyler[video]'" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("keep_partial", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupt_leaves_a_part_or_nothing(
    painted: Path, tmp_path: Path, keep_partial: bool, number: signal.Signals
) -> None:
    """A signal to the real process: a playable part with --keep-partial, else nothing."""
    target = tmp_path / "out.mp4"
    process = painting(tmp_path, target, *(["--keep-partial"] if keep_partial else []))
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number, errors
    assert errors.count("\n") == 1
    assert not list(tmp_path.glob(".realstyler-*"))
    assert target.exists() == keep_partial
    if keep_partial:
        assert 0 < len(read(target).frames) < 1500


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_run_is_cleaned_up_by_the_next(painted: Path, tmp_path: Path) -> None:
    """After SIGKILL a hidden file stays, until something is written there again."""
    process = painting(tmp_path, tmp_path / "out.mp4")
    process.kill()
    process.communicate(timeout=60)
    assert len(list(tmp_path.glob(".realstyler-*"))) == 1
    assert run(Clip(frames=2).write(tmp_path / "short.mp4"), tmp_path / "short-out.mp4") == 0
    assert not list(tmp_path.glob(".realstyler-*"))


def painting(folder: Path, target: Path, *options: str) -> subprocess.Popen[str]:
    """Start to paint a long clip, and wait until something of it was written."""
    source = Clip(frames=1500, options={"crf": "30"}).write(folder / "in.mp4")
    command = [sys.executable, "-m", "realstyler", "video", str(source), "-s", "painted"]
    command += ["-o", str(target), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    wait_for_growth(folder, process)
    return process


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_full_disk_keeps_a_part(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """With --keep-partial what could be written can be played; the reason is told."""
    import resource

    source = Clip(frames=200, size=(160, 120), sound=True).write(tmp_path / "in.mp4")
    target, before = tmp_path / f"out{suffix}", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        assert run(source, target, "--keep-partial", "--crf", "1") == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    printed = capsys.readouterr().err
    assert "the file is too large for this disk; about the first" in printed
    assert printed.count("\n") == 1
    with av.open(str(target)) as container:
        decoded = 0
        with suppress(av.InvalidDataError):  # the last second may be damaged
            for _ in container.decode(video=0):
                decoded += 1
    assert 10 < decoded < 200


def wait_for_growth(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the process has written more than the header of its hidden file."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        if any(path.stat().st_size > 4096 for path in folder.glob(".realstyler-*")):
            return
        time.sleep(0.02)
    raise AssertionError("nothing was written in a minute")


def test_through_pipes(painted: Path, tmp_path: Path) -> None:
    """The real process between two pipes: nothing but the video is on standard output."""
    source = Clip(frames=8, sound=True).write(tmp_path / "in.mkv")
    command = [sys.executable, "-m", "realstyler", "video", "-", "-s", "painted", "-o", "-"]
    done = sent(command, source.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    (tmp_path / "out.mkv").write_bytes(done.stdout)
    assert len(read(tmp_path / "out.mkv").frames) == 8
    done = sent([*command, "--json"], b"")
    assert (done.returncode, done.stdout) == (2, b"")


def sent(command: list[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run a command with something on its standard input."""
    return subprocess.run(command, check=False, input=content, capture_output=True, timeout=120)
