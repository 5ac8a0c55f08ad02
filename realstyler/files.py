"""Files that are either whole or absent: written beside their target, then renamed onto it.

A run that is interrupted removes what it began; one that is killed leaves at most a hidden
`.realstyler-*` file, which the next run in that folder removes, and never a half-written result.
"""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from realstyler.errors import DiskError, OutputError, UsageError

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]

_REASONS: dict[int, dict[str, str]] = {
    errno.ENOSPC: {"code": "disk-full"},
    errno.EDQUOT: {"code": "disk-quota-used-up"},
    errno.EFBIG: {"code": "file-too-large-for-disk"},
    errno.EROFS: {"code": "folder-read-only"},
    errno.EACCES: {"code": "writing-forbidden"},
    errno.EPERM: {"code": "writing-forbidden"},
    errno.ENAMETOOLONG: {"code": "file-name-too-long"},
    errno.ENOENT: {"code": "folder-missing"},
    errno.ENOTDIR: {"code": "folder-missing"},
    errno.EIO: {"code": "disk-error"},
}
"""What the system's error numbers mean to whoever wanted to write."""

_LASTING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""What the next file would meet as well."""
_IN_USE = (5, 32, 33)
"""Error numbers of Windows for a file that another program has opened."""
_TRIES, _PAUSE = 20, 0.05
"""How often such a file is tried, and seconds in between: virus scanners are quick."""
_LEFTOVER = re.compile(r"\.realstyler-[0-9a-f]{16}(\.\w+)?")
_swept: set[Path] = set()
"""Folders in which leftovers were looked for."""

_PROBE = bytes(4096)
"""A block: less may fit where nothing else does."""


@contextmanager
def replacing(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield the path of an empty hidden file beside `target` that becomes `target` at the end.

    The file appears under its name only when the block ends without an exception, and then
    whole and on the disk; otherwise it is removed. Without `overwrite` an existing target is
    never touched, not even one that appears while the block runs. The result gets the rights of
    the file it replaces, or those of any new file; a symbolic link is followed.

    Raises UsageError where `target` cannot be a new file (it exists, is a folder or a device, or
    its folder is missing), OutputError where the system refuses (full disk, read-only folder).
    """
    with _explained(target, target, target.parent):
        _refuse_unfit(target, overwrite)
        # Resolved at once, so that a symbolic link stays one and a change of folder does no harm.
        destination = target.resolve()
        temporary = destination.parent / f".realstyler-{secrets.token_hex(8)}{target.suffix}"
        _sweep(destination.parent)
    try:
        with _explained(target, temporary, destination), _claimed(temporary):
            yield temporary
            _synchronize(temporary)
            _publish(temporary, destination, overwrite)
    finally:
        # A folder that turned read-only refuses this too; the first error is the one to tell.
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def _claimed(temporary: Path) -> Iterator[None]:
    """Make an empty file, and hold a lock that tells others that it is in use."""
    # Made here, not by tempfile, whose 0600 would outlive the rename.
    number = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
    try:
        lock(number)
        yield
    finally:
        os.close(number)


