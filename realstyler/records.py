"""What was put into styles, and when: hashes to know a later change by, and the way back.

A file a style, in the user's data folder. An entry is written before anything is replaced, so that
whatever ends the program in between, the way back is known.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from realstyler.errors import OutputError
from realstyler.files import write_text
from realstyler.registry.candidates import drop_in_folder


class Record(BaseModel):
    """One installation into a style."""

    model_config = ConfigDict(frozen=True)

    hashes: dict[str, str]
    """SHA-256 of what was installed, by its name in the style's folder."""
    previous: Path | None
    """Where the weights, or the whole style, from before are kept; None if there were none."""
    whole: bool
    """Whether the whole style was replaced, not the weights of one network alone."""
    moment: datetime


_RECORDS = TypeAdapter(list[Record])


def read(style: str) -> list[Record]:
    """Return the installations into a style, the latest last; none where they cannot be read."""
    try:
        return _RECORDS.validate_json(_file(style).read_bytes())
    except (OSError, ValidationError):
        return []


def note(style: str, hashes: dict[str, str], previous: Path | None, *, whole: bool) -> None:
    """Note what is about to be installed.

    Raises:
        OutputError: it cannot be noted, so nothing should be replaced.
    """
    record = Record(hashes=hashes, previous=previous, whole=whole, moment=datetime.now(UTC))
    _write(style, [*read(style), record])


def forget_last(style: str) -> None:
    """Take the latest entry back."""
    _write(style, read(style)[:-1])


def change(style: str, distribution_: str, weights: Path, digest: str) -> str:
    """Say how weights differ from what was installed; empty if they do not, as far as is known.

    Args:
        style: its name.
        distribution_: the name of what brings it.
        weights: its file.
        digest: hexadecimal SHA-256 of the file.
    """
    found = [record for record in read(style) if weights.name in record.hashes]
    if found:
        last = found[-1]
        # What was interrupted before its end left the file as it was.
        known = {last.hashes[weights.name], _digest_of(last.previous, weights.name)}
        day = last.moment.astimezone().strftime("%Y-%m-%d")
        return "" if digest in known else f"changed since they were installed on {day}"
    packaged = _packaged(distribution_).get(weights.resolve())
    return "" if packaged in (None, digest) else f"changed since {distribution_} was installed"


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of(previous: Path | None, name: str) -> str | None:
    if previous is None:
        return None
    path = previous / name if previous.is_dir() else previous
    return sha256(path) if path.is_file() else None


@cache
def _packaged(name: str) -> dict[Path, str]:
    """Return the weights files of a distribution with their SHA-256, as pip has noted them."""
    try:
        return dict(_noted_by_pip(distribution(name)))
    except (PackageNotFoundError, ValueError, OSError):
        return {}


def _noted_by_pip(found: Distribution) -> list[tuple[Path, str]]:
    return [
        (Path(str(file.locate())).resolve(), _hexadecimal(file.hash.value))
        for file in found.files or ()
        if file.suffix == ".safetensors" and file.hash and file.hash.mode == "sha256"
    ]


def _hexadecimal(unpadded: str) -> str:
    return base64.urlsafe_b64decode(unpadded + "=" * (-len(unpadded) % 4)).hex()


def _file(style: str) -> Path:
    return drop_in_folder().parent / "installed" / f"{style}.json"


def _write(style: str, records: list[Record]) -> None:
    file = _file(style)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        content = [record.model_dump(mode="json") for record in records]
        write_text(file, json.dumps(content, indent=2) + "\n", overwrite=True)
    except OSError as error:
        reason = error.strerror
        raise OutputError(
            code="installation-not-noted", folder=file.parent, reason=reason
        ) from error
