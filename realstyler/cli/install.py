"""``realstyler install``: a style from a file, or what a run reached as the weights of a style."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from realstyler.cli.console import note, print_json
from realstyler.errors import UsageError
from realstyler.registry import find_style, registry


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(install)


def install(
    source: Annotated[
        Path | None, typer.Argument(help="A style file, a run's folder or a weights file.")
    ] = None,
    style: Annotated[
        str | None, typer.Option("--style", "-s", help="Into this style; default the one trained.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="A style file may replace a style of yours.")
    ] = False,
    undo: Annotated[
        str | None,
        typer.Option("--undo", metavar="NAME", help="Bring back what was replaced in this style."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Add a style from a style file, or make trained weights those of a style.

    What was there before is kept, and --undo brings it back.
    """
    from realstyler.style_files import is_style_file

    if undo is not None:
        _undo(undo, source, as_json)
        return
    if source is None:
        raise UsageError(code="nothing-to-install")
    if not is_style_file(source):
        _install_weights(source, style, as_json)
    elif style:
        raise UsageError(code="style-file-names-its-style")
    else:
        _install_style(source, force, as_json)


def _install_style(source: Path, force: bool, as_json: bool) -> None:
    from realstyler import style_files

    added = style_files.install(source, registry(), replace=force)
    style, previous = added.style, added.previous
    if as_json:
        found = {"style": style.name, "folder": style.folder, "networks": style.networks}
        print_json(found | {"previous": previous})
        return
    if previous:
        note(f"The style from before is kept: realstyler install --undo {style.name}")
    note(f"{style.name} is one of your styles now: {style.title}")
    note(f"Try it: realstyler stylize PHOTO.jpg -s {style.name} -o PAINTED.jpg")
    print(style.folder)


def _undo(style: str, source: Path | None, as_json: bool) -> None:
    from realstyler import style_files

    if source is not None:
        raise UsageError(code="undo-takes-no-source", option="--undo")
    kept = style_files.undo(style)
    if as_json:
        print_json({"style": style, "undone": kept})
        return
    note(f"{style} is as it was before the last installation")
    note(f"What was undone is kept in {kept}")


def _install_weights(run: Path, style: str | None, as_json: bool) -> None:
    from realstyler import installation
    from realstyler.registry.weights import read_metadata

    source = installation.run_weights(run)
    chosen = find_style(style or read_metadata(source).style)
    done = installation.install(source, chosen)
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    if done.backup:
        note(f"The weights from before are kept: realstyler install --undo {done.style}")
    flag = "" if done.network == "full" else f" --network {done.network}"
    note(f"Try it: realstyler stylize PHOTO.jpg -s {done.style}{flag} -o PAINTED.jpg")
    print(done.weights)
