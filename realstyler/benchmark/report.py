"""Benchmark results: a JSON document and the lines of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from realstyler.benchmark.machine import Machine
from realstyler.benchmark.measuring import Record, times_faster
from realstyler.benchmark.subjects import REFERENCES, EngineName

DIFFERENT = 30.0
"""dB; below this, two engines paint visibly different pictures."""


@dataclass(frozen=True)
class Row:
    """One subject at one size, or one whole process."""

    subject: str
    network: str | None
    width: int
    height: int
    count: int
    """Number of measurements."""
    median_seconds: float | None
    """None if it failed."""
    p95_seconds: float | None
    peak_bytes: int | None
    times_faster: dict[str, float]
    """Speed relative to each reference at the same size, by the reference's name."""
    psnr: float | None = None
    """dB relative to the reference picture, see `psnr`; None without a reference."""
    cpu_seconds: float | None = None
    """Median CPU time over all cores, for a whole process."""
    error: str | None = None

    @classmethod
    def of(
        cls,
        name: str,
        network: str | None,
        size: tuple[int, int],
        record: Record,
        references: Mapping[str, Record],
        psnr: float | None = None,
    ) -> Row:
        """Summarize a record at a width and height."""
        works = bool(record.turns) and record.error is None
        return cls(
            subject=name,
            network=network,
            width=size[0],
            height=size[1],
            count=len(record.times),
            median_seconds=record.median if works else None,
            p95_seconds=record.p95 if works else None,
            peak_bytes=record.peak_bytes,
            times_faster=_ratios(record, references) if works else {},
            psnr=psnr,
            cpu_seconds=median(record.cpu_times) if record.cpu_times else None,
            error=record.error,
        )


@dataclass(frozen=True)
class Report:
    """The results of a run."""

    machine: Machine
    style: str
    threads: int | None
    rounds: int
    reference: str | None
    """The engine whose pictures are the reference; None if there is none."""
    missing: dict[str, tuple[str, ...]]
    """Missing packages, by engine."""
    frames: tuple[Row, ...]
    processes: tuple[Row, ...]
    """Whole processes, from start to exit."""

    def document(self) -> dict[str, Any]:
        """Return the document for ``--json``."""
        return asdict(self)

    @property
    def failed(self) -> bool:
        """Return whether any subject failed."""
        return any(row.error for row in (*self.frames, *self.processes))

    @property
    def references(self) -> list[EngineName]:
        """The engines that rows are compared with."""
        return [name for name in REFERENCES if any(name in row.times_faster for row in self.frames)]

    def warnings(self) -> Iterator[str]:
        """Yield what readers of the tables need to know."""
        for engine, packages in self.missing.items():
            names = ", ".join(packages)
            yield f"{engine} is skipped, missing {names}: pip install 'realstyler[bench,train]'"
        for row in (*self.frames, *self.processes):
            title = f"{row.subject} {row.network or ''} {row.width}×{row.height}"
            if row.error:
                yield f"{title} failed: {row.error}"
            elif row.psnr is not None and row.psnr < DIFFERENT:
                yield f"{title} paints a different picture than {self.reference}: {row.psnr:.1f} dB"

    def frame_table(self) -> tuple[list[str], list[list[str]]]:
        """Return the header and lines of the table of frames."""
        references = self.references
        header = ["SIZE", "NETWORK", "ENGINE", "MEDIAN", "P95", "FPS", "MEMORY"]
        header += [f"× {name}" for name in references]
        header += [f"dB TO {self.reference}"] if self.reference else []
        return header, [self._frame_line(row, references) for row in self.frames]

    def process_table(self) -> tuple[list[str], list[list[str]]]:
        """Return the header and lines of the table of whole processes."""
        rows = self.processes
        references = [name for name in REFERENCES if any(name in row.times_faster for row in rows)]
        header = ["PROCESS", "NETWORK", "MEDIAN", "P95", "CPU", "MEMORY"]
        header += [f"× {name}" for name in references]
        lines = [
            [
                *(row.subject, row.network or "own", *_times(row)),
                *(_milliseconds(row.cpu_seconds), _memory(row.peak_bytes)),
                *_ratio_cells(row, references),
            ]
            for row in rows
        ]
        return header, lines

    def _frame_line(self, row: Row, references: Sequence[str]) -> list[str]:
        rate = f"{1 / row.median_seconds:.3g}" if row.median_seconds else "-"
        cells = [f"{row.width}×{row.height}", row.network or "own", row.subject, *_times(row), rate]
        agreement = "-" if row.psnr is None else f"{row.psnr:.1f}"
        if row.subject == self.reference:
            agreement = "itself"
        compared = [agreement] if self.reference else []
        return [*cells, _memory(row.peak_bytes), *_ratio_cells(row, references), *compared]


def _ratios(record: Record, references: Mapping[str, Record]) -> dict[str, float]:
    good = {name: one for name, one in references.items() if one.turns and one.error is None}
    return {name: times_faster(record, one) for name, one in good.items()}


def _times(row: Row) -> tuple[str, str]:
    return _milliseconds(row.median_seconds), _milliseconds(row.p95_seconds)


def _milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def _memory(peak: int | None) -> str:
    return "-" if peak is None else f"{peak / 2**20:.0f} MiB"


def _ratio_cells(row: Row, references: Sequence[str]) -> list[str]:
    return [
        f"{row.times_faster[name]:.2f}" if name in row.times_faster else "-" for name in references
    ]
