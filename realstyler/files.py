"""Files that are either whole or absent: written beside their target, then renamed onto it.

A run that is interrupted removes what it began; one that is killed leaves at most a hidden
`.realstyler-*` file, and never a half-written result.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from realstyler.errors import DiskError, OutputError, UsageError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space or write elsewhere"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or write elsewhere"),
    errno.EFBIG: ("the file is too large for this disk", "write elsewhere"),
    errno.EROFS: ("the folder is read-only", "write elsewhere"),
    errno.EACCES: ("permission denied", "change the rights of the folder or write elsewhere"),
    errno.EPERM: ("permission denied", "change the rights of the folder or write elsewhere"),
    errno.ENAMETOOLONG: ("its name is too long", "choose a shorter name"),
    errno.ENOENT: ("its folder does not exist", "create the folder first"),
    errno.ENOTDIR: ("its folder does not exist", "create the folder first"),
    errno.EIO: ("the disk reports an error", "write elsewhere"),
}
_LASTING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""What the next file would meet as well."""
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
    try:
        with _explained(target, temporary, destination):
            # Made here, not by tempfile, whose 0600 would outlive the rename.
            temporary.touch(exist_ok=False)
            yield temporary
            _synchronize(temporary)
            _publish(temporary, destination, overwrite)
    finally:
        # A folder that turned read-only refuses this too; the first error is the one to tell.
        with suppress(OSError):
            temporary.unlink()


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
        with _explained(f"into {folder}", probe):
            probe.write_bytes(_PROBE)
            _synchronize(probe)
    finally:
        with suppress(OSError):
            probe.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing.

    Raises UsageError where a file is in the way, OutputError where the system refuses.
    """
    with _explained(f"into {folder}", folder, *folder.parents):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise UsageError(code="folder-is-file", path=folder) from error


def _refuse_unfit(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise UsageError(f"cannot write {target}: it is a folder", "name a file inside it")
    if target.exists() and not target.is_file():
        # Renaming onto /dev/null as root would replace the device itself.
        raise UsageError(f"cannot write {target}: it is not a regular file", "name a file")
    if not overwrite and os.path.lexists(target):
        raise _exists(target)
    if not target.parent.is_dir():
        reason, remedy = _REASONS[errno.ENOENT]
        raise UsageError(f"cannot write {target}: {reason}", remedy)


def _synchronize(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(temporary: Path, destination: Path, overwrite: bool) -> None:
    if not overwrite:
        _publish_new(temporary, destination)
        return
    if destination.exists():
        shutil.copymode(destination, temporary)
    temporary.replace(destination)


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
        temporary.replace(destination)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise


def _exists(target: Path) -> UsageError:
    return UsageError(f"{target} already exists", "choose another name or overwrite with --force")


@contextmanager
def _explained(target: Path | str, *own: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # The block may fail at files of its own: those errors are not about the target.
        ours = error.filename is None or str(error.filename) in map(str, own)
        if not ours or error.errno is None:
            raise
        reason, remedy = _REASONS.get(error.errno, (error.strerror, "write elsewhere"))
        kind = DiskError if error.errno in _LASTING else OutputError
        raise kind(f"cannot write {target}: {reason}", remedy) from error
