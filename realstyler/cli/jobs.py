"""Which pictures are painted, and where each result goes."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from realstyler.errors import OutputError, UsageError

STANDARD = "-"
"""Standard input or output."""


@dataclass(frozen=True)
class Job:
    """One picture to stylize; None stands for standard input or output."""

    source: Path | None
    target: Path | None

    @property
    def name(self) -> str:
        """What errors call the input."""
        return str(self.source) if self.source else "standard input"


def plan(inputs: list[str], out: str) -> list[Job]:
    """Decide where the result of every input goes.

    One picture goes to the file ``out``, or into it if that is a folder; several go into a folder,
    with the shape of the input folder kept. Where two would have one name the second gets another.

    Raises:
        UsageError: nothing to do, or a picture is named where a folder is needed.
        OutputError: the folder cannot be written to.
    """
    from realstyler.pictures import find_pictures

    if STANDARD in inputs or out == STANDARD:
        return [_standard_job(inputs, out)]
    paths = [Path(name) for name in inputs]
    folder = Path(out)
    found = [one for one in find_pictures(paths) if not _is_result(one.path, folder, paths)]
    if not found:
        raise UsageError(f"{inputs[0]}: holds no pictures", "Name a picture or another folder")
    if len(paths) == 1 and not paths[0].is_dir() and not _means_folder(out):
        return [Job(paths[0], folder)]
    _require_folder(folder)
    taken: set[Path] = set()
    jobs = []
    for picture in found:
        target = _free(folder / _writable(picture.relative), taken)
        taken.add(target)
        jobs.append(Job(picture.path, target))
    _keep_originals(jobs)
    return jobs


def left_out(inputs: list[str], jobs: Sequence[Job]) -> list[Path]:
    """List the files of the input folders that will not be painted, hidden ones apart."""
    painted = {job.source for job in jobs} | {job.target for job in jobs}
    found = []
    for folder in (Path(name) for name in inputs if name != STANDARD and Path(name).is_dir()):
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.is_file() and not hidden and path not in painted:
                found.append(path)
    return [path for path in found if path.suffix.lower() not in _readable()]


def _readable() -> frozenset[str]:
    from realstyler.pictures import READABLE

    return READABLE


def _require_folder(folder: Path) -> None:
    """Find out before anything is painted that results could not go there.

    Raises:
        UsageError: the name is that of a picture, or of a file that exists.
        OutputError: nothing can be written there.
    """
    from realstyler.pictures import WRITABLE

    if folder.is_file() or (folder.suffix.lower() in WRITABLE and not folder.is_dir()):
        raise UsageError(
            f"{folder} is no folder, and several pictures need one", "Name a folder with -o"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"Cannot write to {folder}: {error.strerror or error}", "Name another folder with -o"
        ) from error


def _free(target: Path, taken: Collection[Path]) -> Path:
    """Return the target or, where another result has that name, ``name-2`` and so on."""
    names = (target.with_stem(f"{target.stem}-{n}") for n in itertools.count(2))
    return target if target not in taken else next(name for name in names if name not in taken)


def _is_result(path: Path, folder: Path, inputs: Sequence[Path]) -> bool:
    """Whether a picture of an input folder lies in the output folder inside it: painted before."""
    output = folder.resolve()
    if path in inputs or any(output == one.resolve() for one in inputs):
        return False
    return output in path.resolve().parents and any(
        one.resolve() in output.parents for one in inputs
    )


def _keep_originals(jobs: Sequence[Job]) -> None:
    """Refuse to write into folders where results would replace the pictures they come from."""
    originals = {job.source.resolve() for job in jobs if job.source}
    replaced = [job.target for job in jobs if job.target and job.target.resolve() in originals]
    if replaced:
        raise UsageError(
            f"{replaced[0]} is an original and would be overwritten",
            "Name another folder, or the picture itself as the output",
        )


def _standard_job(inputs: list[str], out: str) -> Job:
    if len(inputs) > 1 or (inputs != [STANDARD] and Path(inputs[0]).is_dir()):
        raise UsageError("- stands for one picture", "Give one input and one output")
    source = None if inputs == [STANDARD] else Path(inputs[0])
    return Job(source, None if out == STANDARD else Path(out))


def _means_folder(out: str) -> bool:
    return out.endswith("/") or Path(out).is_dir()


def _writable(relative: Path) -> Path:
    """Keep the name of a result, or give it .png where the input's format cannot be written."""
    from realstyler.pictures import WRITABLE

    return relative if relative.suffix.lower() in WRITABLE else relative.with_suffix(".png")
