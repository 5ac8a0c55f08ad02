"""Commands end in order when they are told to, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

PROGRAM = """
import os, signal, sys
from pathlib import Path
from realstyler import files
from realstyler.cli.running import ending_in_order

name, target, ignored = sys.argv[1:]
number = getattr(signal, name)
if ignored == "ignored":
    signal.signal(number, signal.SIG_IGN)
with ending_in_order(), files.replacing(Path(target), overwrite=False) as temporary:
    temporary.write_bytes(b"half")
    os.kill(os.getpid(), number)
    temporary.write_bytes(b"whole")
"""


def run(folder: Path, name: str, ignored: str) -> int:
    """Write a file and send a signal meanwhile; return the exit code."""
    command = [sys.executable, "-c", PROGRAM, name, str(folder / "result"), ignored]
    return subprocess.run(command, check=False, timeout=60).returncode


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_in_order(tmp_path: Path, name: str) -> None:
    """The exit code is that of the signal, and no half-written file is left."""
    assert run(tmp_path, name, "handled") == 128 + getattr(signal, name)
    assert not list(tmp_path.iterdir())


def test_ignored_signals_stay_ignored(tmp_path: Path) -> None:
    """Under nohup a closed terminal ends nothing."""
    assert run(tmp_path, "SIGHUP", "ignored") == 0
    assert (tmp_path / "result").read_bytes() == b"whole"
