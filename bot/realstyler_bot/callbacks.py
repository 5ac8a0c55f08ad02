"""What buttons carry: at most 64 bytes, so names are short and styles are slugs."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

LARGEST = 2**53
"""No id of Telegram's, and no number of ours, is larger. What a button carries can be forged, and
SQLite raises on numbers of more than 64 bits."""

JobNumber = Annotated[int, Field(ge=0, le=LARGEST)]
UserNumber = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
PageNumber = Annotated[int, Field(ge=-10_000, le=10_000)]
Percent = Annotated[int, Field(ge=0, le=100)]


class StylePick(CallbackData, prefix="s"):
    """A style in the menu."""

    style: str
    job: JobNumber
    """The job that it is for; 0: the person's own choice for what comes next."""
    owner: UserNumber
    """Who may press it."""


class StylePage(CallbackData, prefix="p"):
    """Another page of the menu."""

    page: PageNumber
    job: JobNumber
    owner: UserNumber


class CancelJob(CallbackData, prefix="x"):
    """The button under a status message."""

    job: JobNumber


class ResultAction(CallbackData, prefix="r"):
    """A button under a result: styles, strength, file, sheet or back."""

    action: str
    job: JobNumber


class StrengthPick(CallbackData, prefix="t"):
    """Paint the same picture with another strength."""

    job: JobNumber
    percent: Percent


class SettingPick(CallbackData, prefix="g"):
    """One value of a setting; an empty value opens the choices."""

    name: str
    value: str
    owner: UserNumber


class Forget(CallbackData, prefix="f"):
    """Delete somebody's data."""

    owner: UserNumber
