"""``realstyler runs``: which trainings there are."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from realstyler import registry
from realstyler.cli import main
from support import add_style, save_random_weights


@pytest.fixture
def folder(drop_ins: Path, tmp_path: Path) -> Path:
    """Two trials of one style, one of them in use, and a folder that is none."""
    style = add_style(drop_ins, "tried", trained=False)
    for number in (1, 2):
        run = tmp_path / "runs" / f"trial-{number}"
        (run / "previews").mkdir(parents=True)
        (run / "previews" / "step-0000010.jpg").touch()
        (run / "previews" / "step-0000100.jpg").touch()
        saved = save_random_weights(run, "tried", "full", seed=number)
        os.utime(saved, (number, number))  # listed by their time, which clocks may set back
        saved.rename(run / "weights.safetensors")
    (tmp_path / "runs" / "other").mkdir()
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "weights.safetensors").write_text("no weights")
    in_use = (tmp_path / "runs" / "trial-2" / "weights.safetensors").read_bytes()
    (style / "full.safetensors").write_bytes(in_use)
    assert registry.reload().find("tried").networks == ("full",)
    return tmp_path / "runs"


def test_runs_lie_side_by_side(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its last preview; what the style uses is marked."""
    assert main(["runs", str(folder), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["runs"]
    assert (first["style"], first["network"], first["in_use"]) == ("tried", "full", False)
    assert second["in_use"]
    assert Path(second["preview"]).name == "step-0000100.jpg"
    assert main(["runs", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "yes" in lines[2]


def test_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without any, or none at all, is no error."""
    assert main(["runs", str(tmp_path / "nowhere")]) == 0
    assert "no trainings here" in capsys.readouterr().err
