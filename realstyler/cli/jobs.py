"""Which pictures a command paints, and where each result goes, settled before any is painted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from realstyler import files
from realstyler.cli.names import Naming, free, on_any_disk
from realstyler.errors import UsageError

if TYPE_CHECKING:
    from realstyler.pictures import Found, LeftOut

STANDARD = "-"
"""Standard input or output."""


@dataclass(frozen=True)
class Job:
    """One picture to stylize; None stands for standard input or output."""

    source: Path | None
    target: Path | None
    style: str = ""
    renamed: bool = False
    """Whether another input takes the name that the result would have had."""

    @property
    def name(self) -> str:
        """Name of the input in errors."""
        return str(self.source) if self.source else "standard input"


@dataclass(frozen=True)
class Plan:
    """What to paint, and what else the input folders contain."""

    jobs: list[Job]
    left_out: list[LeftOut] = field(default_factory=list)


def plan(inputs: list[str], out: str, naming: Naming) -> Plan:
    """Decide where the result of every input goes, in every style.

    One picture goes to the file ``out``, or into it if that is a folder; several go into a folder,
    with the shape of the input folder kept. Where two results would have one name, one of them
    gets a number.

    Raises:
        UsageError: nothing to do, a picture's name for several results, a name of another format
            than asked for, or an original as a target.
    """
    from realstyler.pictures import find_pictures

    if STANDARD in inputs or out == STANDARD:
        job = _standard_job(inputs, out, naming)
        _refuse_other_format(job.target, naming.suffix)
        return Plan([job])
    paths, folder = [Path(name) for name in inputs], Path(out)
    left_out: list[LeftOut] = []
    found = [
        one
        for one in _once(find_pictures(paths, left_out=left_out))
        if not is_result(one.path, folder, paths)
    ]
    if not found:
        raise _nothing(inputs[0], left_out)
    alone = len(paths) == 1 and not paths[0].is_dir() and len(naming.styles) == 1
    if alone and not _means_folder(out):
        _refuse_pattern(naming, out)
        _refuse_other_format(folder, naming.suffix)
        return Plan([Job(paths[0], folder, naming.styles[0])])
    _refuse_name_of_a_picture(out)
    files.nearest_folder(folder / "any")  # a file in its place is told once, not for each picture
    jobs = list(named_apart(found, folder, naming))
    _keep_originals(jobs)
    return Plan(jobs, [one for one in left_out if not is_result(one.path, folder, paths)])


def named(inputs: list[str]) -> Plan:
    """Find the pictures of a command that writes one file for all, without targets.

    Raises:
        UsageError: there are none.
    """
    from realstyler.pictures import find_pictures

    if inputs == [STANDARD]:
        return Plan([Job(None, None)])
    if STANDARD in inputs:
        raise UsageError(code="standard-among-others")
    left_out: list[LeftOut] = []
    found = list(_once(find_pictures(map(Path, inputs), left_out=left_out)))
    if not found:
        raise _nothing(inputs[0], left_out)
    return Plan([Job(one.path, None) for one in found], left_out)


def _nothing(place: str, left_out: Sequence[LeftOut]) -> UsageError:
    """Say that a folder holds no pictures, and what it holds instead."""
    if not left_out:
        return UsageError(code="no-pictures-in", place=place)
    first = {"place": place, "first": left_out[0].path.name, "reason": left_out[0].reason}
    if len(left_out) == 1:
        return UsageError(code="only-others-in", **first)
    return UsageError(code="only-many-others-in", **first, more=len(left_out) - 1)


def _once(found: Iterator[Found]) -> Iterator[Found]:
    """Leave out a file that was found before: inputs may overlap."""
    seen: set[str] = set()
    for one in found:
        path = os.path.abspath(one.path)  # noqa: PTH100 - resolve() would follow links
        if path not in seen:
            seen.add(path)
            yield one


def named_apart(found: Sequence[Found], folder: Path, naming: Naming) -> Iterator[Job]:
    """Give every result a name of its own; one that keeps its format keeps its name."""
    wanted = [(one, style) for one in found for style in naming.styles]
    natural = [naming.of(one.relative, style) for one, style in wanted]
    kept_first = sorted(
        range(len(wanted)), key=lambda i: natural[i].suffix != wanted[i][0].relative.suffix
    )
    owners: dict[str, int] = {}
    for index in kept_first:
        owners.setdefault(on_any_disk(natural[index]), index)
    taken = set(owners)
    for index, name in enumerate(natural):
        owned = owners[on_any_disk(name)] == index
        chosen = name if owned else free(name, taken)
        taken.add(on_any_disk(chosen))
        one, style = wanted[index]
        yield Job(one.path, folder / chosen, style, renamed=not owned)


def is_result(path: Path, folder: Path, inputs: Sequence[Path]) -> bool:
    """Whether a file of an input folder lies in the output folder inside it: painted before."""
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
        raise UsageError(code="original-in-the-way", target=replaced[0])


def _refuse_other_format(target: Path | None, suffix: str | None) -> None:
    """Refuse a result's name that says another format than the one asked for."""
    from realstyler.pictures import WRITABLE, format_of

    if target and suffix and format_of(target) != WRITABLE[suffix]:
        about = {"option": "--format", "format": suffix[1:], "target": target}
        raise UsageError(code="format-contradicts-name", **about)


def _refuse_name_of_a_picture(out: str) -> None:
    """Refuse to make a folder with the name of a picture, unless it is named as a folder."""
    from realstyler.pictures import READABLE

    if Path(out).suffix.lower() in READABLE and not _means_folder(out):
        raise UsageError(code="several-into-one-picture", target=out)


def _refuse_pattern(naming: Naming, out: str) -> None:
    if naming.pattern is not None:
        raise UsageError(code="pattern-for-one-file", option="--name", target=out)


def _standard_job(inputs: list[str], out: str, naming: Naming) -> Job:
    if len(inputs) > 1 or (inputs != [STANDARD] and Path(inputs[0]).is_dir()):
        raise UsageError(code="standard-for-several")
    if len(naming.styles) > 1:
        raise UsageError(code="standard-in-styles")
    _refuse_pattern(naming, out)
    source = None if inputs == [STANDARD] else Path(inputs[0])
    return Job(source, None if out == STANDARD else Path(out), naming.styles[0])


def _means_folder(out: str) -> bool:
    return out.endswith("/") or Path(out).is_dir()
