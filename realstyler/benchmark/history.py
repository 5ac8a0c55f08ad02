"""Results of earlier runs in a file, so that a loss of speed is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from realstyler import files
from realstyler.benchmark.report import Report, Row

NOTICEABLE = 1.15
"""Times slower than before; what is less may be noise."""

_SAME = ("processor", "cores", "flags")


@dataclass(frozen=True)
class Loss:
    """A subject that has become slower."""

    title: str
    """Subject, network and size."""
    factor: float
    """Times slower than before."""
    reference: str | None
    """What both runs measured beside it; None if times are compared, which depend on the load."""
    since: str
    """ISO date of the run before."""


class History:
    """The results of runs, one JSON document a line.

    Args:
        path: the file; it is made if missing.

    Raises:
        UsageError, OutputError: it can't be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = path.read_text(encoding="utf-8") if path.is_file() else ""
        # Refused now rather than after minutes of measuring.
        files.write_text(path, self._text, overwrite=True)

    def add(self, report: Report, today: date) -> list[Loss]:
        """Append a run, and return what is slower than in the last one of the same kind.

        Runs are of one kind if they have the same processor, style and threads.

        Raises:
            OutputError: the file can't be written any more.
        """
        document = json.loads(json.dumps({"date": today.isoformat(), **report.document()}))
        earlier = [one for one in self._documents() if _kind(one) == _kind(document)]
        self._text += json.dumps(document, ensure_ascii=False) + "\n"
        files.write_text(self._path, self._text, overwrite=True)
        return list(_losses(report, earlier[-1])) if earlier else []

    def _documents(self) -> Iterator[dict[str, Any]]:
        for line in self._text.splitlines():
            with suppress(ValueError, KeyError, TypeError):  # not ours
                document = json.loads(line)
                _kind(document)
                yield document


def _kind(document: dict[str, Any]) -> tuple[object, ...]:
    machine = document["machine"]
    return (*(str(machine[key]) for key in _SAME), document["style"], document["threads"])


def _losses(report: Report, earlier: dict[str, Any]) -> Iterator[Loss]:
    before = {_key(row): row for row in (*earlier["frames"], *earlier["processes"])}
    for row in (*report.frames, *report.processes):
        found = before.get(_key(asdict(row)))
        if found is None or not row.median_seconds or not found["median_seconds"]:
            continue
        if row.subject in row.times_faster:
            continue  # others are measured by it
        factor, reference = _factor(row, found)
        if factor >= NOTICEABLE:
            title = f"{row.subject} {row.network or 'own'} {row.width}×{row.height}"
            yield Loss(title, factor, reference, earlier["date"])


def _key(row: dict[str, Any]) -> tuple[object, ...]:
    return row["subject"], row["network"], row["width"], row["height"]


def _factor(row: Row, before: dict[str, Any]) -> tuple[float, str | None]:
    """Return how many times slower a row is than before, and relative to what."""
    for reference, ratio in row.times_faster.items():
        if before["times_faster"].get(reference):
            return before["times_faster"][reference] / ratio, reference
    return (row.median_seconds or 0) / before["median_seconds"], None
