"""Killed, interrupted and resumed trainings, and one on two devices: real processes."""

# Three command lines, one of them of two processes: about 40 s on two cores.

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from realstyler import registry as registry_package
from realstyler.cli import main
from realstyler.networks.torch_modules import build
from realstyler.registry.weights import load
from support import add_style

COMMON = ("--device", "cpu", "--precision", "32-true", "--checkpoint-every", "4")
STEPS = "24"
PATIENCE = 400.0
"""Seconds that a process may take to reach a state, however busy the machine is."""

pytestmark = pytest.mark.timeout(3 * PATIENCE)

PROGRESS = re.compile(r"step \d+/\d+(  \w+ \S+){4}  \S+ pictures/s  \d+:\d\d:\d\d left")


class World:
    """A folder with an untrained style and a run of it."""

    def __init__(self, root: Path, photographs: Path) -> None:
        self.root = root
        self.photographs = photographs
        self.run = root / "run"
        self.weights = root / "styles" / "tiny" / "full.safetensors"

    @classmethod
    def make(cls, root: Path, photographs: Path) -> World:
        """Put the style there."""
        (root / "styles").mkdir(parents=True)
        add_style(root / "styles", "tiny", trained=False)
        return cls(root, photographs)

    def copy(self, root: Path) -> World:
        """Return the same state in another place."""
        shutil.copytree(self.root, root)
        return World(root, self.photographs)

    def arguments(self, *options: str) -> list[str]:
        """What follows `realstyler` on the command line."""
        data = ["--data", str(self.photographs), "--run", str(self.run)]
        return ["train", "tiny", *data, "--steps", STEPS, *COMMON, *options]

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start the command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "realstyler", *self.arguments(*options)],
            env={
                **os.environ,
                "REALSTYLER_STYLES": str(self.root / "styles"),
                "OMP_NUM_THREADS": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
        """Run the command in this process; return its exit code."""
        monkeypatch.setenv("REALSTYLER_STYLES", str(self.root / "styles"))
        monkeypatch.setattr(registry_package, "_registry", None)
        return main(self.arguments(*options))

    def same(self, other: World) -> bool:
        """Whether both trainings ended with the same bits in every parameter."""
        one, two = load(self.weights), load(other.weights)
        assert one.metadata == two.metadata
        assert one.arrays.keys() == two.arrays.keys()
        return all(np.array_equal(one.arrays[name], two.arrays[name]) for name in one.arrays)

    @property
    def checkpoints(self) -> list[Path]:
        """By step."""
        return sorted((self.run / "checkpoints").glob("*.ckpt"))


def _wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.005)


def _finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return process.communicate(timeout=PATIENCE)
    finally:
        process.kill()


