"""The errors that a user sees: a code, its parameters, and how a command ends with it."""

from __future__ import annotations

from typing import ClassVar

from realstyler import messages
from realstyler.messages import Language, Surface


class RealstylerError(Exception):
    """Something that a user can understand and mend.

    It carries a `code` of the catalogue in `realstyler.messages` and the `parameters` that fill
    its texts; each surface says it in its own words and language by `in_words`. `str()` is the
    line on the command line, in English. An error made of ready words, `what` and `remedy`, says
    the same everywhere; nothing but the catalogue's text for its class reaches a chat.

    `exit_code` is the exit status of a command that ends with this error.
    """

    exit_code: ClassVar[int] = 2
    class_code: ClassVar[str] = ""
    """The code of errors that are made of ready words."""

    def __init__(
        self, what: str = "", remedy: str = "", *, code: str = "", **parameters: object
    ) -> None:
        # The rest of the state survives pickling between processes by itself.
        super().__init__(what, remedy)
        self._what = _one_line(what)
        self._remedy = _one_line(remedy)
        self.code = code or self.class_code
        self.parameters = parameters

    @property
    def what(self) -> str:
        """The input and the reason, in English."""
        return self._what or (messages.what(self.code, self.parameters) if self.code else "")

    @property
    def remedy(self) -> str:
        """What to do about it on the command line, in English; it may be empty."""
        if self._what or not self.code:
            return self._remedy
        return messages.remedy(self.code, self.parameters)

    def in_words(self, language: Language, surface: Surface) -> str:
        """Say it on one line in a language, with the remedy that a surface offers."""
        if self._what or not self.code:
            return _joined(self.what, self.remedy)
        return _joined(
            messages.what(self.code, self.parameters, language),
            messages.remedy(self.code, self.parameters, language, surface),
        )

    def for_chat(self, language: Language) -> str | None:
        """Say what a stranger may know of it; None: nothing. It holds no path and no option."""
        said = messages.for_chat(self.code, self.parameters, language)
        return said or messages.for_chat(self.class_code, self.parameters, language)

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


class Cancelled(RealstylerError):  # noqa: N818 - a wish of the user, not an error
    """The user stopped the work."""

    exit_code = 130
    class_code = "cancelled"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _joined(what: str, remedy: str) -> str:
    """Join as "what; remedy", or "what. Remedy" where the remedy is a sentence of its own."""
    if not remedy:
        return _one_line(what)
    separator = ". " if remedy[0].isupper() else "; "
    return _one_line(what).rstrip(".") + separator + _one_line(remedy)
