"""``realstyler install``: make what a run reached the weights of a style."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from realstyler.cli.console import note, print_json
from realstyler.registry import find_style


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(install)


def install(
    run: Annotated[Path, typer.Argument(help="A run's folder, or a weights file.")],
    style: Annotated[
        str | None, typer.Option("--style", "-s", help="Into this style; default the one trained.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make trained weights those of a style; the weights from before are kept as a backup."""
    from realstyler import installation
    from realstyler.registry.weights import read_metadata

    source = installation.run_weights(run)
    chosen = find_style(style or read_metadata(source).style)
    done = installation.install(source, chosen)
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    if done.backup:
        note(f"The weights from before are kept: `realstyler install {done.backup}` restores them")
    flag = "" if done.network == "full" else f" --network {done.network}"
    note(f"Try it: realstyler stylize PHOTO.jpg -s {done.style}{flag} -o PAINTED.jpg")
    print(done.weights)
