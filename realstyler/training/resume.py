"""Where a run continues: the newest readable checkpoint, if it belongs to the same run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from realstyler.errors import UsageError

CHECKPOINT_KEY = "realstyler"
"""Key of a checkpoint under which it stores what the run was started with."""


def require_new(folder: Path) -> None:
    """Refuse to overwrite an earlier run.

    Raises:
        UsageError: the folder holds one.
    """
    if _checkpoints(folder):
        raise UsageError(code="run-exists", folder=folder)


def has_checkpoints(folder: Path) -> bool:
    """Whether the folder has a checkpoint to continue from."""
    return bool(_checkpoints(folder))


def find_checkpoint(folder: Path, run: Mapping[str, Any]) -> Path:
    """Return the newest readable checkpoint of a run, skipping those damaged by a crash.

    Args:
        folder: the folder of the run.
        run: what decides the run, as JSON values; the checkpoint must agree with all of it.

    Raises:
        UsageError: there is none, or it was started with something else.
    """
    for path in reversed(_checkpoints(folder)):
        stored = _read(path)
        if stored is not None:
            _require_same(stored, run)
            return path
    raise UsageError(code="run-without-checkpoint", folder=folder)


def _checkpoints(folder: Path) -> list[Path]:
    return sorted(folder.glob("checkpoints/step=*.ckpt"))  # by step, which is padded with zeros


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        stored: dict[str, Any] = content[CHECKPOINT_KEY]["run"]
    except Exception:  # noqa: BLE001 - damaged in any way
        return None
    return stored


def _require_same(stored: Mapping[str, Any], run: Mapping[str, Any]) -> None:
    changed = [key for key in run if run[key] != stored.get(key)]
    if changed:
        details = ", ".join(f"{key} was {stored.get(key)}, now {run[key]}" for key in changed)
        raise UsageError(code="run-differs", details=details)
