"""A bad plugin never takes the program down: it is reported with reason and remedy."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from realstyler.cli import main
from realstyler.cli.app import application
from realstyler.errors import UsageError
from realstyler.registry.candidates import ONLY
from realstyler.registry.discovery import Registry

PLUGINS = Path(__file__).parents[2] / "fixtures" / "plugins"
Discover = Callable[..., Registry]

BROKEN = {
    "import-error": ("cannot be imported: RuntimeError: the brush is broken", "Report"),
    "missing-package": ("No module named 'package_that_nobody_has'", "Install package_that"),
    "missing-module": ("No module named 'fixture_missing_module'", "reinstall the plugin"),
    "missing-file": ("FileNotFoundError", "Report"),
    "unknown-hook": ("unknown hook 'register_style'", "spelling"),
    "wrong-arguments": ("'canvas'", "spelling and version"),
    "no-hook": ("implements no hook", "@hookimpl"),
    "wrong-type": ("returned dict where a Style is expected", "Return a Style"),
    "lone-style": ("returned Style where a list of styles", "Return a list"),
    "raises": ("register_styles raised ZeroDivisionError: no paint left", "Report"),
    "raises-late": ("register_styles raised LookupError", "Report"),
    "exits": ("SystemExit: the show is over", "uninstall"),
    "exits-in-hook": ("register_styles raised SystemExit: 3", "uninstall"),
    "twice": ("registers the style twice twice", "Rename"),
    "newer-api": ("plugin API 99, this realstyler has 1", "update realstyler"),
    "newer-import": ("cannot import name 'Easel'", "Update realstyler"),
    "invalid-config": ("style_weight: Input should be greater than or equal to 0", "Correct"),
    "invalid-name": ("name: String should", "Correct"),
}
"""Fake distributions, with texts expected in the reason and remedy of their failures."""

BROKEN_COMMANDS = {
    "commands-raise": "OSError: no easel",
    "commands-exit": "SystemExit: 4",
    "commands-clash": "the command styles already exists",
    "commands-unfit": "register_commands raised",
}


def test_every_fake_distribution_is_used() -> None:
    """Every fixture is used."""
    used = {*BROKEN, *BROKEN_COMMANDS, "good", "duplicate", "hangs"}
    assert {folder.name for folder in PLUGINS.iterdir()} == used


@pytest.mark.parametrize("name", BROKEN)
def test_failure_is_listed_with_reason_and_remedy(discover: Discover, name: str) -> None:
    """A broken plugin is reported helpfully, and the good ones work."""
    registry = discover(name, "good")
    (failure,) = registry.failures
    reason, remedy = BROKEN[name]
    assert (failure.name, failure.distribution, failure.version) == (name, f"fixture-{name}", "1.0")
    assert reason in failure.reason
    assert remedy in failure.remedy
    assert Path(failure.location) == PLUGINS / name
    assert {"good", "mosaic"} <= registry.styles.keys()
    assert name not in registry.styles


@pytest.mark.parametrize("name", BROKEN)
def test_asking_for_a_failed_style_says_why(discover: Discover, name: str) -> None:
    """The error for a broken plugin's style gives the reason, not that it is unknown."""
    registry = discover(name)
    with pytest.raises(UsageError, match="its plugin failed") as caught:
        registry.find(name)
    assert registry.failures[0].reason in str(caught.value)


def test_all_broken_at_once(discover: Discover) -> None:
    """However many plugins are broken, each is listed and the good one works."""
    registry = discover(*BROKEN, "good")
    assert {failure.name for failure in registry.failures} == set(BROKEN)
    assert "good" in registry.styles
    assert "good" in [plugin.name for plugin in registry.plugins]


def test_duplicate_names_both_distributions(discover: Discover) -> None:
    """If two distributions register the same name, the first is kept, and both are named."""
    registry = discover("duplicate", "good")
    (failure,) = registry.failures
    kept = registry.origin(registry.styles["good"]).distribution
    assert {failure.distribution, kept} == {"fixture-duplicate", "fixture-good"}
    assert kept in failure.reason
    assert "Uninstall one" in failure.remedy


