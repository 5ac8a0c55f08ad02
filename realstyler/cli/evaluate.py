"""``realstyler evaluate``: how well networks paint, in numbers and on a contact sheet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from realstyler.cli.console import note, print_json, progress
from realstyler.cli.options import as_device, as_network
from realstyler.errors import StyleError, UsageError, needing
from realstyler.registry import Style, find_style, registry

if TYPE_CHECKING:
    from realstyler.engine import Pixels
    from realstyler.evaluation import EvaluationPlan, Photograph, Report, Section

SAMPLES = Path(__file__).parents[2] / "docs" / "photographs"
"""The sample photographs of a checkout; an installed wheel does not have them."""

SHEET_ROWS, SHEET_SIZE = 24, 320
WIDTH = 100
"""Line length where there is no terminal."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    styles: Annotated[
        list[str] | None, typer.Argument(metavar="STYLE", help="Default all trained ones.")
    ] = None,
    photos: Annotated[
        Path | None, typer.Option(help="A folder of photographs not used in training.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Draw so many of them; default all.")
    ] = None,
    network: Annotated[
        str | None, typer.Option("--network", help="full or live; default those there are.")
    ] = None,
    size: Annotated[
        int,
        typer.Option(help="Scale larger photographs down to so many pixels on the longer side."),
    ] = 1024,
    iterations: Annotated[
        int, typer.Option(min=0, help="Of the direct optimization; 0 leaves it out.")
    ] = 500,
    optimize: Annotated[
        int, typer.Option(min=0, help="Optimize so many photographs directly, the first ones.")
    ] = 3,
    start: Annotated[
        str, typer.Option(help="Begin it with the photograph, or with noise as the paper does.")
    ] = "photograph",
    seed: Annotated[int, typer.Option(min=0, help="Decides what is drawn and the noise.")] = 0,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", "-o", help="Write the paintings on a contact sheet.")
    ] = None,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, gpu, cuda or mps.")] = "auto",
    force: Annotated[bool, typer.Option("--force", help="Overwrite a sheet that exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Judge networks: perceptual loss, style, content, surface, grids, frames and stability.

    The direct optimization takes minutes for every style and photograph, on a CPU; what it found
    is kept and not computed again. Exit code 1 if a photograph or a style could not be judged.
    """
    from realstyler.cli.contact_sheet import check_target
    from realstyler.pictures import find_pictures

    chosen = _styles(styles or [])
    networks = [as_network(network)] if network else None
    found = [picture.path for picture in find_pictures([_folder(photos)])]
    if sheet is not None:
        check_target(sheet, force)
    evaluation = _import_evaluation()
    plan = evaluation.EvaluationPlan(
        chosen,
        evaluation.draw(found, count, seed),
        **({"networks": networks} if networks else {}),
        size=size,
        iterations=iterations,
        optimized=optimize,
        optimization_size=min(size, evaluation.OPTIMIZATION_SIZE),
        start=start,
        seed=seed,
        device=as_device(device),
    )
    paintings = Paintings()
    report = _run(evaluation, plan, paintings)
    if as_json:
        print_json(report.document())
    else:
        _print(evaluation.sections(report))
    if sheet is not None:
        paintings.write(sheet, force)
    for reason in report.failed.values():
        note(f"realstyler: {reason}")
    return 1 if report.failed else 0


class Paintings:
    """The first photographs and their paintings, small, for the contact sheet."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Pixels]] = {"photograph": []}

    def show(self, style: Style, network: str, photograph: Photograph, painting: Pixels) -> None:
        """Take one painting; those of every network come in the order of the photographs."""
        from realstyler.cli.contact_sheet import thumbnail

        title = style.title if network == "full" else f"{style.title} ({network})"
        column = self._columns.setdefault(title, [])
        if len(column) == len(self._originals) < SHEET_ROWS:
            self._originals.append(thumbnail(photograph.pixels, SHEET_SIZE))
        if len(column) < SHEET_ROWS:
            column.append(thumbnail(painting, SHEET_SIZE))

    def write(self, target: Path, force: bool) -> None:
        """Write the sheet: photographs in rows, networks in columns."""
        from realstyler.cli.contact_sheet import save_sheet

        rows = len(self._originals)  # a style that failed on the way has fewer
        whole = [(title, cells) for title, cells in self._columns.items() if len(cells) == rows]
        save_sheet(whole, target, force)

    @property
    def _originals(self) -> list[Pixels]:
        return self._columns["photograph"]


def _styles(names: Iterable[str]) -> list[Style]:
    named = [find_style(name) for name in dict.fromkeys(names)]
    chosen = named or [style for style in registry().styles.values() if style.trained]
    if not chosen:
        raise StyleError(code="no-style-trained")
    return chosen


def _folder(photos: Path | None) -> Path:
    if photos is not None:
        return photos
    if not SAMPLES.is_dir():
        raise UsageError(code="judging-without-photographs")
    return SAMPLES


def _import_evaluation() -> ModuleType:
    with needing("train"):
        from realstyler import evaluation
    return evaluation


def _run(evaluation: ModuleType, plan: EvaluationPlan, paintings: Paintings) -> Report:
    with progress() as bars:
        task = bars.add_task("Judging", total=evaluation.work(plan))

        def tick(what: str, done: int) -> None:
            bars.update(task, advance=done, description=what or None)
            if what and bars.disable:  # no terminal: a line for every painting
                note(what)

        report: Report = evaluation.evaluate(plan, tick, paintings.show)
    return report


def _print(sections: Iterable[Section]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    for section in sections:
        table = Table(
            title=section.title,
            caption=section.explanation,
            box=box.SIMPLE_HEAD,
            padding=0,
        )
        for name in section.header[:2]:
            table.add_column(name, overflow="fold")
        for name in section.header[2:]:  # as narrow as the numbers, which are never broken
            table.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
        for row in section.rows:
            table.add_row(*row)
        console.print(table)
