"""Callback data of inline buttons: at most 64 bytes, hence the short prefixes and style slugs.

Clients can forge callback data, so every field is bounded here. A press with invalid data is
answered like one on an expired button.
"""

from __future__ import annotations

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

LARGEST_NUMBER = 2**63 - 1
"""The largest integer that SQLite can store."""
JobNumber = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
UserNumber = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
StyleName = Annotated[str, Field(min_length=1, max_length=32)]


class StylePick(CallbackData, prefix="s"):
    """A style in the menu."""

    style: StyleName
    job: JobNumber
    """The job to style; 0 sets the user's style for future pictures."""
    owner: UserNumber
    """The only user who may press it."""


class StylePage(CallbackData, prefix="p"):
    """Another page of the menu."""

    page: Annotated[int, Field(ge=-1, le=10_000)]
    job: JobNumber
    owner: UserNumber


class CancelJob(CallbackData, prefix="x"):
    """The button under a status message."""

    job: JobNumber


class ResultAction(CallbackData, prefix="r"):
    """A button under a result, or (`beginning`) under the refusal of a clip that is too long."""

    action: Literal[
        "styles",
        "strength",
        "file",
        "sheet",
        "random",
        "colors",
        "comparison",
        "favourite",
        "beginning",
        "back",
    ]
    job: JobNumber


class StrengthPick(CallbackData, prefix="t"):
    """Paint the same picture with a different strength."""

    job: JobNumber
    percent: Annotated[int, Field(ge=0, le=100)]


class SettingPick(CallbackData, prefix="g"):
    """A value for a setting; an empty value opens the list of values."""

    name: Literal["style", "strength", "size", "colors", "output", "language", "back"]
    value: Annotated[str, Field(max_length=16)]
    owner: UserNumber


class Forget(CallbackData, prefix="f"):
    """Delete a user's data."""

    owner: UserNumber
