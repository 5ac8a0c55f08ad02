"""Putting trained weights into a style, so that nothing good is ever lost.

What was there before is kept as a backup in the user's data folder, and installed packages, ours
or others', are never written to: the next update would silently undo it.
"""

from __future__ import annotations

import hashlib
import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from realstyler import records
from realstyler.errors import OutputError, StyleError, UsageError
from realstyler.files import replacing
from realstyler.registry.candidates import drop_in_folder
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName, load

RUN_WEIGHTS = "weights.safetensors"
"""What a run leaves in its folder: the weights that it reached."""


@dataclass(frozen=True)
class Installed:
    """What an installation did."""

    style: str
    network: NetworkName
    weights: Path
    steps: int
    backup: Path | None
    """Where the weights from before are kept; None if there were none."""


def run_weights(run: Path) -> Path:
    """Return the weights file of a run's folder, or the file itself if that is what is named.

    Raises:
        UsageError: there is none, or the file is of another kind.
    """
    path = run / RUN_WEIGHTS if run.is_dir() else run
    if not path.is_file():
        raise UsageError(code="run-without-weights", run=run)
    if path.suffix.lower() != Path(RUN_WEIGHTS).suffix:
        raise UsageError(code="not-installable", source=run)
    return path


def install(source: Path, style: Style) -> Installed:
    """Make a weights file the weights of a style, keeping those from before.

    Args:
        source: checked completely before anything is replaced; says which network it is.
        style: whose weights they become.

    Raises:
        StyleError: the file is damaged.
        UsageError: the style is part of an installed package.
        OutputError: a folder cannot be written.
    """
    found = load(source)
    require_own(style)
    network: NetworkName = found.metadata.network
    target = style.weights_path(network)
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != found.digest:
        raise StyleError(code="weights-changed-meanwhile", source=source)
    backup = back_up(target, style.name, network)
    records.note(style.name, {target.name: found.digest}, backup, whole=False)
    with replacing(target, overwrite=True) as temporary:
        temporary.write_bytes(content)
    return Installed(style.name, network, target, found.metadata.steps, backup)


def bring_back(style: Style) -> Path | None:
    """Undo the latest installation of weights into a style.

    What is undone is kept as a backup, too.

    Returns:
        Where that is; None if the latest installation was of the whole style.

    Raises:
        UsageError: nothing was replaced, or the style is part of an installed package.
        OutputError: a folder cannot be written.
    """
    while found := records.read(style.name):
        last = found[-1]
        if last.whole:
            return None
        target = style.folder / next(iter(last.hashes))
        previous = last.previous if last.previous and last.previous.is_file() else None
        if previous is None:
            break
        network: NetworkName = "live" if target.stem == "live" else "full"
        undone = back_up(target, style.name, network)
        if undone is None or records.sha256(previous) != records.sha256(target):
            require_own(style)
            with replacing(target, overwrite=True) as temporary:
                shutil.copyfile(previous, temporary)
            records.forget_last(style.name)
            return undone or previous
        records.forget_last(style.name)  # it was interrupted before it replaced anything
    raise UsageError(code="nothing-was-replaced", style=style.name)


def require_own(style: Style) -> None:
    """Refuse to change what a package manager installed.

    Raises:
        UsageError: the style is such.
    """
    if is_packaged(style.folder):
        raise UsageError(code="style-is-packaged", style=style.name)


def is_packaged(folder: Path) -> bool:
    """Whether a folder lies where pip installs packages."""
    places = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    return any(place in folder.resolve().parents for place in places)


def backups() -> Path:
    """Return the folder of all backups, beside the user's own styles."""
    return drop_in_folder().parent / "backups"


def back_up(weights: Path, style: str, network: NetworkName) -> Path | None:
    """Copy a weights file to where it can be brought back from; None if there is none.

    Raises:
        OutputError: it cannot be kept, so nothing should be replaced.
    """
    if not weights.is_file():
        return None
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    backup = backups() / f"{style}-{network}-{digest[:12]}.safetensors"
    if backup.is_file():
        return backup
    try:
        backup.parent.mkdir(parents=True, exist_ok=True)
        with replacing(backup, overwrite=True) as temporary:
            shutil.copyfile(weights, temporary)
    except OSError as error:
        raise OutputError(
            code="backup-failed", folder=backup.parent, reason=error.strerror
        ) from error
    return backup