def test_built_in_styles_cannot_be_taken_over(
    discover: Discover, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A plugin whose name sorts before ours can't take a built-in style's name."""
    impostor = tmp_path / "impostor"
    shutil.copytree(PLUGINS / "duplicate", impostor)
    module = impostor / "fixture_duplicate.py"
    module.write_text(module.read_text().replace('name="good"', 'name="mosaic"'))
    monkeypatch.syspath_prepend(impostor)
    registry = discover()
    assert registry.origin(registry.styles["mosaic"]).distribution == "realstyler"
    assert "already registered by realstyler" in registry.failures[0].reason


@pytest.mark.parametrize("name", BROKEN_COMMANDS)
def test_broken_commands(discover: Discover, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Invalid commands are a failure; our commands and those of others stay."""
    registry = discover(name, "good")
    monkeypatch.setattr("realstyler.registry.registry", lambda: registry)
    commands = application().commands
    (failure,) = registry.failures
    assert failure.name == name
    assert BROKEN_COMMANDS[name] in failure.reason
    assert "greet" in commands
    assert commands["styles"].callback is not None
    assert commands["styles"].callback.__module__ == "realstyler.cli.listing"


def test_good_plugin_tells_where_it_comes_from(discover: Discover) -> None:
    """A loaded plugin lists its distribution, folder, styles and commands."""
    registry = discover("good")
    plugin = next(plugin for plugin in registry.plugins if plugin.name == "good")
    assert dataclasses.asdict(plugin) == {
        "name": "good",
        "distribution": "fixture-good",
        "version": "1.0",
        "styles": ("good",),
        "commands": True,
        "location": str(PLUGINS / "good" / "fixture_good"),
    }
    assert not registry.failures


def test_command_line_lists_failures(
    discover: Discover, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`realstyler plugins` shows every failure as text and as JSON, and exits with 0."""
    registry = discover(*BROKEN, *BROKEN_COMMANDS, "good")
    for module in ("registry", "cli.listing"):
        monkeypatch.setattr(f"realstyler.{module}.registry", lambda: registry)
    assert main(["plugins", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    failed = {failure["name"]: failure for failure in document["failed"]}
    assert failed.keys() == {*BROKEN, *BROKEN_COMMANDS}
    for name, (reason, remedy) in BROKEN.items():
        assert reason in failed[name]["reason"]
        assert remedy in failed[name]["remedy"]
        assert failed[name]["distribution"] == f"fixture-{name}"
    assert main(["plugins"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum("FAILED" in line for line in lines) == len(failed)


def test_hang_is_diagnosed(tmp_path: Path) -> None:
    """A plugin that never finishes loading is reported on stderr with a remedy; Ctrl-C works."""
    code = (
        "import sys; from realstyler.registry import discovery; discovery.SLOW = 0.2; "
        "from realstyler.cli import main; sys.exit(main(['plugins']))"
    )
    with _python(code, tmp_path) as process:
        assert process.stderr is not None
        said = "the plugin hangs (fixture-hangs) has been loading"
        line = next(line for line in process.stderr if said in line)  # others may be slow, too
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert ONLY in line
    assert "Traceback" not in rest
    assert process.returncode == 130


def test_only_the_named_distributions_load(discover: Discover, tmp_path: Path) -> None:
    """The environment variable named in the message avoids a plugin that hangs."""
    code = "import sys; from realstyler.cli import main; sys.exit(main(['plugins']))"
    with _python(code, tmp_path, **{ONLY: "realstyler, other"}) as process:
        out, _ = process.communicate()
    assert "mosaic" in out
    assert "hangs" not in out
    assert process.returncode == 0


def _python(code: str, tmp_path: Path, **more: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(PLUGINS / "hangs"), *filter(None, sys.path)])
    environment = os.environ | {"PYTHONPATH": path, "REALSTYLER_STYLES": str(tmp_path)} | more
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)


def test_damaged_entry_points(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A damaged or half installed distribution is listed and affects no other."""
    info = tmp_path / "damaged-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: damaged\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[realstyler]\nno equals sign\n")
    nameless = tmp_path / "nameless-1.0.dist-info"
    nameless.mkdir()
    (nameless / "entry_points.txt").write_text("[realstyler]\nnameless = fixture_nameless\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry.discover()
    reasons = {failure.name: failure.reason for failure in registry.failures}
    assert "entry_points.txt is damaged" in reasons["damaged"]
    assert "fixture_nameless" in reasons["nameless"]
    assert "mosaic" in registry.styles


def test_keyboard_interrupt_passes(discover: Discover, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while a plugin loads ends the program instead of counting as its failure."""
    registry = discover("good")

    def interrupt(_: object) -> object:
        raise KeyboardInterrupt

    good = next(c for c in registry.candidates if c.name == "good")
    monkeypatch.setattr(type(good), "load", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Registry.discover()
