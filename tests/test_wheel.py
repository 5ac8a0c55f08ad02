"""The wheel as a user gets it: built, installed outside the checkout, used."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel offline, with the build backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with nothing of the checkout but the wheel; returns its programs."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    install = [programs / "python", "-m", "pip", "install", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True, capture_output=True)
    # The dependencies are borrowed from this environment, behind the wheel's own files.
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return programs


def test_holds_weights_pictures_and_notices(wheel: Path) -> None:
    """Git-ignored or forgotten data would be missed only by users."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "realstyler/training/vgg16.safetensors" in names
    for style in ROOT.glob("styles/realstyler_styles/*/__init__.py"):
        folder = f"realstyler_styles/{style.parent.name}"
        assert f"{folder}/style.jpg" in names
        for weights in style.parent.glob("*.safetensors"):
            assert f"{folder}/{weights.name}" in names
    assert any(name.endswith("licenses/NOTICE.md") for name in names)
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


def test_stylizes_with_the_shipped_weights(installed: Path, tmp_path: Path) -> None:
    """Outside the checkout, the installed program paints a photograph in every shipped style."""
    listed = subprocess.run(
        [installed / "realstyler", "styles", "--json"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    styles = json.loads(listed.stdout)
    assert all("fresh" in style["folder"] for style in styles)
    trained = [style["name"] for style in styles if "full" in style["networks"]]
    if not trained:
        pytest.skip("no style is trained yet")
    photograph = ROOT / "docs" / "photographs" / "chelsea.jpg"
    out = tmp_path / "painted.png"
    command = [installed / "realstyler", "stylize", photograph, "-s", trained[0], "-o", out]
    subprocess.run(command, cwd=tmp_path, check=True)
    painted, original = (np.asarray(Image.open(path), dtype=int) for path in (out, photograph))
    assert painted.shape == original.shape
    assert np.abs(painted - original).mean() > 10
