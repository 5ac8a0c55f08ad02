"""The registry: complete, fast, and free of tensor libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

from realstyler.errors import UsageError
from realstyler.registry import Registry, find_style, registry

ROOT = Path(__file__).parents[3]
FOLDERS = {hook.parent for hook in (ROOT / "styles/realstyler_styles").glob("*/__init__.py")}
HEAVY = ("torch", "torchvision", "lightning", "openvino", "numpy", "PIL")


@pytest.mark.parametrize("command", [["styles"], ["styles", "--json"], ["plugins"], ["--version"]])
def test_lists_import_nothing_heavy(command: list[str], tmp_path: Path) -> None:
    """Commands that respond at once must not import a tensor library."""
    code = (
        "import sys; from realstyler.cli import main; code = main(sys.argv[1:]); "
        f"heavy = [name for name in {HEAVY} if name in sys.modules]; "
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    command = [sys.executable, "-c", code, *command]
    process = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert process.returncode == 0, process.stderr


def test_a_built_in_style_is_found_without_other_plugins(tmp_path: Path) -> None:
    """Painting in a built-in style does not wait for every plugin to load."""
    code = (
        "import sys; from realstyler.registry import find_style; find_style('mosaic'); "
        "others = {'realstyler_styles.night', 'realstyler_bot.plugin'} & set(sys.modules); "
        "sys.exit(f'imported {others}' if others else 0)"
    )
    command = [sys.executable, "-c", code]
    process = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert process.returncode == 0, process.stderr


def test_a_built_in_style_that_is_not_wanted_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortcut to built-in styles respects the list of plugins to load."""
    monkeypatch.setenv("REALSTYLER_PLUGINS", "another-distribution")
    assert not Registry.own("mosaic").styles
    monkeypatch.setenv("REALSTYLER_PLUGINS", "another-distribution, realstyler")
    assert Registry.own("mosaic").styles["mosaic"] == find_style("mosaic")


def test_every_built_in_style_is_there() -> None:
    """Each built-in style loads, is named like its folder, and has its picture and facts."""
    for folder in FOLDERS:
        style = find_style(folder.name)
        assert style.folder == folder
        assert style.picture_path.is_file()
        assert style.author
        assert style.license
    assert not [failure for failure in registry().failures if failure.distribution == "realstyler"]


def test_unknown_style_suggests_the_nearest() -> None:
    """A similar name is suggested for a misspelled style."""
    with pytest.raises(UsageError, match="did you mean mosaic"):
        find_style("Mosaik")


def test_unknown_style_lists_those_that_exist() -> None:
    """If no name is similar, all known ones are listed."""
    with pytest.raises(UsageError, match=r"known styles: .*mosaic"):
        find_style("xqzw")
