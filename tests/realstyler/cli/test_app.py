"""The application: every command is found, and one command does not pay for the others."""

import importlib
import platform
from importlib.metadata import version

import pytest
import typer
from typer.main import get_command

from realstyler import __version__
from realstyler.cli import app, main
from realstyler.cli.app import COMMANDS, application


def test_the_list_of_commands_is_what_the_modules_register() -> None:
    """A command that the list forgets could only be reached slowly, one too many not at all."""
    app = typer.Typer()
    app.callback()(lambda: None)
    for module in set(COMMANDS.values()):
        importlib.import_module(f"realstyler.cli.{module}").register(app)
    registered = get_command(app).commands  # type: ignore[attr-defined]
    assert set(registered) == set(COMMANDS)


@pytest.mark.parametrize("command", ["stylize", "styles"])
def test_a_named_command_is_built_alone(command: str) -> None:
    """The others, and those of plugins, take time that its user would wait for."""
    commands = application([command]).commands
    assert command in commands
    assert "train" not in commands


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--help", "stylize"], ["gui"], ["stylise"]])
def test_anything_else_sees_all_commands(arguments: list[str]) -> None:
    """Help, commands of plugins and misspelled ones need the whole list."""
    assert {*COMMANDS, "gui", "bot"} <= application(arguments).commands.keys()


def test_versions_of_what_matters(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours first; then what a report needs, and nothing of what is not installed."""
    monkeypatch.setattr(app, "TOLD", ("openvino", "nobody-installs-this"))
    assert main(["--version"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == f"realstyler {__version__}"
    assert second.startswith(f"python {platform.python_version()}")
    assert third == f"openvino {version('openvino')}"
