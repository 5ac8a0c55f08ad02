"""The application: our commands and those of the plugins."""

from __future__ import annotations

import typer
from typer.core import TyperGroup
from typer.main import get_command

from realstyler import __version__
from realstyler.cli import bench, doctor, listing, new, pack, stylize, train, video
from realstyler.registry import registry


def application() -> TyperGroup:
    """Build the command line: core commands first, then what plugins add."""
    app = typer.Typer(
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Paint photographs, clips and webcams in a style.",
    )
    app.callback()(_root)
    for module in (listing, stylize, video, train, bench, new, pack, doctor):
        module.register(app)
    registry().register_commands(app)
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    return command


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


def _root(
    context: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001 - its callback prints it
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
    debug: bool = typer.Option(  # noqa: ARG001 - main takes it from anywhere on the line
        False, "--debug", help="Show the traceback of an error."
    ),
) -> None:
    """Paint photographs, clips and webcams in a style."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
