"""The hooks that a plugin may implement, each with an example."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

from realstyler.registry.style import Style

if TYPE_CHECKING:
    import typer

PROJECT = "realstyler"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_styles() -> Iterable[Style]:  # type: ignore[empty-body]
    """Return the styles that this plugin provides; called once at start and at every reload.

    Example::

        @hookimpl
        def register_styles() -> list[Style]:
            return [Style(name="etching", title="Etching", folder=Path(__file__).parent)]
    """


@hookspec
def register_commands(app: typer.Typer) -> None:
    """Add commands to the command line; called once at start, before arguments are parsed.

    Import a command's dependencies inside the command, so that others start fast.

    Example::

        @hookimpl
        def register_commands(app: typer.Typer) -> None:
            @app.command()
            def frame(picture: Path) -> None:
                "Hang a picture in a frame."
    """
