"""``realstyler doctor`` looks at the real machine."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from realstyler.cli import main
from realstyler.cli.doctor import EXTRAS
from support import add_style

PYPROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    """The report, by subject."""
    return {finding["subject"]: finding for finding in json.loads(capsys.readouterr().out)}


def test_a_healthy_installation(painted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The engine is tried for real, every weights file is read."""
    assert main(["doctor", "--json"]) == 0
    report = findings(capsys)
    assert "tried with" in report["engine"]["detail"]
    assert report["style painted full"]["state"] == "ok"


def test_damage_is_found(painted: Path, drop_ins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Corrupt weights fail, an untrained style is told how to train; exit code 1."""
    add_style(drop_ins, "untrained", trained=False)
    (painted / "full.safetensors").write_bytes(b"damaged")
    assert main(["doctor", "--json"]) == 1
    report = findings(capsys)
    assert report["style painted full"]["state"] == "FAILED"
    assert "realstyler train untrained" in report["style untrained"]["detail"]


def test_every_extra_is_reported(painted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new extra in pyproject.toml belongs into the report."""
    main(["doctor", "--json"])
    assert {s for s in findings(capsys) if s.startswith("extra ")} == {f"extra {e}" for e in EXTRAS}
    assert set(EXTRAS) == set(PYPROJECT["project"]["optional-dependencies"])
