"""torchvision can be imported beside a torch of another build, and is left alone beside its own."""

# Three fresh processes that import torch: about 10 s.

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

SPENT = """
import torch
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.impl("nms", lambda dets, scores, iou_threshold: scores + 1, "CPU")
from realstyler.training import torchvision_guard
torchvision_guard.install()
torchvision_guard.install()
assert torch.ops.torchvision.nms(torch.zeros(1, 4), torch.ones(1), 0.5).item() == 2
"""

USED = """
import realstyler.training
import torch, torchvision
from torchvision import models
from torchvision.transforms import v2
import lightning
assert v2.functional.horizontal_flip(torch.arange(3)).tolist() == [2, 1, 0]
print(torchvision.__version__)
"""


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_import_works_in_a_fresh_process() -> None:
    """`import torchvision` passes after the guard, and so does Lightning, which imports it."""
    result = _run(USED)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip()


def test_existing_operators_are_not_changed() -> None:
    """An operator that exists keeps its implementation; installing twice does nothing more."""
    result = _run(SPENT)
    assert (result.returncode, result.stderr) == (0, "")


def test_guard_is_needed_here_or_harmless() -> None:
    """Beside a CPU torch the plain import fails, the reason for the guard; elsewhere it passes."""
    result = _run("import torchvision")
    if torch.version.cuda is None and result.returncode:
        assert "torchvision::nms does not exist" in result.stderr
    elif result.returncode:
        pytest.fail(result.stderr)
