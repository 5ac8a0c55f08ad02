"""The application: our commands and those of the plugins."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import typer
from typer.core import TyperGroup
from typer.main import get_command

from realstyler import __version__
from realstyler.cli.help import Commands, speak_plainly

COMMANDS = {
    "plugins": "listing",
    "styles": "listing",
    "sheet": "sheet",
    "stylize": "stylize",
    "watch": "watch",
    "video": "video",
    "train": "train",
    "install": "install",
    "runs": "runs",
    "evaluate": "evaluate",
    "bench": "bench",
    "new": "new",
    "pack": "pack",
    "export": "export",
    "doctor": "doctor",
}
"""Our commands, each with its module in this package."""

ABOUT_PLUGINS = ("plugins", "doctor")
"""Commands that report broken plugins, and hence load the commands of plugins."""


def application(arguments: Sequence[str] = ()) -> TyperGroup:
    """Build the command line: core commands first, then what plugins add.

    Where ``arguments`` begin with a command of ours, only that one is built, and no plugin is
    asked: none may take its name.
    """
    app = typer.Typer(
        cls=Commands,
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Paint photographs, clips and webcams in a style.",
    )
    app.callback()(_root)
    alone = bool(arguments) and arguments[0] in COMMANDS and arguments[0] not in ABOUT_PLUGINS
    modules = [COMMANDS[arguments[0]]] if alone else dict.fromkeys(COMMANDS.values())
    for module in modules:
        import_module(f"realstyler.cli.{module}").register(app)
    if not alone:
        _add_commands_of_plugins(app)
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    speak_plainly(command)
    return command


def _add_commands_of_plugins(app: typer.Typer) -> None:
    from realstyler.registry import registry

    registry().register_commands(app)


TOLD = ("openvino", "numpy", "pillow", "av", "PySide6-Essentials", "aiogram", "onnx", "torch")
"""Distributions whose versions matter in a report; those that are not installed are left out."""


def _version(wanted: bool) -> None:
    if wanted:
        import platform
        from contextlib import suppress
        from importlib.metadata import PackageNotFoundError, version

        typer.echo(f"realstyler {__version__}")
        typer.echo(
            f"python {platform.python_version()} on {platform.system()} {platform.machine()}"
        )
        for name in TOLD:
            with suppress(PackageNotFoundError):
                typer.echo(f"{name} {version(name)}")
        raise typer.Exit


def _root(
    context: typer.Context,
    wanted: bool = typer.Option(  # noqa: ARG001 - its callback prints it
        False,
        "--version",
        callback=_version,
        is_eager=True,
        help="Show versions: ours, and others'.",
    ),
    debug: bool = typer.Option(  # noqa: ARG001 - main takes it from anywhere on the line
        False, "--debug", help="Show the traceback of an error."
    ),
) -> None:
    """Paint photographs, clips and webcams in a style."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
