"""A style as one file that runs no code: ``NAME.realstyle``.

The file is a zip of the style's description (``style.json``), its picture, its weights, its
licence, a photograph painted in it, and the SHA-256 of each. Members are stored as they are: a file
cannot unpack to more than its size. Whoever gets one gets data only, and everything in it is
checked before a style is there.
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

import numpy as np
from PIL import Image

from realstyler import pictures, records
from realstyler.errors import InputError, OutputError, RealstylerError, UsageError
from realstyler.files import replacing
from realstyler.installation import backups, bring_back
from realstyler.photographs import Photographs
from realstyler.pictures import Picture
from realstyler.registry import Registry, Style, find_style
from realstyler.registry.candidates import drop_in_folder
from realstyler.registry.described import DESCRIPTION, describe_style, read_description
from realstyler.scaffold import style_picture

SUFFIX = ".realstyle"
LARGEST = 100 * 10**6
"""Bytes of a style file."""

HASHES = "hashes.json"
LICENSE = "LICENSE"
PREVIEW = "preview.jpg"
PREVIEW_SIDE = 384
"""Longer side in pixels of the photograph that shows the style."""
_MEMBER = re.compile(
    r"style\.(json|jpg|jpeg|png|webp)|(full|live)\.safetensors|preview\.jpg|LICENSE|hashes\.json"
)
_MADE = (1980, 1, 1, 0, 0, 0)  # a fixed time, so that the same style is the same file


@dataclass(frozen=True)
class Offered:
    """What a style file holds, for somebody who has not decided yet."""

    name: str
    title: str
    description: str
    author: str
    license: str
    picture: Picture
    preview: Picture | None
    """A photograph painted in the style; files without one are files, too."""


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
        previous = _put(folder, drop_in_folder() / style.name)
    return Added(read_description(drop_in_folder() / style.name), previous)


def undo(name: str) -> Path:
    """Bring back what the latest installation into a style replaced, weights or the whole style.

    Returns:
        Where what was undone is kept.

    Raises:
        UsageError: nothing was replaced, or the style belongs to an installed package.
        OutputError: a folder cannot be written.
    """
    found = records.read(name)
    if not found or not found[-1].whole:
        undone = bring_back(find_style(name))
        if undone is not None:
            return undone
    return _undo_whole(name)


def _undo_whole(name: str) -> Path:
    place, last = drop_in_folder() / name, records.read(name)[-1]
    previous = last.previous
    if previous is None or not previous.is_dir():
        raise UsageError(code="style-was-new", style=name, folder=place)
    try:
        undone = _set_aside(place)
        previous.rename(place)
    except OSError as error:
        raise _not_added(place, error) from error
    records.forget_last(name)
    return undone or previous


def look(source: Path) -> Offered:
    """Say what a style file holds, after all of it has been checked; nothing is added.

    Raises:
        InputError: it is no style file, or something in it is not as it should be.
        OutputError: there is no room to unpack it.
    """
    with _unpacked(source) as folder:
        style = _checked(source, folder)
        preview = folder / PREVIEW
        return Offered(
            style.name,
            style.title,
            style.description,
            style.author,
            style.license,
            pictures.read(style.picture_path),
            pictures.read(preview) if preview.is_file() else None,
        )


def is_style_file(path: Path) -> bool:
    """Whether a file is called what style files are called."""
    return path.suffix.lower() == SUFFIX


def _members(style: Style, license_file: Path) -> dict[str, bytes]:
    if not style.trained:
        raise InputError(code="style-not-trained", style=style.name)
    style_picture(style.picture_path)  # refuses what is no picture to learn from
    members = {DESCRIPTION: describe_style(style).encode()}
    members[f"style{style.picture_path.suffix.lower()}"] = style.picture_path.read_bytes()
    for network in style.networks:
        style.load_weights(network)
        members[style.weights_path(network).name] = style.weights_path(network).read_bytes()
    if license_file.is_file():
        members[LICENSE] = license_file.read_bytes()
    members[PREVIEW] = _painted(style)
    return members


def _painted(style: Style) -> bytes:
    """Paint one of the photographs that come with the program, as JPEG."""
    from realstyler.engine import Stylizer

    shipped = Photographs.find(Path(__file__).parent / "training" / "photographs.zip")
    name = shipped.names[0]
    photograph = Image.fromarray(pictures.read(shipped.read(name), name=name).pixels)
    photograph.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    painted = Stylizer(style, network=style.networks[0]).stylize(np.asarray(photograph))
    return pictures.encode(pictures.Picture(painted), "JPEG", quality=85, metadata="none")


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    """Unpack a style file beside the user's styles, where no search looks; nothing stays behind."""
    styles = drop_in_folder()
    try:
        styles.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".incoming-", dir=styles))
    except OSError as error:
        raise OutputError(
            code="styles-folder-unwritable", folder=styles, reason=error.strerror
        ) from error
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
        raise InputError(
            code="style-file-unopened", file=source, reason=error.strerror or error
        ) from error
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
        if (folder / PREVIEW).is_file():
            style_picture(folder / PREVIEW)
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
    hashes = {path.name: records.sha256(path) for path in folder.glob("*.safetensors")}
    try:
        previous = _room(place)
        records.note(place.name, hashes, previous, whole=True)
        try:
            if previous is not None:
                place.rename(previous)
            folder.rename(place)
        except OSError:
            if previous is not None and previous.exists():
                previous.rename(place)
            records.forget_last(place.name)
            raise
    except OSError as error:
        raise _not_added(place, error) from error
    return previous


def _room(place: Path) -> Path | None:
    """Return where among the backups a style can go; None if there is none at the place."""
    if not place.exists() and not place.is_symlink():
        return None
    backups().mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=backups())) / place.name


def _set_aside(place: Path) -> Path | None:
    """Move a style to the backups; return where it is then."""
    kept = _room(place)
    return place.rename(kept) if kept else None


def _not_added(place: Path, error: OSError) -> OutputError:
    return OutputError(
        code="style-not-added", style=place.name, folder=place.parent, reason=error.strerror
    )


def _refused(source: Path, *, code: str, **parameters: str) -> InputError:
    return InputError(code=code, file=source.name, **parameters)
