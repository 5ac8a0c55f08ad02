"""Who makes styles on this machine, and under which licence: asked once, then remembered."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from realstyler.errors import OutputError
from realstyler.files import write_text
from realstyler.registry.candidates import drop_in_folder


class Authorship(BaseModel):
    """What a new style says of its maker; either may be empty."""

    model_config = ConfigDict(frozen=True)

    author: str = ""
    license: str = ""
    """An SPDX expression."""


def remembered() -> Authorship | None:
    """Return what was said last; None if nobody was asked yet."""
    try:
        return Authorship.model_validate_json(_file().read_bytes())
    except (OSError, ValidationError):
        return None


def remember(author: str, license_: str) -> None:
    """Keep what was said for the next style.

    Raises:
        OutputError: it cannot be kept.
    """
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        said = Authorship(author=author, license=license_)
        write_text(_file(), said.model_dump_json() + "\n", overwrite=True)
    except OSError as error:
        folder = _file().parent
        raise OutputError(
            code="author-not-remembered", folder=folder, reason=error.strerror
        ) from error


def _file() -> Path:
    return drop_in_folder().parent / "author.json"
