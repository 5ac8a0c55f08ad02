"""The one catalogue of what errors say: a code and its parameters in, a sentence out.

``en.toml`` and ``ru.toml`` hold a table for each code:

- ``what`` names the input and the reason, ``remedy`` what to do about it (it may be missing);
- ``command_line`` and ``window`` take the place of ``remedy`` on that surface: options and
  commands belong to the first, buttons to the second;
- ``app`` takes the place of them all in the packaged app, into which nothing can be installed;
- ``bot`` is all that a stranger in a chat is told. A code without it is never shown there, and it
  may hold numbers only: a path or a name cannot get into a chat by it.

A parameter that is an error itself is said in the language of the text around it.

Texts are filled as by `str.format`. ``{frames:frame|frames}`` counts: "1 frame", "5 frames"; in
Russian with its three forms, ``{frames:кадр|кадра|кадров}``.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal, Protocol, runtime_checkable

from typing_extensions import override

Language = Literal["en", "ru"]
Surface = Literal["command_line", "window"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")


def what(code: str, parameters: Mapping[str, object], language: Language = "en") -> str:
    """Return what went wrong, e.g. ``photo.jpg is empty``."""
    return _fill(catalogue(language)[code]["what"], parameters, language)


def remedy(
    code: str,
    parameters: Mapping[str, object],
    language: Language = "en",
    surface: Surface = "command_line",
) -> str:
    """Return what to do about it, in the words of a surface; empty where nothing helps."""
    texts = catalogue(language)[code]
    places = ("app", surface, "remedy") if packaged() else (surface, "remedy")
    text = next((texts[place] for place in places if place in texts), "")
    return _fill(text, parameters, language)


def packaged() -> bool:
    """Return whether this is the app, with a Python of its own into which nothing is installed."""
    return bool(getattr(sys, "frozen", False))


def is_for_chat(code: str) -> bool:
    """Whether a stranger in a chat may be told of it."""
    return "bot" in catalogue("en").get(code, {})


def for_chat(code: str, parameters: Mapping[str, object], language: Language) -> str | None:
    """Return what the sender of a picture may know of it; None: nothing."""
    text = catalogue(language).get(code, {}).get("bot")
    if text is None:
        return None
    # Whatever else an error carries, a path say, stays here even if a text asks for it.
    numbers = {name: value for name, value in parameters.items() if isinstance(value, int | float)}
    try:
        return _fill(text, numbers, language)
    except KeyError:  # what should be a number is none
        return None


@cache
def catalogue(language: Language) -> dict[str, dict[str, str]]:
    """Return all texts of a language by code; read at the first error, not at the start."""
    text = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _fill(text: str, parameters: Mapping[str, object], language: Language) -> str:
    return _Counting(language).vformat(text, (), parameters)


@runtime_checkable
class Sayable(Protocol):
    """What can say itself in a language: an error among the parameters of another."""

    def what_in(self, language: Language) -> str:
        """Return what went wrong."""


class _Counting(Formatter):
    """`str.format` that knows the plural forms of a language, separated by ``|``."""

    def __init__(self, language: Language) -> None:
        self._language = language

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Sayable):
            return value.what_in(self._language)
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        return f"{value} {format_spec.split('|')[_plural(value, self._language)]}"


def _plural(number: int, language: Language) -> int:
    """Choose a plural form by the rules of Unicode's CLDR for whole numbers."""
    if language == "en":
        return 0 if number == 1 else 1
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2
