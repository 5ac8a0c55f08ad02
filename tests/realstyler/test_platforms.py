"""Branches for systems that this one is not, with the system faked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from realstyler.benchmark import machine, processes
from realstyler.cli import doctor
from support import add_style


def _no_proc(self: Path, *_: object, **__: object) -> str:
    raise FileNotFoundError(2, "No such file or directory", str(self))


def test_machines_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither macOS nor Windows has /proc: what it would tell is left out or asked elsewhere."""
    monkeypatch.setattr(Path, "read_text", _no_proc)
    assert doctor._processor()
    assert machine._flags() == []
    peak = processes.peak_bytes()
    assert peak is None or peak > 10**6


def test_memory_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no module `resource`, and nothing else is asked."""
    monkeypatch.setattr(Path, "read_text", _no_proc)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "resource", None)
    assert processes.peak_bytes() is None


def test_processors_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process is not bound to cores, all of them count."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert machine._cores() == os.cpu_count()


def test_names_that_the_encoding_of_a_pipe_lacks(drop_ins: Path, tmp_path: Path) -> None:
    """In a pipe on Windows, cp1252 say, JSON stays JSON, and errors stay one line."""
    add_style(drop_ins, "painted")
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "realstyler", *arguments]
        return subprocess.run(command, capture_output=True, env=environment, check=False)

    missing = tmp_path / "кот.jpg"
    out = tmp_path / "out.png"
    done = run("stylize", str(missing), "-s", "painted", "-o", str(out), "--json")
    assert done.returncode == 1
    assert missing.name in str(json.loads(done.stdout.decode("cp1252")))
    assert b"unexpected" not in done.stderr
