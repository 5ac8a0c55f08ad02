"""What commands print: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from realstyler.errors import OutputError, RealstylerError

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")


def note(message: str) -> None:
    """Print a line on stderr."""
    print(message, file=sys.stderr, flush=True)


@contextmanager
def results() -> Iterator[None]:
    """Write results to stdout, all of them by the end of the block.

    Raises:
        OutputError: the system refuses, such as a full disk.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(code="stdout-refuses", reason=reason) from error


def print_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    with results():
        print(json.dumps(document, indent=2, ensure_ascii=False, default=str))


@contextmanager
def errors_as_json(wanted: bool) -> Iterator[None]:
    """Print the error that ends the block as JSON, too, for the program that asked for it.

    `RealstylerError.from_json` reads it, so that the program can say it in its own language.
    """
    try:
        yield
    except RealstylerError as error:
        if wanted:
            note(json.dumps({"error": error.as_json()}))
        raise


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns padded to their widest cell, the last one ragged."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


@contextmanager
def progress(visible: bool = True) -> Iterator[Progress]:
    """Show progress bars on stderr while the block runs, if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    shown = visible and console.is_terminal
    with Progress(console=console, transient=True, disable=not shown) as bars:
        yield bars


@contextmanager
def counted(total: int, label: str) -> Iterator[Callable[[], object]]:
    """Yield a function that advances a progress bar by one; a single item needs no bar."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeToGo

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeToGo())
    console = Console(stderr=True)
    # Averaged over ten minutes: a large picture may take longer than rich's half minute.
    with Progress(*columns, console=console, transient=True, speed_estimate_period=600) as bars:
        task = bars.add_task(label, total=total)
        yield lambda: bars.advance(task)


@contextmanager
def percentage(label: str, visible: bool) -> Iterator[Callable[[float], None] | None]:
    """Yield a function that shows a share of 0..1 on a bar; None without a terminal."""
    if not visible or not sys.stderr.isatty():
        yield None
        return
    with progress() as bars:
        task = bars.add_task(label, total=1.0)
        yield lambda share: bars.update(task, completed=share)


def track(items: Sequence[Item], label: str) -> Iterator[Item]:
    """Yield the items under a progress bar; a single one needs none."""
    if len(items) < 2 or not sys.stderr.isatty():
        yield from items
        return
    with progress() as bars:
        yield from bars.track(items, description=label)
