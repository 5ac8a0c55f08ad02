"""What buttons carry: at most 64 bytes, so names are short and styles are slugs."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class StylePick(CallbackData, prefix="s"):
    """A style in the menu."""

    style: str
    job: int
    """The job that it is for; 0: the person's own choice for what comes next."""
    owner: int
    """Who may press it."""


class StylePage(CallbackData, prefix="p"):
    """Another page of the menu."""

    page: int
    job: int
    owner: int


class CancelJob(CallbackData, prefix="x"):
    """The button under a status message."""

    job: int


class ResultAction(CallbackData, prefix="r"):
    """A button under a result: styles, strength, file, sheet or back."""

    action: str
    job: int


class StrengthPick(CallbackData, prefix="t"):
    """Paint the same picture with another strength."""

    job: int
    percent: int


class SettingPick(CallbackData, prefix="g"):
    """One value of a setting; an empty value opens the choices."""

    name: str
    value: str
    owner: int


class Forget(CallbackData, prefix="f"):
    """Delete somebody's data."""

    owner: int
