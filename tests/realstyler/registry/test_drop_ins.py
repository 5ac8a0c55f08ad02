"""Drop-in folders: unpublished styles of users."""

import re
import shutil
from pathlib import Path

import pytest
from platformdirs import user_data_path

from realstyler.registry.candidates import DROP_INS, DropIn, drop_in_folder
from realstyler.registry.discovery import Registry

GOOD = Path(__file__).parents[2] / "fixtures" / "plugins" / "good" / "fixture_good"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty drop-in folder."""
    monkeypatch.setenv(DROP_INS, str(tmp_path))
    return tmp_path


def test_default_is_the_data_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the environment variable, drop-ins are in the system's user data folder."""
    monkeypatch.delenv(DROP_INS, raising=False)
    assert drop_in_folder() == user_data_path("realstyler") / "styles"


def test_a_package_folder_works_as_it_is(folder: Path) -> None:
    """A copy of a style package's inner folder is a style, relative imports included."""
    shutil.copytree(GOOD, folder / "good")
    registry = Registry.discover()
    style = registry.find("good")
    assert style.folder == folder / "good"
    assert style.full.steps == 3
    assert registry.origin(style).distribution == f"folder {folder / 'good'}"
    plugin = next(plugin for plugin in registry.plugins if plugin.name == "good")
    assert plugin.location == str(folder / "good")


@pytest.mark.parametrize("name", ["My style", "a.b", "a-b", "été", "class"])
def test_any_folder_name_will_do(folder: Path, name: str) -> None:
    """The folder's name need not be a valid Python identifier."""
    shutil.copytree(GOOD, folder / name)
    registry = Registry.discover()
    assert not registry.failures
    assert registry.find("good").folder == folder / name


def test_module_names_differ() -> None:
    """Folders with different names never share a module."""
    names = ["a-b", "a_b", "a.b", "a b", "ab", "a_2d_b"]
    assert len({DropIn(Path(name)).module_name for name in names}) == len(names)


def test_reload_sees_edits(folder: Path) -> None:
    """A changed configuration applies at the next reload; a style in use stays unchanged."""
    shutil.copytree(GOOD, folder / "good")
    before = Registry.discover()
    style = before.find("good")
    config = folder / "good" / "config.py"
    config.write_text(config.read_text().replace("steps=3", "steps=12345"))
    after = Registry.discover(previous=before)
    assert after.find("good").full.steps == 12345
    assert style.full.steps == 3


def test_broken_folders_are_listed(folder: Path) -> None:
    """A folder that is not a style is reported; hidden ones, caches and files are ignored."""
    shutil.copytree(GOOD, folder / "good")
    for name in ("empty", ".hidden", "__pycache__"):
        (folder / name).mkdir()
    (folder / "readme.txt").write_text("not a style")
    (folder / "broken").mkdir()
    (folder / "broken" / "__init__.py").write_text("def register_styles(:")
    registry = Registry.discover()
    reasons = {failure.name: failure.reason for failure in registry.failures}
    assert reasons.keys() == {"empty", "broken"}
    assert "__init__.py and style.json are missing" in reasons["empty"]
    assert "SyntaxError" in reasons["broken"]
    assert "good" in registry.styles


def test_no_folder_is_no_failure(folder: Path) -> None:
    """Without a drop-in folder, or with a file of its name, nothing is wrong."""
    folder.rmdir()
    assert not Registry.discover().failures
    folder.write_text("a file")
    assert not Registry.discover().failures


def test_a_drop_in_cannot_take_a_built_in_name(folder: Path) -> None:
    """Packaged styles come first: a drop-in of the same name is rejected, naming both."""
    shutil.copytree(GOOD, folder / "mosaic")
    hook = folder / "mosaic" / "__init__.py"
    hook.write_text(hook.read_text().replace('name="good"', 'name="mosaic"'))
    registry = Registry.discover()
    assert registry.origin(registry.find("mosaic")).distribution == "realstyler"
    assert "already registered by realstyler" in registry.failures[0].reason


def test_what_a_plugin_prints_goes_to_stderr(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints at import and in a hook don't corrupt documents and pictures on stdout."""
    shutil.copytree(GOOD, folder / "chatty")
    hook = folder / "chatty" / "__init__.py"
    talking = hook.read_text().replace("@hookimpl", "print('hello')\n\n\n@hookimpl", 1)
    hook.write_text(re.sub(r"(def register_styles.*\n)", r"\1    print('again')\n", talking))
    assert "good" in Registry.discover().styles
    said = capsys.readouterr()
    assert (said.out, said.err.split()) == ("", ["hello", "again"])
