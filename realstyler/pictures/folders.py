"""Folders of pictures: what is in them, and what else there is."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from realstyler.pictures import raw
from realstyler.pictures.formats import READABLE

_JPEG_NAMES = (".jpg", ".JPG", ".jpeg", ".JPEG")


class LeftOut(NamedTuple):
    """Something in a folder that is no picture to read, and why."""

    path: Path
    reason: str


class Found(NamedTuple):
    """A picture file, and where its result goes inside the output folder."""

    path: Path
    relative: Path


def find_pictures(
    paths: Iterable[Path],
    recursive: bool = True,
    suffixes: Collection[str] = READABLE,
    left_out: list[LeftOut] | None = None,
) -> Iterator[Found]:
    """The picture files in folders, sorted, hidden ones left out; other paths as they are.

    A path that is not a folder is passed on unseen, so that `read` can say what is wrong with it.
    `suffixes`, in lower case, may name other kinds of files too. Whatever else a folder holds and
    is not hidden is added to `left_out`.
    """
    for path in paths:
        if path.is_dir():
            rest = [] if left_out is None else left_out
            yield from _pictures_in(path, recursive, suffixes, rest)
        else:
            yield Found(path, Path(path.name))


def _pictures_in(
    folder: Path, recursive: bool, suffixes: Collection[str], left_out: list[LeftOut]
) -> Iterator[Found]:
    def note(error: OSError) -> None:
        reason = error.strerror or "unreadable"
        left_out.append(LeftOut(Path(error.filename), reason.lower()))

    for parent, subfolders, names in os.walk(folder, onerror=note):
        subfolders[:] = sorted(name for name in subfolders if recursive and name[0] != ".")
        links = [Path(parent, name) for name in subfolders if Path(parent, name).is_symlink()]
        left_out += [LeftOut(link, "a link to a folder") for link in links]
        shown = {name for name in names if name[0] != "."}
        for path in (Path(parent, name) for name in sorted(shown)):
            reason = _unfit(path, suffixes) or _twin(path, shown)
            if reason:
                left_out.append(LeftOut(path, reason))
            else:
                yield Found(path, path.relative_to(folder))


def _twin(path: Path, names: Collection[str]) -> str:
    """Why a RAW file is not taken: cameras write the same photograph as JPEG beside it."""
    if path.suffix.lower() not in raw.SUFFIXES:
        return ""
    jpeg = next((n for n in _JPEG_NAMES if path.stem + n in names), None)
    return f"{path.stem}{jpeg} is the same photograph" if jpeg else ""


def _unfit(path: Path, suffixes: Collection[str]) -> str:
    """Why a file in a folder is not taken for a picture; empty if it is."""
    if path.suffix.lower() not in suffixes:
        return "not a picture"
    # Opening a pipe would wait for a writer, for ever.
    return "not a regular file" if path.exists() and not path.is_file() else ""
