"""The bot's messages."""

from __future__ import annotations

import string

import pytest

from realstyler.errors import InputError, StyleError
from realstyler_bot import texts
from realstyler_bot.jobs import refusal_of
from realstyler_bot.service.work import describe


def test_languages_say_the_same() -> None:
    """Each text exists in each language, with the same placeholders."""

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert texts.ENGLISH.keys() == texts.RUSSIAN.keys()
    for key, english in texts.ENGLISH.items():
        assert fields(english) == fields(texts.RUSSIAN[key]), key
        assert len(texts.RUSSIAN[key]) < 1024


def test_what_people_wrote_is_escaped() -> None:
    """Markup in a name is escaped."""
    assert "<b>&lt;b&gt;&amp;</b>" in texts.say("en", "unknown_style", style="<b>&")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_only_listed_reasons_are_told(language: texts.Language) -> None:
    """An error such as a damaged weights file shows users neither a path nor a command."""
    secret = "/home/anna/mosaic.safetensors"
    for error in (
        StyleError(code="weights-missing", path=secret),
        InputError(code="picture-missing", picture=secret),
    ):
        said = describe(language, error)
        assert "anna" not in said
        assert "realstyler" not in said
        assert InputError(**refusal_of(error)).for_chat(language) == error.for_chat(language)
    large = InputError(code="picture-too-large", picture=secret, width=90, height=80, most=7)
    assert "90×80" in describe(language, large)
    assert describe(language, InputError(**refusal_of(large))) == describe(language, large)


@pytest.mark.parametrize(
    ("app", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("RU", "ru")]
    + [(code, "en") for code in ("uk", "hy", "az", "be", "kk", "en", "pt-br", "", None, "rue")],
)
def test_russian_is_for_russian_apps(app: str | None, language: str) -> None:
    """Nobody gets Russian unasked because of where they may live."""
    assert texts.language_of(app) == language
