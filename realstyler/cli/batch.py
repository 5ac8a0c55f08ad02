"""Painting many pictures, with a report of what was done, what failed and what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from realstyler import files
from realstyler.cli.console import counted, note
from realstyler.cli.jobs import Job, Plan
from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, DiskError, InputError, RealstylerError, UsageError

Existing = Literal["refuse", "overwrite", "skip"]
"""What to do about a result that exists already."""

Paint = Callable[[Job, Cancellation], dict[str, Any]]
"""Does one job, stops when asked to, and returns what to report about it."""

_POLL_SECONDS = 0.2

NAMED = 10
"""Files that a line on the terminal names; --json names all."""


@dataclass
class Outcome:
    """State of a batch."""

    total: int
    done: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    interrupted: bool = False
    settled: set[Job] = field(default_factory=set)
    """Jobs that are done or have failed."""

    def document(self) -> dict[str, Any]:
        """Return what --json prints."""
        return {
            "done": self.done,
            "failed": self.failed,
            "skipped": self.skipped,
            "waiting": self.waiting,
            "interrupted": self.interrupted,
        }

    def succeed(self, job: Job, told: dict[str, Any]) -> None:
        """Note the report of a job, and print at once what it could not do."""
        self.settled.add(job)
        self.done.append(told)
        if "note" in told:
            note(f"realstyler: {job.name}: {told['note']}")

    def fail(self, job: Job, error: RealstylerError, quiet: bool = False) -> None:
        """Note a job that failed, for the end and, unless quiet, at once."""
        self.settled.add(job)
        self.failed.append({"input": job.name, "style": job.style, "error": str(error)})
        if not quiet:
            note(f"realstyler: {error}")

    def end(self, jobs: Sequence[Job]) -> None:
        """Sort the results in the order of the jobs, and note which were not tried."""
        order = {str(job.target): number for number, job in enumerate(jobs)}
        self.done.sort(key=lambda told: order.get(told["output"], 0))
        self.waiting = [job.name for job in jobs if job not in self.settled]

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
    plan: Plan, paint: Paint, existing: Existing, label: str, alone: bool, workers: int = 1
) -> Outcome:
    """Paint what is planned; one failure does not stop the others, but a full disk does.

    Args:
        plan: the jobs, and the files beside them that are named.
        paint: does one job, and returns what to tell about it.
        existing: what becomes of results that are there already.
        label: stands before the bar.
        alone: errors and Ctrl-C are raised, as there is nothing else to tell.
        workers: jobs done side by side.
    """
    skipped = [{"input": str(one.path), "reason": one.reason} for one in plan.left_out]
    outcome = Outcome(len(plan.jobs), skipped=skipped)
    name_left_out(plan)
    jobs = _ready(plan.jobs, existing, outcome, alone)
    if alone:
        for job in jobs:
            outcome.succeed(job, paint(job, Cancellation()))
    else:
        _side_by_side(jobs, paint, outcome, label, workers)
    outcome.end(jobs)
    return outcome


def _side_by_side(
    jobs: Sequence[Job], paint: Paint, outcome: Outcome, label: str, workers: int
) -> None:
    """Do jobs in several threads, until all are done, Ctrl-C comes, or the disk is full."""
    rest, running, cancel = iter(jobs), dict[Future[dict[str, Any]], Job](), Cancellation()
    with counted(len(jobs), label) as advance, ThreadPoolExecutor(workers) as pool:
        try:
            while True:
                # No more jobs than workers are submitted, so that the others can be left out.
                for job in islice(rest, workers - len(running)):
                    running[pool.submit(paint, job, cancel)] = job
                if not running:
                    return
                # With a timeout, because some systems do not deliver Ctrl-C during the wait.
                for future in wait(running, _POLL_SECONDS, FIRST_COMPLETED).done:
                    if _settle(running.pop(future), future, outcome):
                        rest = iter(())
                    advance()
        except (KeyboardInterrupt, SystemExit) as end:
            outcome.interrupted = True
            cancel.cancel()
            for future, job in running.items():
                _settle(job, future, outcome)
            if isinstance(end, SystemExit):  # as SIGTERM has it
                raise


def _settle(job: Job, future: Future[dict[str, Any]], outcome: Outcome) -> bool:
    """Note the result of a job that has ended; return whether further jobs are pointless."""
    try:
        outcome.succeed(job, future.result())
    except Cancelled:
        return False
    except RealstylerError as error:
        outcome.fail(job, error)
        return isinstance(error, DiskError)
    except Exception as error:  # noqa: BLE001
        # A bug that one picture triggers must not stop the others.
        about = {"picture": job.name, "kind": type(error).__name__, "reason": error}
        outcome.fail(job, InputError(code="unexpected-in-picture", **about))
    return False


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
            outcome.fail(job, error)
    for folder in dict.fromkeys(files.nearest_folder(job.target) for job in ready if job.target):
        files.require_writable(folder)
    return ready


def _readable(jobs: Sequence[Job], outcome: Outcome, alone: bool) -> list[Job]:
    """Return the jobs whose packages are installed; the others are reported on one line."""
    from realstyler.pictures import lacking

    errors = [(job, lacking(job.source) if job.source else None) for job in jobs]
    missed = [(job, error) for job, error in errors if error]
    if missed and alone:
        raise missed[0][1]
    for job, error in missed:
        outcome.fail(job, error, quiet=True)
    if missed:
        names = some(list(dict.fromkeys(job.name for job, _ in missed)))
        note(f"realstyler: {InputError(code=missed[0][1].code, picture=names)}")
    return [job for job, error in errors if not error]


def some(names: Sequence[str]) -> str:
    """Name the first of many."""
    more = f" and {len(names) - NAMED} more, named by --json" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _is_wanted(job: Job, target: Path, existing: Existing, outcome: Outcome) -> bool:
    """Whether to do a job; False if its result exists and should be kept."""
    from realstyler.pictures import format_of

    format_of(target)
    files.nearest_folder(target)
    if not files.exists(target) or existing == "overwrite":
        return True
    if existing == "refuse":
        raise UsageError(code="output-exists", target=target)
    outcome.skipped.append({"input": job.name, "output": str(target), "reason": "painted before"})
    return False
