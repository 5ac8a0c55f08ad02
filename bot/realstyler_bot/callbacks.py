"""What buttons carry: at most 64 bytes, so names are short and styles are slugs.

Any client can send any data with a press, so each field is bounded here; a press whose data do not
fit is answered like that of a button from long ago.
"""

from __future__ import annotations

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

LARGEST_NUMBER = 2**63 - 1
"""What SQLite can hold."""
JobNumber = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
UserNumber = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
StyleName = Annotated[str, Field(min_length=1, max_length=32)]


class StylePick(CallbackData, prefix="s"):
    """A style in the menu."""

    style: StyleName
    job: JobNumber
    """The job that it is for; 0: the person's own choice for what comes next."""
    owner: UserNumber
    """Who may press it."""


class StylePage(CallbackData, prefix="p"):
    """Another page of the menu."""

    page: Annotated[int, Field(ge=-1, le=10_000)]
    job: JobNumber
    owner: UserNumber


class CancelJob(CallbackData, prefix="x"):
    """The button under a status message."""

    job: JobNumber


class ResultAction(CallbackData, prefix="r"):
    """A button under a result: styles, strength, file, sheet or back."""

    action: Literal["styles", "strength", "file", "sheet", "random", "colors", "back"]
    job: JobNumber


class StrengthPick(CallbackData, prefix="t"):
    """Paint the same picture with another strength."""

    job: JobNumber
    percent: Annotated[int, Field(ge=0, le=100)]


class SettingPick(CallbackData, prefix="g"):
    """One value of a setting; an empty value opens the choices."""

    name: Literal["style", "strength", "size", "colors", "output", "language", "back"]
    value: Annotated[str, Field(max_length=16)]
    owner: UserNumber


class Forget(CallbackData, prefix="f"):
    """Delete somebody's data."""

    owner: UserNumber
