"""The catalogue of errors: complete in both languages, and safe to show where it is shown."""

from __future__ import annotations

import ast
import json
import pickle
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from realstyler import messages
from realstyler.errors import Cancelled, InputError, RealstylerError, StyleError, UsageError

CODES = sorted(messages.catalogue("en"))
ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("realstyler", "gui", "bot", "styles", "plugins")
    for path in (ROOT / folder).rglob("*.py")
)
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
    assert english.keys() <= {"what", "remedy", "command_line", "window", "app", "bot"}
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
    """Every class of errors there is; a test holds this to be so."""
    return {base}.union(*map(error_classes, base.__subclasses__()))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_class_of_errors_tells_a_chat_a_path_or_an_option(
    code: str, language: messages.Language
) -> None:
    """Whatever class carries a code, and whatever its parameters hold."""
    texts = [text for one in messages.LANGUAGES for text in messages.catalogue(one)[code].values()]
    secret = "/home/anna/w.safetensors --force"
    nested = StyleError(code="weights-missing", path=Path(secret))
    for kind in error_classes():
        for value in (secret, Path(secret), nested, ValueError(secret), 7):
            error = kind(code=code, **dict.fromkeys(set().union(*map(fields, texts)), value))
            said = error.for_chat(language)
            assert error.chat_code or not said
            assert said or not error.chat_code or value != 7
            assert not re.search(r"[/\\`]|anna|safetensors|realstyler", said or "")
            assert not FLAG.search(said or "")


def test_every_class_of_errors_is_held_to_that() -> None:
    """None is made in a module that is not loaded here."""
    sources = [path.read_text("utf-8") for path in SOURCES]
    classes = [n for s in sources for n in ast.walk(ast.parse(s)) if isinstance(n, ast.ClassDef)]
    own = {"RealstylerError"}
    while more := {c.name for c in classes if own & {*map(_named, c.bases)}} - own:
        own |= more
    assert own == {kind.__name__ for kind in error_classes()} >= {"NotFiniteError"}


def _named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_errors_are_made_of_codes(path: Path) -> None:
    """An error that holds a sentence would be English everywhere, and could reach a chat."""
    kinds = {kind.__name__ for kind in error_classes()}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or _named(node.func) not in kinds:
            continue
        where = f"{path}:{node.lineno}"
        assert not node.args, f"{where}: an error is made of a code and its parameters"
        given = {word.arg for word in node.keywords}
        with_class_code = next(k for k in error_classes() if k.__name__ == _named(node.func))
        assert given & {"code", None} or with_class_code.class_code, f"{where}: no code"


def test_an_error_takes_no_sentence() -> None:
    """Nor at run time, wherever it is made."""
    with pytest.raises(TypeError):
        InputError("the picture is too large")  # type: ignore[call-arg]


def test_an_error_among_the_parameters_is_said_in_the_same_language() -> None:
    """A Russian sentence does not end in English."""
    inner = InputError(code="picture-empty", picture="style.jpg")
    outer = StyleError(code="style-picture-unusable", style="candy", path="x", reason=inner)
    assert "style.jpg is empty" in str(outer)
    assert "файл style.jpg пуст" in outer.in_words("ru", "window")


def test_errors_survive_the_way_between_programs() -> None:
    """As JSON, with what is an error itself, in every language; a path becomes its text."""
    inner = InputError(code="picture-empty", picture="style.jpg")
    outer = StyleError(code="style-picture-unusable", style="candy", path=Path("x"), reason=inner)
    copy = RealstylerError.from_json(json.loads(json.dumps(outer.as_json())))
    for language in messages.LANGUAGES:
        assert copy.in_words(language, "window") == outer.in_words(language, "window")
    with pytest.raises(KeyError):
        RealstylerError.from_json({"code": "of-a-newer-program", "parameters": {}})


def test_every_code_in_the_source_exists() -> None:
    """Codes are written without a slip, and none of the catalogue is left over."""
    source = "".join(path.read_text("utf-8") for path in SOURCES)
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
    damaged = StyleError(code="weights-missing", path="/x")
    assert damaged.for_chat("en") == ("this style cannot be used at the moment; choose another one")
    assert str(Cancelled()) == "cancelled"


def test_the_app_offers_what_helps_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be installed into the packaged app; whoever wants to train is told so."""
    error = UsageError(code="training-needs-extra", module="torch")
    assert "Install it with `pip" in str(error)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for surface in ("command_line", "window"):
        assert "cannot train" in error.in_words("en", surface)
        assert "не обучает" in error.in_words("ru", surface)
    assert str(InputError(code="picture-empty", picture="a.png")).endswith("copy of the file")


def test_errors_survive_the_way_between_processes() -> None:
    """Code and parameters are there after pickling."""
    for error in (InputError(code="picture-empty", picture="a.png"), StyleError(), Cancelled()):
        copy = pickle.loads(pickle.dumps(error))
        assert (str(copy), copy.code, copy.parameters) == (str(error), error.code, error.parameters)


def test_texts_are_read_at_the_first_error() -> None:
    """A start without an error does not pay for the catalogue."""
    check = (
        "import realstyler.errors, realstyler.messages as m; print(m.catalogue.cache_info().misses)"
    )
    run = [sys.executable, "-c", check]
    assert subprocess.run(run, capture_output=True, check=True, text=True).stdout.strip() == "0"
