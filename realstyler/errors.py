"""The errors that a user sees: one line that names the input, the reason and the remedy."""

from typing import ClassVar


class RealstylerError(Exception):
    """Something that a user can understand and mend; `str()` says it on one line.

    `what` names the input and the reason, `remedy` says what to do about it (it may be empty);
    `exit_code` is the exit status of a command that ends with this error. Written as
    "what; remedy", or as "what. Remedy" where the remedy is a sentence of its own.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, remedy: str = "") -> None:
        # Exception gets both too, so that the error survives pickling between processes.
        super().__init__(what, remedy)
        self.what = _one_line(what)
        self.remedy = _one_line(remedy)

    def __str__(self) -> str:
        if not self.remedy:
            return self.what
        separator = ". " if self.remedy[0].isupper() else "; "
        return self.what.rstrip(".") + separator + self.remedy


class TryAgainLaterError(RealstylerError):
    """Nothing is set wrongly, but something needed is missing now: starting again may help."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h


class UsageError(RealstylerError):
    """A wrong command: an unknown style, a bad option, an output that already exists."""


class StyleError(RealstylerError):
    """A style that cannot be used: untrained, corrupt weights, a missing style image."""


class InputError(RealstylerError):
    """This one input failed; the others can go on."""

    exit_code = 1


class OutputError(RealstylerError):
    """A result could not be written: a full disk, a read-only folder."""

    exit_code = 1


class Cancelled(RealstylerError):  # noqa: N818 - a wish of the user, not an error
    """The user stopped the work."""

    exit_code = 130

    def __init__(self, what: str = "cancelled", remedy: str = "") -> None:
        super().__init__(what, remedy)


def _one_line(text: str) -> str:
    return " ".join(text.split())
