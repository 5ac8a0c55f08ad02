"""A style as one file that runs no code: ``NAME.realstyle``.

The file is a zip of the style's description (``style.json``), its picture, its weights, its licence
and the SHA-256 of each. Members are stored as they are: a file cannot unpack to more than its size.
Whoever gets one gets data only, and everything in it is checked before a style is there.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from realstyler.errors import InputError, OutputError, RealstylerError, UsageError
from realstyler.files import replacing
from realstyler.installation import backups
from realstyler.registry import Registry, Style
from realstyler.registry.candidates import drop_in_folder
from realstyler.registry.described import DESCRIPTION, describe_style, read_description
from realstyler.scaffold import style_picture

SUFFIX = ".realstyle"
LARGEST = 100 * 10**6
"""Bytes of a style file."""

HASHES = "hashes.json"
LICENSE = "LICENSE"
_MEMBER = re.compile(
    r"style\.(json|jpg|jpeg|png|webp)|(full|live)\.safetensors|LICENSE|hashes\.json"
)
_MADE = (1980, 1, 1, 0, 0, 0)  # a fixed time, so that the same style is the same file


@dataclass(frozen=True)
class Added:
    """A style that was put among the user's."""

    style: Style
    previous: Path | None
    """Where the style of that name from before is kept; None if there was none."""


def write(
    style: Style, target: Path, *, overwrite: bool = False, license_file: Path | None = None
) -> Path:
    """Write a style to one file, the same bytes for the same style.

    Args:
        style: what is written, with all of its networks.
        target: the file.
        overwrite: whether a file that is there may be replaced.
        license_file: the text of the licence; default the one in the style's folder.

    Raises:
        InputError: the style has no weights, or its picture cannot be shared.
        UsageError: the file is there already.
        OutputError: it cannot be written.
    """
    members = _members(style, license_file or style.folder / LICENSE)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    members[HASHES] = (json.dumps(hashes, indent=2, sort_keys=True) + "\n").encode()
    with (
        replacing(target, overwrite=overwrite) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name, content in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name, _MADE), content)
    return target


def install(source: Path, known: Registry, *, replace: bool = False) -> Added:
    """Put the style of a file among the user's styles, after all of it has been checked.

    Args:
        source: the file; it is data from anywhere.
        known: the styles that are there.
        replace: let it take the place of a style of the user's; the one before is kept.

    Raises:
        InputError: it is no style file, or something in it is not as it should be.
        UsageError: a style of this name is there.
        OutputError: the user's styles cannot be written.
    """
    with _unpacked(source) as folder:
        style = _checked(source, folder)
        _refuse_taken(style.name, known, replace)
        place = drop_in_folder() / style.name
        try:
            previous = _put(folder, place)
        except OSError as error:
            what = f"cannot add {style.name} to {place.parent}: {error.strerror}"
            raise OutputError(what, "Remove what is in the way") from error
    return Added(read_description(place), previous)


def is_style_file(path: Path) -> bool:
    """Whether a file is called what style files are called."""
    return path.suffix.lower() == SUFFIX


def _members(style: Style, license_file: Path) -> dict[str, bytes]:
    if not style.trained:
        raise InputError(f"{style.name} is not trained", f"Train it: realstyler train {style.name}")
    style_picture(style.picture_path)  # refuses what is no picture to learn from
    members = {DESCRIPTION: describe_style(style).encode()}
    members[f"style{style.picture_path.suffix.lower()}"] = style.picture_path.read_bytes()
    for network in style.networks:
        style.load_weights(network)
        members[style.weights_path(network).name] = style.weights_path(network).read_bytes()
    if license_file.is_file():
        members[LICENSE] = license_file.read_bytes()
    return members


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    """Unpack a style file beside the user's styles, where no search looks; nothing stays behind."""
    styles = drop_in_folder()
    try:
        styles.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".incoming-", dir=styles))
    except OSError as error:
        what = f"cannot add styles to {styles}: {error.strerror}"
        raise OutputError(what, "Make the folder writable") from error
    try:
        folder = scratch / "style"
        folder.mkdir()
        for name, content in _read(source).items():
            (folder / name).write_bytes(content)
        yield folder
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read(source: Path) -> dict[str, bytes]:
    """Read the members of a style file, all of them known and as they were when it was made."""
    try:
        if source.stat().st_size > LARGEST:
            raise _refused(source, code="style-file-too-large", megabytes=str(LARGEST // 10**6))
        with zipfile.ZipFile(source) as archive:
            for one in archive.infolist():
                _check_member(source, one)
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise _refused(source, code="style-file-doubled")
            members = {name: archive.read(name) for name in names}
    except OSError as error:
        raise InputError(f"{source}: {error.strerror or error}", "Name another file") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _refused(source, code="style-file-damaged") from error
    _check_hashes(source, members)
    return members


def _check_member(source: Path, member: zipfile.ZipInfo) -> None:
    if not _MEMBER.fullmatch(member.orig_filename):
        raise _refused(source, code="style-file-foreign", member=member.orig_filename[:60])
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _refused(source, code="style-file-link", member=member.filename)
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise _refused(source, code="style-file-compressed", member=member.filename)


def _check_hashes(source: Path, members: dict[str, bytes]) -> None:
    try:
        expected = json.loads(members.pop(HASHES, b"null"))
    except (ValueError, RecursionError):
        expected = None
    found = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    if expected != found:
        raise _refused(source, code="style-file-changed")


def _checked(source: Path, folder: Path) -> Style:
    """Check all that a plugin's parts are checked for: description, picture, weights."""
    try:
        style = read_description(folder)
    except (OSError, ValueError) as error:
        reason = _first_line(error)
        raise _refused(source, code="style-file-describes-none", reason=reason) from error
    try:
        style_picture(style.picture_path)
        for network in style.networks:
            style.load_weights(network)
    except RealstylerError as error:
        reason = error.what.replace(f"{folder}/", "")
        raise _refused(source, code="style-file-part-unusable", reason=reason) from error
    if not style.trained:
        raise _refused(source, code="style-file-without-weights")
    return style


def _first_line(error: Exception) -> str:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error).splitlines()[0]


def _refuse_taken(name: str, known: Registry, replace: bool) -> None:
    style = known.styles.get(name)
    place = drop_in_folder() / name
    if style is not None and style.folder != place:
        origin = known.origin(style).distribution
        raise UsageError(code="style-name-taken", style=name, origin=origin)
    if place.exists() and not replace:
        raise UsageError(code="style-name-yours", style=name)


def _put(folder: Path, place: Path) -> Path | None:
    """Move a style to its place, and the one that is there to the backups; return where that is."""
    if not place.exists() and not place.is_symlink():
        folder.rename(place)
        return None
    backups().mkdir(parents=True, exist_ok=True)
    previous = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=backups())) / place.name
    place.rename(previous)
    try:
        folder.rename(place)
    except OSError:
        previous.rename(place)
        raise
    return previous


def _refused(source: Path, *, code: str, **parameters: str) -> InputError:
    return InputError(code=code, file=source.name, **parameters)
