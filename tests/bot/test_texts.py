"""What the bot says."""

from __future__ import annotations

import re
import string
from pathlib import Path

from realstyler.errors import InputError
from realstyler_bot import texts


def test_languages_say_the_same() -> None:
    """Each text exists in each language, with the same values to fill in."""

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert texts.ENGLISH.keys() == texts.RUSSIAN.keys()
    for key, english in texts.ENGLISH.items():
        assert fields(english) == fields(texts.RUSSIAN[key]), key
        assert len(texts.RUSSIAN[key]) < 1024


def test_what_people_wrote_is_escaped() -> None:
    """Markup in a name does not become markup."""
    assert "<b>&lt;b&gt;&amp;</b>" in texts.say("en", "unknown_style", style="<b>&")


def test_refusals_are_translated() -> None:
    """Every refusal that the bot's own modules raise has its Russian."""
    folder = Path(texts.__file__).parent
    raised = [
        what
        for path in folder.rglob("*.py")
        for what in re.findall(r'InputError\(\s*f?"([^"]+)"', path.read_text())
    ]
    assert len(raised) > 10
    for what in raised:
        filled = re.sub(r"{[^}]*}", "9", what)
        assert re.search("[а-я]", texts.reason("ru", InputError(filled, "x"))), what
        assert texts.reason("en", InputError(filled, "x")) == f"{filled}; x"
