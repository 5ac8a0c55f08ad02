"""Complete help, with everyday words instead of Python's types."""

from __future__ import annotations

from functools import partial
from typing import Any

from typer.core import TyperArgument, TyperGroup, TyperOption
from typing_extensions import override

CHOICES = {
    "network": "full|live",
    "metadata": "all|no-place|none",
}
"""Placeholders of options that take one of a few words."""

NUMBERS = (int, float)


class Commands(TyperGroup):
    """The commands, each with its whole first sentence, on several lines where it is long."""

    @override
    def format_commands(self, ctx: Any, formatter: Any) -> None:
        shown = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        rows = [
            (name, " ".join(command.get_short_help_str(limit=1000).split()))
            for name, command in shown
            if not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def speak_plainly(command: Any) -> None:
    """Let the help of a command and of those under it name values instead of types."""
    for parameter in command.params:
        if isinstance(parameter, TyperArgument):
            parameter.metavar = parameter.metavar or parameter.name.upper()
            # An argument's name says what it is; its type is only Python's word for that.
            setattr(parameter, "display_type_rich", _nothing)  # noqa: B010
        elif isinstance(parameter, TyperOption) and not parameter.is_flag:
            parameter.metavar = parameter.metavar or _value(parameter)
            setattr(parameter, "_get_number_range_help_str", partial(_range, parameter))  # noqa: B010
    for one in getattr(command, "commands", {}).values():
        speak_plainly(one)


def _nothing(ctx: Any) -> None:  # noqa: ARG001 - as typer calls it
    return None


def _range(option: TyperOption) -> str | None:
    """Write a range in words, where typer would write ``1<=x<=100``."""
    if option.min is not None and option.max is not None:
        return f"{option.min:g} to {option.max:g}"
    if option.min is not None:
        return f"{option.min:g} or more"
    return None if option.max is None else f"{option.max:g} at most"


def _value(option: TyperOption) -> str:
    name = (option.name or "value").rstrip("_")
    if option.type_descriptor.annotation in NUMBERS:
        return "NUMBER"
    return CHOICES.get(name, name.replace("_", "-").upper())
