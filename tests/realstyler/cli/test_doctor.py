"""``realstyler doctor`` looks at the real machine."""

from __future__ import annotations

import hashlib
import json
import tomllib
from base64 import urlsafe_b64encode
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from realstyler import records
from realstyler.cli import main
from realstyler.cli.doctor import EXTRAS
from realstyler.installation import install
from realstyler.registry import find_style
from support import add_style, save_random_weights

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


def test_weights_that_changed_are_named(
    painted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They still paint, but are not those that were installed; others are as they were."""
    install(save_random_weights(tmp_path, "painted", "full", seed=7), find_style("painted"))
    assert main(["doctor", "--json"]) == 0
    assert findings(capsys)["style painted full"]["state"] == "ok"
    save_random_weights(painted, "painted", "full", seed=8)
    assert main(["doctor", "--json"]) == 0
    report = findings(capsys)
    assert report["style painted full"]["state"] == "changed"
    assert "changed since they were installed on" in report["style painted full"]["detail"]
    assert report["style painted live"]["state"] == "ok"


def test_weights_of_a_package_are_those_that_pip_installed(tmp_path: Path) -> None:
    """By the hashes in its RECORD."""
    weights = tmp_path / "brush" / "full.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"weights")
    info = tmp_path / "brush-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brush\nVersion: 1.0\n")
    noted = urlsafe_b64encode(hashlib.sha256(b"weights").digest()).decode().rstrip("=")
    (info / "RECORD").write_text(f"brush/full.safetensors,sha256={noted},7\n")
    [(path, digest)] = records._noted_by_pip(Distribution.at(info))
    assert path == weights.resolve()
    assert digest == records.sha256(weights)
