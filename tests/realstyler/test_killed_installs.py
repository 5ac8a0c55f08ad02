"""``kill -9`` at every single change of the disk while something is installed: nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from realstyler import style_files
from realstyler.installation import backups
from realstyler.registry import Registry, find_style
from support import add_style, save_random_weights

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")

KILLER = """
import json, os, signal, sys
from pathlib import Path
from realstyler import installation, style_files
from realstyler.registry import Registry
import realstyler.scaffold

WRITES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "os.chmod"}
kind, source, number = sys.argv[1], Path(sys.argv[2]), 0
known = Registry.discover()
style = known.styles["tiny"]
style.load_weights("full")
realstyler.scaffold.style_picture(style.picture_path)

def writes(event, arguments):
    return event in WRITES or event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))

def install(number):
    left = [number]
    def watch(event, arguments):
        if writes(event, arguments):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)
    if kind == "style":
        style_files.install(source, known, replace=True)
    else:
        installation.install(source, style)
    os._exit(0)

for line in sys.stdin:
    child = os.fork()
    if not child:
        install(int(line))
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture
def tiny(drop_ins: Path) -> Path:
    """The folder of a style of the user's."""
    folder = add_style(drop_ins, "tiny")
    with Image.open(folder / "style.jpg") as picture:
        picture.resize((160, 128)).save(folder / "style.jpg")  # large enough to learn from
    return folder


class Killer:
    """A process that installs in children and kills each at the change of the disk asked for."""

    def __init__(self, kind: str, source: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", KILLER, kind, str(source)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ends(self, number: int) -> bool:
        """Install until so many changes are made; whether that was the whole of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(number, file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline()) == 0

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def test_a_style_is_never_lost(tiny: Path, drop_ins: Path, tmp_path: Path) -> None:
    """Old or new, it is there, or `--undo` brings it back; the one from before is kept."""
    file = style_files.write(find_style("tiny"), tmp_path / "tiny.realstyle")
    killer = Killer("style", file)
    for number in range(200):
        mine = f"mine before {number}"
        (tiny / "LICENSE").write_text(mine)
        ended = killer.ends(number)
        if not tiny.exists():
            style_files.undo("tiny")
            assert (tiny / "LICENSE").read_text() == mine
        found = Registry.discover()
        assert not found.failures
        assert found.styles["tiny"].load_weights("full")
        kept = [tiny / "LICENSE", *backups().glob("*/tiny/LICENSE")]
        assert mine in {path.read_text() for path in kept if path.exists()}
        if ended:
            break
    killer.close()
    assert number > 10
    style_files.undo("tiny")
    assert (tiny / "LICENSE").read_text() == mine


def test_weights_are_never_lost(tiny: Path, tmp_path: Path) -> None:
    """The style has the old or the new ones, whole; `--undo` brings the old ones back."""
    target = tiny / "full.safetensors"
    killer = Killer("weights", save_random_weights(tmp_path, "tiny", "full", seed=99))
    new = (tmp_path / "full.safetensors").read_bytes()
    for number in range(100):
        save_random_weights(tiny, "tiny", "full", seed=number)
        old = target.read_bytes()
        ended = killer.ends(number)
        assert target.read_bytes() in (old, new)
        assert old in {path.read_bytes() for path in [target, *backups().glob("*.safetensors")]}
        if ended:
            break
    killer.close()
    assert number > 4
    assert target.read_bytes() == new
    style_files.undo("tiny")
    assert target.read_bytes() == old
