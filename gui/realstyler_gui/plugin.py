"""Command-line plugin: ``realstyler gui [PICTURE]`` and ``realstyler-gui``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from realstyler.errors import UsageError
from realstyler.plugins import hookimpl

INSTALL = "Install it with `pip install 'realstyler[gui]'`"


@hookimpl
def register_commands(app: typer.Typer) -> None:
    """Add ``realstyler gui``."""
    app.command(name="gui")(gui)


def gui(
    picture: Annotated[
        Path | None, typer.Argument(metavar="[PICTURE]", help="A picture or folder to open.")
    ] = None,
    desktop_entry: Annotated[
        bool,
        typer.Option("--desktop-entry", help="Add it to the applications menu (Linux) and exit."),
    ] = False,
) -> int:
    """Open the desktop app."""
    if desktop_entry:
        from realstyler_gui.desktop_entry import install

        print(install())
        return 0
    try:
        from realstyler_gui.application import run
    except ImportError as error:
        raise UsageError(code="window-unavailable", reason=error) from error
    return run(picture)


def main() -> int:
    """Run the app standalone; entry point of ``realstyler-gui``."""
    from realstyler.cli import main as command_line

    return command_line(["gui", *sys.argv[1:]])
