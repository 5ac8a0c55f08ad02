"""Inline keyboards."""

from __future__ import annotations

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.keyboard import InlineKeyboardBuilder, KeyboardBuilder

from realstyler.registry import Style
from realstyler_bot import callbacks
from realstyler_bot.jobs import SIZES, STRENGTHS, Job
from realstyler_bot.store import Person
from realstyler_bot.texts import LANGUAGES, say

PAGE = 8
"""Styles on a page; more are hard to read on a telephone."""
_COLUMNS = 2


def style_menu(
    styles: list[Style], language: str, owner: int, *, job: Job | None = None, page: int = 0
) -> InlineKeyboardMarkup:
    """Build one page of the menu of styles."""
    number = job.id if job else 0
    pages = max(1, -(-len(styles) // PAGE))
    page %= pages
    builder = InlineKeyboardBuilder()
    for style in styles[page * PAGE : (page + 1) * PAGE]:
        pick = callbacks.StylePick(style=style.name, job=number, owner=owner)
        builder.button(text=style.title, callback_data=pick)
    builder.adjust(_COLUMNS)
    if pages > 1:
        builder.row(*(_turn(arrow, page + step, number, owner) for arrow, step in _ARROWS))
    if job and job.state != "choosing":
        back = callbacks.ResultAction(action="back", job=number)
        builder.row(_button(say(language, "back"), back.pack()))
    return _markup(builder)


_ARROWS = (("◀", -1), ("▶", 1))


def cancel(language: str, job: Job) -> InlineKeyboardMarkup:
    """Build what is under a status message."""
    data = callbacks.CancelJob(job=job.id).pack()
    return InlineKeyboardMarkup(inline_keyboard=[[_button(say(language, "cancel"), data)]])


def result(language: str, job: Job) -> InlineKeyboardMarkup:
    """Build what is under a result."""
    names = {"styles": "another_style"}
    if job.kind == "paint":
        names |= {"strength": "strength"}
        if not job.options.as_file:
            names |= {"file": "as_file"}
        if job.weight == 1 and job.sources[0].kind == "picture":
            names |= {"sheet": "sheet"}
    builder = InlineKeyboardBuilder()
    for action, text in names.items():
        data = callbacks.ResultAction(action=action, job=job.id)
        builder.button(text=say(language, text), callback_data=data)
    return _markup(builder.adjust(_COLUMNS))


def strengths(language: str, job: Job) -> InlineKeyboardMarkup:
    """Build the choice of strengths under a result."""
    builder = InlineKeyboardBuilder()
    for percent in STRENGTHS:
        data = callbacks.StrengthPick(job=job.id, percent=percent)
        builder.button(text=f"{percent} %", callback_data=data)
    builder.adjust(len(STRENGTHS))
    back = callbacks.ResultAction(action="back", job=job.id)
    return _markup(builder.row(_button(say(language, "back"), back.pack())))


def settings(language: str, person: Person, owner: int, style_title: str) -> InlineKeyboardMarkup:
    """Build the list of settings, each with its present value."""
    options = person.options
    shown = {
        "style": style_title or say(language, "not_chosen"),
        "strength": f"{options.strength} %",
        "size": say(language, "up_to", size=options.size),
        "colors": say(language, "of_photo" if options.keep_colors else "of_style"),
        "output": say(language, "file" if options.as_file else "photo"),
        "language": dict(LANGUAGES)["ru" if language == "ru" else "en"],
    }
    builder = InlineKeyboardBuilder()
    for name, value in shown.items():
        data = callbacks.SettingPick(name=name, value="", owner=owner)
        builder.button(text=f"{say(language, f'setting_{name}')}: {value}", callback_data=data)
    return _markup(builder.adjust(1))


def setting_values(language: str, name: str, owner: int) -> InlineKeyboardMarkup:
    """Build the values that one setting may have."""
    values: dict[str, dict[str, str]] = {
        "strength": {str(percent): f"{percent} %" for percent in STRENGTHS},
        "size": {str(size): say(language, "up_to", size=size) for size in SIZES},
        "colors": {"style": say(language, "of_style"), "photo": say(language, "of_photo")},
        "output": {"photo": say(language, "photo"), "file": say(language, "file")},
        "language": {str(code): name for code, name in LANGUAGES.items()},
    }
    builder = InlineKeyboardBuilder()
    for value, text in values[name].items():
        data = callbacks.SettingPick(name=name, value=value, owner=owner)
        builder.button(text=text, callback_data=data)
    builder.adjust(_COLUMNS)
    back = callbacks.SettingPick(name="back", value="", owner=owner)
    return _markup(builder.row(_button(say(language, "back"), back.pack())))


def forget(language: str, owner: int) -> InlineKeyboardMarkup:
    """Build the button that deletes somebody's data."""
    data = callbacks.Forget(owner=owner).pack()
    return InlineKeyboardMarkup(inline_keyboard=[[_button(say(language, "forget"), data)]])


def _markup(builder: KeyboardBuilder[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=builder.export())


def _turn(arrow: str, page: int, job: int, owner: int) -> InlineKeyboardButton:
    return _button(arrow, callbacks.StylePage(page=page, job=job, owner=owner).pack())


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data)
