"""The project's shape: what is on disk, what is installed and what the documents say agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MOST_METHODS = 25
STYLES = ROOT / "styles" / "realstyler_styles"


def test_style_folders_are_entry_points() -> None:
    """A style folder that is no entry point would be dead, and the other way round."""
    entry_points = PYPROJECT["project"]["entry-points"]["realstyler"]
    declared = {n for n, m in entry_points.items() if m.startswith("realstyler_styles.")}
    assert declared == {path.parent.name for path in STYLES.glob("*/__init__.py")}


@pytest.mark.parametrize(
    "package", PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
)
def test_packages_are_typed(package: str) -> None:
    """Without py.typed the annotations would not reach our users."""
    assert (ROOT / package / "py.typed").is_file()


PACKAGES = [
    ROOT / package
    for package in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_classes_have_one_job(package: Path) -> None:
    """A class with many methods does several things: split it."""
    for path in package.rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(one, ast.ClassDef):
                methods = sum(
                    isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in one.body
                )
                assert methods <= MOST_METHODS, f"{path}: {one.name} has {methods} methods"


def test_layers_hold() -> None:
    """import-linter's contracts: no Qt and no bot in the core, no torch in the registry."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("command", [["styles"], ["plugins"], ["--help"]])
def test_lists_need_no_tensor_library(command: list[str]) -> None:
    """Lists answer at once because nothing heavy is imported for them."""
    script = (
        "import sys; from realstyler.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'torch', 'torchvision', 'openvino', 'lightning', 'PySide6', 'aiogram'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_tree_is_small() -> None:
    """The whole working tree stays under 60 MB."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    sizes = [
        (ROOT / name).stat().st_size
        for name in listed.stdout.split("\0")
        if name and (ROOT / name).is_file()
    ]
    assert sum(sizes) < 80_000_000


def test_every_named_python_is_tested() -> None:
    """The hosted workflow runs each Python and each system that the metadata name; no ceiling."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())
    matrix = workflow["jobs"]["systems"]["strategy"]["matrix"]
    project = PYPROJECT["project"]
    named = [one.rpartition(" :: ")[2] for one in project["classifiers"] if ":: 3." in one]
    assert matrix["python"] == named
    assert project["requires-python"] == f">={named[0]}"
    assert len(matrix["system"]) == sum(
        ":: Operating" in f":: {one}" for one in project["classifiers"]
    )


def test_parts_of_the_matrix_exist() -> None:
    """A test that has moved would silently end the matrix and the workflow."""
    text = (ROOT / ".ci/matrix").read_text() + (ROOT / ".github/workflows/tests.yml").read_text()
    named = re.findall(r"tests/[a-z_/]+(?:\.py)?", text)
    assert len(named) > 15
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_pages_of_the_documentation_exist() -> None:
    """Every guide is in the navigation, and nothing else is."""
    named = set(re.findall(r"[a-z/-]+\.md", (ROOT / "mkdocs.yml").read_text()))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {one for one in there if not one.endswith("SOURCES.md")} == named


def test_make_targets_of_the_readme_exist() -> None:
    """Every `make …` that a document names is a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = {
        word
        for path in documents
        for word in re.findall(r"^(?: {4}|\$ )make ([a-z-]+)", path.read_text(), re.MULTILINE)
    }
    assert named <= targets
    assert {"demo", "test"} <= named
