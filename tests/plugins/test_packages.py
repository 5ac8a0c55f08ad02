"""The packages under plugins/: built, installed, used and removed like anyone's."""

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plugin_environment import Environment
from realstyler.registry import registry
from realstyler.registry.candidates import DROP_INS
from realstyler.registry.discovery import Registry
from support import save_random_weights

ROOT = Path(__file__).parents[2]
PROJECTS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
PHOTOGRAPH = ROOT / "docs" / "photographs" / "chelsea.jpg"

CHILD = """
import subprocess, sys
from realstyler.registry import registry, reload

pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
name, project = sys.argv[1:]
assert name not in registry().styles
install = [*pip, "install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "-e", project]
subprocess.run(install, check=True)
assert name not in registry().styles, "only a reload may show it"
assert name in reload().styles, registry().failures
style = registry().find(name)
subprocess.run([*pip, "uninstall", "-q", "-y", "realstyler-" + name], check=True)
assert registry().find(name) is style
assert name not in reload().styles, "it is gone"
assert not registry().failures
assert style.training("full").steps and style.picture_path.is_file()
"""


def test_there_are_packages() -> None:
    """The folder holds distributions, or every test below would pass for want of one."""
    assert {"realstyler-engraving", "realstyler-watercolor"} <= {path.name for path in PROJECTS}


@pytest.fixture(params=PROJECTS, ids=lambda path: path.name)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a package; without weights it gets random ones, to prove the way they travel."""
    source: Path = request.param
    copy = tmp_path / source.name
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    if not list(copy.glob("*/full.safetensors")):
        save_random_weights(_package(copy), _style(copy), "full")
    return copy


def _style(project: Path) -> str:
    return project.name.removeprefix("realstyler-")


def _package(project: Path) -> Path:
    return project / project.name.replace("-", "_")


def _photograph(folder: Path) -> Path:
    path = folder / "photo.png"
    with Image.open(PHOTOGRAPH) as picture:
        picture.resize((150, 100)).save(path)
    return path


def test_wheel_is_built_installed_used_and_removed(
    project: Path, environment: Environment, tmp_path: Path
) -> None:
    """The wheel alone, without its project, brings the style into a fresh environment."""
    name = _style(project)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path)]
    subprocess.run([*command, str(project)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.move(project / "tests", tmp_path / "tests")
    shutil.rmtree(project)
    _photograph(tmp_path)
    environment.run(f"pip install {wheel}", tmp_path)
    listed = json.loads(environment.run("realstyler styles --json", tmp_path).stdout)
    style = next(style for style in listed if style["name"] == name)
    assert style["distribution"] == project.name
    assert style["trained"]
    assert Path(style["folder"]).is_relative_to(environment.folder)
    environment.run(f"realstyler stylize photo.png -s {name} -o painted.png", tmp_path)
    environment.run("python -m pytest -q -p no:cacheprovider tests", tmp_path)
    environment.run(f"pip uninstall -q -y {project.name}", tmp_path)
    with (
        Image.open(tmp_path / "painted.png") as painted,
        Image.open(tmp_path / "photo.png") as photo,
    ):
        assert painted.size == photo.size
        assert np.abs(np.asarray(painted, int) - np.asarray(photo.convert("RGB"), int)).mean() > 5
    listed = json.loads(environment.run("realstyler styles --json", tmp_path).stdout)
    assert name not in [style["name"] for style in listed]


def test_comes_and_goes_while_a_program_runs(environment: Environment, tmp_path: Path) -> None:
    """An editable installation appears at a reload and is gone at the next; nothing breaks."""
    project = tmp_path / PROJECTS[0].name
    shutil.copytree(PROJECTS[0], project)
    (tmp_path / "child.py").write_text(CHILD)
    environment.run(f"python child.py {_style(project)} {project}", tmp_path)


def test_works_as_a_drop_in(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inner folder, copied, is a style without any installation."""
    shutil.copytree(_package(project), tmp_path / "styles" / "any")
    monkeypatch.setenv(DROP_INS, str(tmp_path / "styles"))
    found = Registry.discover()
    assert not found.failures
    assert found.find(_style(project)).trained


@pytest.mark.parametrize("source", PROJECTS, ids=lambda path: path.name)
def test_package_is_in_order(source: Path) -> None:
    """Picture, metadata and licence are there, and the code sees only what plugins may see."""
    project = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    assert project["name"] == source.name
    assert project["license"]
    assert project["authors"]
    assert (source / "LICENSE").read_text().strip()
    assert list((source / "tests").glob("test_*.py"))
    with Image.open(_package(source) / "style.jpg") as picture:
        assert max(picture.size) >= 1024
        assert picture.mode == "RGB"
    imported = {
        name
        for path in _package(source).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        for name in [node.module]
        if name.partition(".")[0].startswith("realstyler")
    }
    assert imported == {"realstyler.plugins"}


@pytest.mark.parametrize("source", PROJECTS, ids=lambda path: path.name)
def test_is_not_installed_by_default(source: Path) -> None:
    """These styles are examples of what others publish, not part of the gallery."""
    origins = {plugin.distribution for plugin in registry().plugins}
    if source.name in origins:
        pytest.skip(f"{source.name} is installed here")
    assert _style(source) not in registry().styles


@pytest.mark.parametrize("source", PROJECTS, ids=lambda path: path.name)
def test_own_weights(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The weights that lie in the package are whole, its own, and say how they were made."""
    shutil.copytree(_package(source), tmp_path / "any")
    monkeypatch.setenv(DROP_INS, str(tmp_path))
    style = Registry.discover().find(_style(source))
    if not style.trained:
        pytest.skip(f"{style.name} is not trained: realstyler train {style.name} --data PHOTOS")
    for network in style.networks:
        metadata = style.load_weights(network).metadata
        assert metadata.license
        assert metadata.steps >= 100