def lock(number: int) -> bool | None:
    """Take the lock of an open file; false where another has it, None where there are none."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _sweep(folder: Path) -> None:
    """Remove what killed runs left in a folder: hidden files of ours that nobody holds."""
    if folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError):
        for entry in os.scandir(folder):
            ours = _LEFTOVER.fullmatch(entry.name) and not entry.is_symlink()
            if ours and (entry.is_file() or entry.is_dir()):
                _remove_unheld(Path(entry.path))


def _remove_unheld(path: Path) -> None:
    with suppress(OSError):
        folder = path.is_dir()
        number = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
        try:
            if lock(number):
                shutil.rmtree(path) if folder else path.unlink()
        finally:
            os.close(number)


@contextmanager
def hidden_folder(parent: Path) -> Iterator[Path]:
    """Yield a new hidden folder in another one; it is removed at the end, with what it holds.

    Raises OutputError where the system refuses.
    """
    hidden = parent.resolve() / f".realstyler-{secrets.token_hex(8)}"
    with _explained(parent, hidden):
        _sweep(parent.resolve())
        hidden.mkdir()
    number = os.open(hidden, os.O_RDONLY) if fcntl is not None else None
    try:
        if number is not None:
            lock(number)
        yield hidden
    finally:
        if number is not None:
            os.close(number)
        shutil.rmtree(hidden, ignore_errors=True)


def move(path: Path, target: Path, *, overwrite: bool) -> None:
    """Rename a finished file onto its target; errors as in `replacing`."""
    with _explained(target, path, target):
        _refuse_unfit(target, overwrite)
        _synchronize(path)
        _publish(path, target.resolve(), overwrite)
        path.unlink(missing_ok=True)


def write_bytes(target: Path, data: bytes, *, overwrite: bool) -> None:
    """Write `data` to `target` whole or not at all; errors as in `replacing`."""
    with replacing(target, overwrite=overwrite) as temporary:
        temporary.write_bytes(data)


def write_text(target: Path, text: str, *, overwrite: bool) -> None:
    """Write `text` to `target` as UTF-8, whole or not at all; errors as in `replacing`."""
    write_bytes(target, text.encode(), overwrite=overwrite)


def exists(target: Path) -> bool:
    """Whether something has the name of `target`, be it a link to nothing; errors as below."""
    with _explained(target, target):
        try:
            target.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
    return True


def refusal(target: Path | str, number: int | None) -> OutputError | None:
    """Return the error that tells why the system refuses, by its number; ``None`` if unknown."""
    if number not in _REASONS:
        return None
    kind = DiskError if number in _LASTING else OutputError
    return kind(target=target, **_REASONS[number])


def nearest_folder(target: Path) -> Path:
    """Return the folder of `target`, or the nearest one above it that exists.

    Raises UsageError where that is no folder, OutputError where a name on the way is impossible.
    """
    for parent in target.parents:
        if exists(parent):
            if not parent.is_dir():
                raise UsageError(code="folder-is-file", path=parent)
            return parent
    return Path(target.anchor or ".")


def require_writable(folder: Path) -> None:
    """Find out before a long computation whether files can be made in a folder.

    Raises OutputError where the system refuses: a read-only or full disk, missing rights.
    """
    probe = folder / f".realstyler-{secrets.token_hex(8)}"
    try:
        with _explained(folder, probe):
            probe.write_bytes(_PROBE)
            _synchronize(probe)
    finally:
        with suppress(OSError):
            probe.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing.

    Raises UsageError where a file is in the way, OutputError where the system refuses.
    """
    with _explained(folder, folder, *folder.parents):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise UsageError(code="folder-is-file", path=folder) from error


def _refuse_unfit(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise UsageError(code="target-is-folder", target=target)
    if target.exists() and not target.is_file():
        # Renaming onto /dev/null as root would replace the device itself.
        raise UsageError(code="target-is-no-file", target=target)
    if not overwrite and os.path.lexists(target):
        raise _exists(target)
    if not target.parent.is_dir():
        raise UsageError(code="folder-missing", target=target)


def _synchronize(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(temporary: Path, destination: Path, overwrite: bool) -> None:
    if not overwrite:
        _publish_new(temporary, destination)
        return
    if destination.exists():
        shutil.copymode(destination, temporary)
    _replace(temporary, destination)


def _replace(temporary: Path, destination: Path) -> None:
    """Rename onto a file that, on Windows, may be open in another program for a moment."""
    for rest in reversed(range(_TRIES)):
        try:
            temporary.replace(destination)
        except PermissionError as error:
            if not rest or getattr(error, "winerror", None) not in _IN_USE:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _publish_new(temporary: Path, destination: Path) -> None:
    try:
        os.link(temporary, destination)
    except FileExistsError as error:
        raise _exists(destination) from error
    except OSError:
        _claim_and_replace(temporary, destination)


def _claim_and_replace(temporary: Path, destination: Path) -> None:
    """Publish where there are no hard links (FAT, some network disks): the name is taken first."""
    try:
        destination.touch(exist_ok=False)
    except FileExistsError as error:
        raise _exists(destination) from error
    try:
        _replace(temporary, destination)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise


def _exists(target: Path) -> UsageError:
    return UsageError(code="target-exists", target=target)


@contextmanager
def _explained(target: Path | str, *own: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # The block may fail at files of its own: those errors are not about the target.
        ours = error.filename is None or str(error.filename) in map(str, own)
        if not ours or error.errno is None:
            raise
        if getattr(error, "winerror", None) in _IN_USE and not isinstance(target, str):
            raise OutputError(code="file-in-use", path=target) from error
        other = OutputError(code="writing-failed", target=target, reason=error.strerror)
        raise refusal(target, error.errno) or other from error
