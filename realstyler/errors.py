"""The errors that a user sees: a code, its parameters, and how a command ends with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from realstyler import messages
from realstyler.messages import Language, Surface


class RealstylerError(Exception):
    """Something that a user can understand and mend.

    It carries a `code` of the catalogue in `realstyler.messages` and the `parameters` that fill
    its texts; each surface says it in its own words and language by `in_words`. `str()` is the
    line on the command line, in English. A parameter may be another error, which is then said in
    the same language.

    `exit_code` is the exit status of a command that ends with this error.
    """

    exit_code: ClassVar[int] = 2
    class_code: ClassVar[str] = ""
    """The code of an error without one of its own, and of what a chat is told about the others."""

    def __init__(self, *, code: str = "", **parameters: object) -> None:
        # Code and parameters survive pickling between processes by themselves.
        super().__init__()
        self.code = code or self.class_code
        self.parameters = parameters

    @property
    def what(self) -> str:
        """The input and the reason, in English."""
        return self.what_in("en")

    def what_in(self, language: Language) -> str:
        """Name the input and the reason in a language."""
        return _one_line(messages.what(self.code, self.parameters, language)) if self.code else ""

    @property
    def remedy(self) -> str:
        """What to do about it on the command line, in English; it may be empty."""
        return messages.remedy(self.code, self.parameters) if self.code else ""

    def in_words(self, language: Language, surface: Surface) -> str:
        """Say it on one line in a language, with the remedy that a surface offers."""
        if not self.code:
            return ""
        remedy = messages.remedy(self.code, self.parameters, language, surface)
        return _joined(self.what_in(language), remedy)

    def for_chat(self, language: Language) -> str | None:
        """Say what a stranger may know of it; None: nothing. It holds no path and no option."""
        said = messages.for_chat(self.code, self.parameters, language)
        return said or messages.for_chat(self.class_code, self.parameters, language)

    @property
    def chat_code(self) -> str:
        """The code that a stranger is told about: its own or its class's; empty: neither."""
        told = (code for code in (self.code, self.class_code) if messages.is_for_chat(code))
        return next(told, "")

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` needs to say the error in another process."""
        return {
            "code": self.code,
            "parameters": {name: _plain(value) for name, value in self.parameters.items()},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Return the error of a document that `as_json` made.

        Raises:
            KeyError: it is no such document, or a newer program's.
        """
        if document["code"] not in messages.catalogue("en"):
            raise KeyError(document["code"])
        told = {
            name: cls.from_json(value) if isinstance(value, dict) else value
            for name, value in document["parameters"].items()
        }
        return cls(code=document["code"], **told)

    def __str__(self) -> str:
        return self.in_words("en", "command_line")


class TryAgainLaterError(RealstylerError):
    """Nothing is set wrongly, but something needed is missing now: starting again may help."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h


class UsageError(RealstylerError):
    """A wrong command: an unknown style, a bad option, an output that already exists."""


class StyleError(RealstylerError):
    """A style that cannot be used: untrained, corrupt weights, a missing style image."""

    class_code = "style-unusable"


class InputError(RealstylerError):
    """This one input failed; the others can go on."""

    exit_code = 1


class OutputError(RealstylerError):
    """A result could not be written: a full disk, a read-only folder."""

    exit_code = 1


class DiskError(OutputError):
    """The disk takes nothing more: it is full or read-only, and other results would fail too."""


class NotFiniteError(RealstylerError):
    """A loss or gradient is infinite or not a number: nothing can be learned from it."""

    exit_code = 1


class Cancelled(RealstylerError):  # noqa: N818 - a wish of the user, not an error
    """The user stopped the work."""

    exit_code = 130
    class_code = "cancelled"


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Import in this block what an extra brings.

    Raises:
        UsageError: it is not installed; the remedy is the command that installs it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(code="needs-extra", module=error.name or extra, extra=extra) from error


def _plain(value: object) -> object:
    if isinstance(value, RealstylerError):
        return value.as_json()
    return value if isinstance(value, int | float) else str(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _joined(what: str, remedy: str) -> str:
    """Join as "what; remedy", or "what. Remedy" where the remedy is a sentence of its own."""
    if not remedy:
        return what
    separator = ". " if remedy[0].isupper() else "; "
    return what.rstrip(".") + separator + _one_line(remedy)
