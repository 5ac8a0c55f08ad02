"""Plugin commands, tested on a separate application before they are added to ours.

Otherwise a command that typer can't build, or one whose name is taken, would break the whole
command line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.main import get_command, get_command_name


def add(app: typer.Typer, register: Callable[..., Any], taken: set[str]) -> set[str]:
    """Let ``register`` add its commands to ``app``, and return their names.

    Raises:
        ValueError: a name is taken, or nothing was registered.
        Exception: whatever ``register`` raises, or typer for a command that it can't build.
    """
    own = typer.Typer(add_completion=False)
    register(app=own)
    added = names(own)
    if not added:
        raise ValueError("it adds no command")
    if both := sorted(added & taken):
        raise ValueError(f"the command {both[0]} already exists")
    get_command(own)
    app.registered_commands += own.registered_commands
    app.registered_groups += own.registered_groups
    return added


def names(app: typer.Typer) -> set[str]:
    """Return the names of the commands and groups of an application."""
    commands = {
        command.name or get_command_name(command.callback.__name__)
        for command in app.registered_commands
        if command.callback
    }
    return commands | {str(group.name) for group in app.registered_groups}
