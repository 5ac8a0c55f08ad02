"""The catalogue of errors: complete in both languages, and safe to show where it is shown."""

from __future__ import annotations

import pickle
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from realstyler import messages
from realstyler.errors import Cancelled, InputError, RealstylerError, StyleError

CODES = sorted(messages.catalogue("en"))
ROOT = Path(__file__).parents[2]
FLAG = re.compile(r"(^|[\s`'(])--?[a-z]")


def fields(text: str) -> set[str]:
    """The names of the parameters that a text asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_every_code() -> None:
    """No code is told in one language only."""
    assert sorted(messages.catalogue("ru")) == CODES
    assert len(CODES) > 20


@pytest.mark.parametrize("code", CODES)
def test_languages_agree(code: str) -> None:
    """Both languages have the same texts of a code; the Russian is Russian."""
    english, russian = (messages.catalogue(language)[code] for language in messages.LANGUAGES)
    assert english.keys() == russian.keys()
    assert english.keys() <= {"what", "remedy", "command_line", "window", "bot"}
    wanted = set().union(*map(fields, english.values()))
    for key, text in russian.items():
        assert fields(text) <= wanted, key
        assert re.search("[а-я]", text), key


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_options_are_named_on_the_command_line_only(code: str, language: messages.Language) -> None:
    """Windows and chats have neither options nor commands."""
    for key, text in messages.catalogue(language)[code].items():
        if key != "command_line":
            assert not FLAG.search(text), key
            assert "`realstyler" not in text, key


@pytest.mark.parametrize("code", [c for c in CODES if "bot" in messages.catalogue("en")[c]])
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_a_chat_is_told_asks_for_numbers(code: str, language: messages.Language) -> None:
    """Texts without any of the error's words: whatever is a string stays out, and isn't missed."""
    text = messages.catalogue(language)[code]["bot"]
    numbers = dict.fromkeys(fields(text), 7)
    words = {"picture": "/home/anna/secret.png", "reason": "--force", "path": Path("/etc/x")}
    said = messages.for_chat(code, {**words, **numbers}, language)
    assert said
    assert "/" not in said
    assert not FLAG.search(said)


def error_classes(base: type[RealstylerError] = RealstylerError) -> set[type[RealstylerError]]:
    """Every class of errors that is loaded."""
    return {base}.union(*map(error_classes, base.__subclasses__()))


def test_ready_words_never_reach_a_chat() -> None:
    """An error made of a sentence tells a chat no word of it, whatever its class."""
    assert len(error_classes()) > 5
    for kind in error_classes():
        error = kind("/home/anna/w.safetensors: damaged", "train again with `realstyler train`")
        assert "/home/anna" in str(error)
        for language in messages.LANGUAGES:
            said = error.for_chat(language) or ""
            assert "/" not in said
            assert "realstyler" not in said


def test_every_code_in_the_source_exists() -> None:
    """Codes are written without a slip, and none of the catalogue is left over."""
    folders = [ROOT / name for name in ("realstyler", "gui", "bot")]
    source = "".join(p.read_text("utf-8") for folder in folders for p in folder.rglob("*.py"))
    raised = set(re.findall(r'\bcode="([a-z-]+)"|"code": "([a-z-]+)"', source))
    used = {code for pair in raised for code in pair if code}
    used |= {kind.class_code for kind in error_classes()} - {""}
    assert used == set(CODES)


COUNTED = (
    "0 кадров, 1 кадр, 2 кадра, 5 кадров, 11 кадров, 12 кадров, 21 кадр, 104 кадра, 111 кадров"
)


@pytest.mark.parametrize("said", COUNTED.split(", "))
def test_russian_plurals(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers choose among three forms as Russian does."""
    texts = {"frames": {"what": "{n:кадр|кадра|кадров}"}}
    monkeypatch.setattr(messages, "catalogue", lambda _: texts)
    assert messages.what("frames", {"n": int(said.split(maxsplit=1)[0])}, "ru") == said


def test_an_error_says_itself_in_each_place() -> None:
    """One error, four readers."""
    error = InputError(code="picture-empty", picture="a.png")
    assert str(error) == "a.png is empty; get another copy of the file"
    assert error.in_words("ru", "window") == "файл a.png пуст; скопируйте файл ещё раз"
    assert error.for_chat("en") == "the file is empty; send it again"
    assert StyleError("/x: damaged").for_chat(
        "en",
    ) == ("this style cannot be used at the moment; choose another one")
    assert str(Cancelled()) == "cancelled"


def test_errors_survive_the_way_between_processes() -> None:
    """Code, parameters and ready words are there after pickling."""
    for error in (InputError(code="picture-empty", picture="a.png"), StyleError("a", "B")):
        copy = pickle.loads(pickle.dumps(error))
        assert (str(copy), copy.code, copy.parameters) == (str(error), error.code, error.parameters)


def test_texts_are_read_at_the_first_error() -> None:
    """A start without an error does not pay for the catalogue."""
    check = (
        "import realstyler.errors, realstyler.messages as m; print(m.catalogue.cache_info().misses)"
    )
    run = [sys.executable, "-c", check]
    assert subprocess.run(run, capture_output=True, check=True, text=True).stdout.strip() == "0"
