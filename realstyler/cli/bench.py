"""``realstyler bench``: engines and networks side by side on this machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realstyler.cli.console import note, print_json, print_table, progress
from realstyler.errors import StyleError, UsageError
from realstyler.registry import registry

if TYPE_CHECKING:
    from realstyler.benchmark import BenchmarkPlan, BenchmarkRunner, History, Report, Size

QUICK = {"sizes": ((640, 480),), "rounds": 3, "turn_seconds": 0.2}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    style: Annotated[
        str | None, typer.Option("--style", "-s", help="A trained style; default the first one.")
    ] = None,
    sizes: Annotated[
        str | None, typer.Option(help="Widths and heights, as in 640x480,4000x3000.")
    ] = None,
    engines: Annotated[
        str | None, typer.Option(help="Only these, as in openvino,torch; default all there are.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of every engine.")] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Threads of every engine; whole processes take theirs."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="640x480 only, in 3 rounds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    history: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add the results to this file, and say what is slower than in the last run there.",
        ),
    ] = None,
) -> int:
    """Measure time, memory and agreement of engines and networks, in alternation.

    Every engine works in a process of its own. Times depend on what else the machine does, ratios
    hardly. Exit code 1 if an engine failed.
    """
    from realstyler.benchmark import BenchmarkPlan, BenchmarkRunner, History

    chosen: dict[str, Any] = {**QUICK} if quick else {}
    if sizes is not None:
        chosen["sizes"] = tuple(parse_size(size) for size in sizes.split(","))
    if engines is not None:
        chosen["engines"] = tuple(engines.split(","))
    if rounds is not None:
        chosen["rounds"] = rounds
    plan = BenchmarkPlan(style or _first_trained(), threads=threads, **chosen)
    runner = BenchmarkRunner(plan)
    kept = History(history) if history else None
    report = _run(runner)
    if as_json:
        print_json(report.document())
    else:
        _print(report, plan)
    for warning in report.warnings():
        note(warning)
    if kept is not None:
        _tell_losses(kept, report)
    return 1 if report.failed else 0


def parse_size(text: str) -> Size:
    """Read a width and a height, as in ``640x480``.

    Raises:
        UsageError: it is something else.
    """
    width, _, height = text.strip().lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise UsageError(code="size-unreadable", text=text, example="--sizes 640x480,1280x720")
    return int(width), int(height)


def _first_trained() -> str:
    """Return the first style that has both networks, or else any."""
    trained = [style for style in registry().styles.values() if style.trained]
    if not trained:
        raise StyleError(code="no-style-trained")
    return max(trained, key=lambda style: len(style.networks)).name


def _run(runner: BenchmarkRunner) -> Report:
    with progress() as bars:
        task = bars.add_task("Measuring", total=runner.turns)

        def tick(what: str) -> None:
            bars.update(task, advance=1, description=what)

        return runner.run(tick)


def _tell_losses(history: History, report: Report) -> None:
    for loss in history.add(report, datetime.now().astimezone().date()):
        compared = f", relative to {loss.reference}" if loss.reference else ""
        note(f"{loss.title} is {loss.factor:.2f} times slower than on {loss.since}{compared}")


def _print(report: Report, plan: BenchmarkPlan) -> None:
    machine = report.machine
    flags = " ".join(machine.flags)
    print(f"{machine.processor}, {machine.cores} cores, {flags}".rstrip(", "))
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    print(f"{machine.system}, Python {machine.python}, {versions}")
    threads = "default" if plan.threads is None else plan.threads
    load = "" if machine.load is None else f", load before {machine.load}"
    print(f"Style {plan.style}, {plan.rounds} rounds, threads {threads}{load}\n")
    print_table(*report.frame_table())
    print(
        "\n× NAME: so many times faster than NAME in the same rounds; MEMORY: peak of the process\n"
    )
    print_table(*report.process_table())