@pytest.fixture(scope="module")
def data(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven photographs and a damaged one."""
    folder = tmp_path_factory.mktemp("damaged") / "photographs"
    shutil.copytree(photographs, folder)
    (folder / "damaged.jpg").write_text("not a picture")
    return folder


@pytest.fixture(scope="module")
def uninterrupted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A finished run that nothing disturbed."""
    world = World.make(tmp_path_factory.mktemp("uninterrupted"), data)
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert world.call(monkeypatch) == 0
    return world


@pytest.fixture(scope="module")
def killed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A run that `kill -9` ended after its second checkpoint, in the middle of its work."""
    world = World.make(tmp_path_factory.mktemp("killed"), data)
    process = world.start()
    _wait_for(world.run / "checkpoints" / "step=0000008.ckpt", process)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not world.weights.exists()
    assert len(world.checkpoints) >= 2
    return world


@pytest.fixture
def copy(killed: World, tmp_path: Path) -> World:
    """The killed run, to do with as one likes."""
    return killed.copy(tmp_path / "copy")


def test_killed_run_ends_like_an_uninterrupted_one(
    copy: World, uninterrupted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `kill -9` and `--resume`, the weights file is the same, byte for byte."""
    assert copy.call(monkeypatch, "--resume") == 0
    assert copy.same(uninterrupted)


def test_half_written_checkpoint_is_passed_over(
    copy: World, uninterrupted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the newest checkpoint is cut off, the one before continues, to the same end."""
    newest = copy.checkpoints[-1]
    newest.write_bytes(newest.read_bytes()[: newest.stat().st_size // 2])
    assert copy.call(monkeypatch, "--resume") == 0
    assert copy.same(uninterrupted)


def test_no_checkpoint_is_readable(
    copy: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With all checkpoints damaged there is nothing to resume, and nothing is begun silently."""
    for path in copy.checkpoints:
        path.write_bytes(b"PK\x03\x04 no archive")
    assert copy.call(monkeypatch, "--resume") == 2
    assert "no checkpoint to resume from" in capsys.readouterr().err


def test_resuming_needs_the_same_configuration(
    copy: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed configuration is refused, and every changed field is named with its old value."""
    options = ["--resume", "--set", "style_weight=9", "--set", "network.width=6"]
    assert copy.call(monkeypatch, *options) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "style_weight was 1.0, now 9.0" in message
    assert "network was {'kind': 'transform-net', 'width': 4" in message
    assert "seed was" not in message


def test_resuming_needs_the_same_photographs(
    copy: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """With another number of photographs a run could not continue exactly: refused."""
    shutil.copytree(copy.photographs, tmp_path / "more")
    shutil.copy(copy.photographs / "0.jpg", tmp_path / "more" / "8.jpg")
    copy.photographs = tmp_path / "more"
    assert copy.call(monkeypatch, "--resume") == 2
    assert "photographs was 8, now 9" in capsys.readouterr().err


def test_new_run_does_not_replace_an_earlier_one(
    copy: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without `--resume`, a folder with checkpoints is left alone, and both ways out are named."""
    before = {path: path.read_bytes() for path in copy.checkpoints}
    assert copy.call(monkeypatch) == 2
    message = capsys.readouterr().err
    assert re.search(r"holds an earlier run. Continue it with --resume, or .* --run", message)
    assert {path: path.read_bytes() for path in copy.checkpoints} == before


def test_finished_run_writes_its_weights_again(
    uninterrupted: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resumed after its last step, e.g. because the disk was full then, a run only saves."""
    again = uninterrupted.copy(tmp_path / "again")
    again.weights.unlink()
    assert again.call(monkeypatch, "--resume") == 0
    assert again.same(uninterrupted)


def test_interrupted_run_can_be_resumed(
    tmp_path: Path,
    uninterrupted: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C ends after the running step with 130 and a checkpoint; `--resume` goes on exactly."""
    world = World.make(tmp_path / "interrupted", uninterrupted.photographs)
    process = world.start()
    _wait_for(world.run / "checkpoints" / "step=0000004.ckpt", process)
    process.send_signal(signal.SIGINT)
    output, errors = _finish(process)
    assert (process.returncode, output) == (130, ""), errors
    assert not world.weights.exists()
    *progress, said = errors.splitlines()
    assert "Stopping after this step; press Ctrl-C again to stop at once" in progress
    stopped = re.fullmatch(r"realstyler: Stopped at step (\d+) of 24; what .* --resume, .*", said)
    assert stopped
    assert world.checkpoints[-1].name == f"step={int(stopped[1]):07d}.ckpt"
    assert world.call(monkeypatch, "--resume") == 0
    assert world.same(uninterrupted)


def test_two_devices_train_like_one(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two CPU processes (DDP, gloo) with half the batch each end near the single process.

    Only a few steps are compared: the order of sums differs with the size of a batch and with the
    processor, and Adam, which divides every gradient by its own size, magnifies that step by step.

    One result and one report come out, in which a photograph that both could not read counts once.
    """
    alone, world = (World.make(tmp_path / name, data) for name in ("one", "two"))
    assert alone.call(monkeypatch, "--steps", "4") == 0
    process = world.start("--steps", "4", "--devices", "2")
    output, errors = _finish(process)
    assert process.returncode == 0, errors
    assert output == f"{world.weights}\n"
    *progress, skipped, trained, hint = errors.splitlines()
    assert all(PROGRESS.fullmatch(line) for line in progress), errors
    assert skipped == "1 photograph could not be read and was skipped"
    assert (trained[:15], hint[:6]) == ("Trained 4 steps", "Try it")
    two, one = load(world.weights), load(alone.weights)
    assert two.metadata == one.metadata
    torch.manual_seed(0)  # the seed of the configuration
    initial = build(one.metadata.architecture).state_dict()
    way = _distance({name: value.numpy() for name, value in initial.items()}, one.arrays)
    assert _distance(two.arrays, one.arrays) < 0.1 * way  # 0.004 on AVX-512


def _distance(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> float:
    squares = (np.square(first[k].astype("f8") - second[k].astype("f8")).sum() for k in second)
    return float(np.sqrt(sum(squares)))
