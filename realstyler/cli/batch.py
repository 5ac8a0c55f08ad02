"""Painting many pictures: what was done, what failed, what was left, told whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from realstyler import files
from realstyler.cli.console import note, track
from realstyler.cli.jobs import Job, Plan
from realstyler.errors import Cancelled, DiskError, InputError, RealstylerError, UsageError

Existing = Literal["refuse", "overwrite", "skip"]
"""What becomes of a result that is there already."""

NAMED = 10
"""Files that a line on the terminal names; --json names all."""


@dataclass
class Outcome:
    """How far a batch is."""

    total: int
    done: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    interrupted: bool = False

    def document(self) -> dict[str, Any]:
        """Return what --json prints."""
        return {
            "done": self.done,
            "failed": self.failed,
            "skipped": self.skipped,
            "waiting": self.waiting,
            "interrupted": self.interrupted,
        }

    def fail(self, name: str, error: RealstylerError) -> None:
        """Note an input that failed, for the end and at once."""
        self.failed.append({"input": name, "error": str(error)})
        note(f"realstyler: {error}")

    def summary(self, existing: int) -> str:
        """Return the last line of a batch in which not everything was painted."""
        counts = [
            (len(self.failed), "failed"),
            (existing, "there already"),
            (len(self.waiting), "not tried"),
        ]
        parts = [f"{len(self.done)} of {self.total} pictures done"]
        return ", ".join([*parts, *(f"{number} {what}" for number, what in counts if number)])


def run(
    plan: Plan, paint: Callable[[Job], dict[str, Any]], existing: Existing, label: str, alone: bool
) -> Outcome:
    """Paint what is planned; one failure does not stop the others, but a full disk does.

    Args:
        plan: the jobs, and the files beside them that are named.
        paint: does one job, and returns what to tell about it.
        existing: what becomes of results that are there already.
        label: stands before the bar.
        alone: errors and Ctrl-C are raised, as there is nothing else to tell.
    """
    skipped = [{"input": str(one.path), "reason": one.reason} for one in plan.left_out]
    outcome = Outcome(len(plan.jobs), skipped=skipped)
    name_left_out(plan)
    jobs = _ready(plan.jobs, existing, outcome, alone)
    try:
        for job in track(jobs, label):
            if _do(job, paint, outcome, alone):
                break
    except KeyboardInterrupt:
        if alone:
            raise
        outcome.interrupted = True
    told = {one["input"] for one in (*outcome.done, *outcome.failed)}
    outcome.waiting = [job.name for job in jobs if job.name not in told]
    return outcome


def tell(outcome: Outcome, quiet: bool) -> int:
    """Say how it ended where not everything was painted, unless quiet; return the exit code.

    Raises:
        Cancelled: it was interrupted.
    """
    existing = sum("output" in one for one in outcome.skipped)
    if outcome.interrupted:
        done = len(outcome.done) + existing
        raise Cancelled(code="batch-interrupted", done=done, total=outcome.total)
    if not quiet and outcome.total > 1 and (outcome.failed or existing):
        note(f"realstyler: {outcome.summary(existing)}")
    return 1 if outcome.failed else 0


def _do(job: Job, paint: Callable[[Job], dict[str, Any]], outcome: Outcome, alone: bool) -> bool:
    """Do one job; return whether the next would be in vain."""
    try:
        outcome.done.append(paint(job))
    except RealstylerError as error:
        if alone:
            raise
        outcome.fail(job.name, error)
        return isinstance(error, DiskError)
    except Exception as error:
        if alone:
            raise
        # A fault of ours that one picture brings out is no reason to keep the others waiting.
        outcome.fail(
            job.name, InputError(f"{job.name}: unexpected {type(error).__name__}: {error}")
        )
    return False


def name_left_out(plan: Plan) -> None:
    """Name the files of folders that are not painted, and the results that get other names."""
    left = plan.left_out
    if left:
        names = some([f"{one.path} ({one.reason})" for one in left])
        note(f"realstyler: {len(left)} not painted: {names}")
    for job in plan.jobs:
        if job.renamed:
            note(f"realstyler: {job.name} goes to {job.target}: another input takes its name")


def _ready(jobs: Sequence[Job], existing: Existing, outcome: Outcome, alone: bool) -> list[Job]:
    """Return the jobs whose results can be written; the others are noted before any is painted.

    Raises:
        UsageError, OutputError: no result can be written, or there is just one and it cannot be.
    """
    ready: list[Job] = []
    for job in _readable(jobs, outcome, alone):
        try:
            if job.target is None or _is_wanted(job, job.target, existing, outcome):
                ready.append(job)
        except RealstylerError as error:
            if alone:
                raise
            outcome.fail(job.name, error)
    for folder in dict.fromkeys(files.nearest_folder(job.target) for job in ready if job.target):
        files.require_writable(folder)
    return ready


def _readable(jobs: Sequence[Job], outcome: Outcome, alone: bool) -> list[Job]:
    """Return the jobs that lack no package; the others are told on one line, however many."""
    from realstyler.pictures import lacking

    errors = [(job, lacking(job.source) if job.source else None) for job in jobs]
    missed = [(job, error) for job, error in errors if error]
    if missed and alone:
        raise missed[0][1]
    outcome.failed += [{"input": job.name, "error": str(error)} for job, error in missed]
    if missed:
        names = some([job.name for job, _ in missed])
        note(f"realstyler: {InputError(code=missed[0][1].code, picture=names)}")
    return [job for job, error in errors if not error]


def some(names: Sequence[str]) -> str:
    """Name the first of many."""
    more = f" and {len(names) - NAMED} more, named by --json" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _is_wanted(job: Job, target: Path, existing: Existing, outcome: Outcome) -> bool:
    """Whether a job is to be done; False where its result is there and is to be left."""
    from realstyler.pictures import format_of

    format_of(target)
    files.nearest_folder(target)
    if not files.exists(target) or existing == "overwrite":
        return True
    if existing == "refuse":
        raise UsageError(code="output-exists", target=target)
    outcome.skipped.append({"input": job.name, "output": str(target), "reason": "painted before"})
    return False
