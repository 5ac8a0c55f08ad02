"""``realstyler runs``: a list of the trainings in a folder."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from realstyler import registry
from realstyler.cli.console import note, print_json, print_table
from realstyler.errors import RealstylerError
from realstyler.installation import RUN_WEIGHTS
from realstyler.registry.weights import NetworkName, WeightsMetadata, read_metadata


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(runs)


@dataclass(frozen=True)
class Run:
    """One training, as described by its folder."""

    folder: Path
    style: str
    network: NetworkName
    steps: int
    style_weight: float | None
    style_size: int | None
    ended: datetime
    preview: Path | None
    in_use: bool
    """Whether the style has these weights."""


def runs(
    folder: Annotated[Path, typer.Argument(help="Folder of runs.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List trainings: how far they came, their last preview, and which are in use."""
    found = sorted(find_runs(folder), key=lambda run: (run.style, run.network, run.ended))
    if as_json:
        print_json({"runs": [dataclasses.asdict(run) for run in found]})
        return
    if not found:
        note(f"{folder}: no trainings here")
        return
    rows = [_row(run) for run in found]
    print_table(["RUN", "STYLE", "NETWORK", "STEPS", "WEIGHT", "SIZE", "IN USE", "PREVIEW"], rows)
    note(f"Use one: realstyler install {found[-1].folder}")


def find_runs(folder: Path) -> list[Run]:
    """Find finished and stopped trainings in the subfolders of a folder."""
    weights = sorted(folder.glob(f"*/{RUN_WEIGHTS}"))
    return [run for path in weights if (run := _read(path)) is not None]


def _read(path: Path) -> Run | None:
    try:
        metadata = read_metadata(path)
    except RealstylerError:  # damaged, or not ours
        return None
    previews = sorted(path.parent.glob("**/previews/step-*.jpg"))
    return Run(
        path.parent,
        metadata.style,
        metadata.network,
        metadata.steps,
        metadata.training.get("style_weight"),
        metadata.training.get("style_size"),
        datetime.fromtimestamp(path.stat().st_mtime).astimezone(),
        previews[-1] if previews else None,
        _is_in_use(path, metadata),
    )


def _is_in_use(path: Path, metadata: WeightsMetadata) -> bool:
    style = registry.registry().styles.get(metadata.style)
    if style is None or metadata.network not in style.networks:
        return False
    return style.weights_path(metadata.network).read_bytes() == path.read_bytes()


def _row(run: Run) -> list[str]:
    texts = [run.folder, run.style, run.network, run.steps, run.style_weight, run.style_size]
    shown = ["" if text is None else str(text) for text in texts]
    return [*shown, "yes" if run.in_use else "", str(run.preview or "")]
