"""Inline keyboards."""

from __future__ import annotations

from collections.abc import Collection

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from realstyler.registry import Style
from realstyler_bot import callbacks
from realstyler_bot.jobs import SIZES, STRENGTHS, Job, Person
from realstyler_bot.texts import LANGUAGES, say

PAGE = 10
"""Styles per page: fits the built-in ones; more are hard to read on a phone."""
_COLUMNS = 2


def style_menu(
    styles: list[Style],
    language: str,
    owner: int,
    *,
    favourites: Collection[str] = (),
    job: Job | None = None,
    page: int = 0,
) -> InlineKeyboardMarkup:
    """Build one page of the style menu; favourites come first, with a star."""
    number = job.id if job else 0
    styles = sorted(styles, key=lambda style: style.name not in favourites)
    pages = max(1, -(-len(styles) // PAGE))
    page %= pages
    buttons = [
        _button(
            _starred(style, favourites),
            callbacks.StylePick(style=style.name, job=number, owner=owner),
        )
        for style in styles[page * PAGE : (page + 1) * PAGE]
    ]
    rows = _rows(buttons, _COLUMNS)
    if pages > 1:
        rows.append([_turn(arrow, page + step, number, owner) for arrow, step in _ARROWS])
    if job and job.state == "choosing":
        rows.append([_button(say(language, "cancel"), callbacks.CancelJob(job=number))])
    elif job and job.kind != "sheet":
        rows.append([_back(language, callbacks.ResultAction(action="back", job=number))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _starred(style: Style, favourites: Collection[str]) -> str:
    return f"★ {style.title}" if style.name in favourites else style.title


_ARROWS = (("◀", -1), ("▶", 1))


def cancel(language: str, job: Job) -> InlineKeyboardMarkup:
    """Build the keyboard under a status message."""
    button = _button(say(language, "cancel"), callbacks.CancelJob(job=job.id))
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def result(language: str, job: Job) -> InlineKeyboardMarkup:
    """Build the keyboard under a result."""
    names = {"styles": "another_style"}
    single = job.weight == 1
    if job.kind == "paint":
        names |= {"strength": "strength", "random": "random"}
        names |= {"colors": "style_colors" if job.options.keep_colors else "own_colors"}
        if not job.options.as_file:
            names |= {"file": "as_file"}
        if single and job.sources[0].kind == "picture":
            names |= {"sheet": "sheet"}
        if single:
            names |= {"comparison": "comparison"}
        names |= {"favourite": "favourite"}
    buttons = [
        _button(say(language, text), callbacks.ResultAction(action=action, job=job.id))
        for action, text in names.items()
    ]
    if job.shareable and not job.sources[0].round:
        share = say(language, "share")
        buttons.append(InlineKeyboardButton(text=share, switch_inline_query=f"#{job.id}"))
    return InlineKeyboardMarkup(inline_keyboard=_rows(buttons, _COLUMNS))


def beginning(language: str, job: Job, seconds: float) -> InlineKeyboardMarkup:
    """Build the offer under the refusal of a clip that is too long."""
    text = say(language, "beginning", seconds=f"{seconds:g}")
    button = _button(text, callbacks.ResultAction(action="beginning", job=job.id))
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def strengths(language: str, job: Job) -> InlineKeyboardMarkup:
    """Build the choice of strengths under a result."""
    buttons = [
        _button(f"{percent} %", callbacks.StrengthPick(job=job.id, percent=percent))
        for percent in STRENGTHS
    ]
    back = _back(language, callbacks.ResultAction(action="back", job=job.id))
    return InlineKeyboardMarkup(inline_keyboard=[buttons, [back]])


def settings(language: str, person: Person, owner: int, style_title: str) -> InlineKeyboardMarkup:
    """Build the list of settings, each with its current value."""
    options = person.options
    shown = {
        "style": style_title or say(language, "not_chosen"),
        "strength": f"{options.strength} %",
        "size": say(language, "up_to", size=options.size),
        "colors": say(language, "of_photo" if options.keep_colors else "of_style"),
        "output": say(language, "file" if options.as_file else "photo"),
        "language": dict(LANGUAGES)["ru" if language == "ru" else "en"],
    }
    buttons = [
        _button(
            f"{say(language, f'setting_{name}')}: {value}",
            callbacks.SettingPick(name=name, value="", owner=owner),
        )
        for name, value in shown.items()
    ]
    return InlineKeyboardMarkup(inline_keyboard=_rows(buttons, 1))


def setting_values(language: str, name: str, owner: int) -> InlineKeyboardMarkup:
    """Build the list of values for a setting."""
    values: dict[str, dict[str, str]] = {
        "strength": {str(percent): f"{percent} %" for percent in STRENGTHS},
        "size": {str(size): say(language, "up_to", size=size) for size in SIZES},
        "colors": {"style": say(language, "of_style"), "photo": say(language, "of_photo")},
        "output": {"photo": say(language, "photo"), "file": say(language, "file")},
        "language": {str(code): name for code, name in LANGUAGES.items()},
    }
    buttons = [
        _button(text, callbacks.SettingPick(name=name, value=value, owner=owner))
        for value, text in values[name].items()
    ]
    back = _back(language, callbacks.SettingPick(name="back", value="", owner=owner))
    return InlineKeyboardMarkup(inline_keyboard=[*_rows(buttons, _COLUMNS), [back]])


def forget(language: str, owner: int) -> InlineKeyboardMarkup:
    """Build the button that deletes a user's data."""
    button = _button(say(language, "forget"), callbacks.Forget(owner=owner))
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


# aiogram's builder deep-copies all buttons at every step, which took longer than sending them.
def _rows(buttons: list[InlineKeyboardButton], columns: int) -> list[list[InlineKeyboardButton]]:
    return [buttons[start : start + columns] for start in range(0, len(buttons), columns)]


def _turn(arrow: str, page: int, job: int, owner: int) -> InlineKeyboardButton:
    return _button(arrow, callbacks.StylePage(page=page, job=job, owner=owner))


def _back(language: str, data: CallbackData) -> InlineKeyboardButton:
    return _button(say(language, "back"), data)


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())
