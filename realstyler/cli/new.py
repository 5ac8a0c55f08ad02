"""``realstyler new``: a style package from one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from realstyler.cli.console import note, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(new)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A slug, e.g. red-chalk.")],
    image: Annotated[Path, typer.Option(help="The picture whose style is to be learned.")],
    into: Annotated[Path, typer.Option(help="Folder of the new folder realstyler-NAME.")] = Path(
        "plugins"
    ),
    title: Annotated[str | None, typer.Option(help="What people read.")] = None,
    author: Annotated[str | None, typer.Option(help="Who made the style.")] = None,
    license_: Annotated[
        str | None, typer.Option("--license", help="SPDX identifier, e.g. CC0-1.0.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make a style package from a picture, ready to install and to train."""
    from realstyler.scaffold import create

    folder = create(name, image, into, title, author, license_)
    if as_json:
        print_json({"style": name, "folder": folder})
        return
    print(folder, flush=True)
    note(f"Install it:  pip install -e {folder}")
    note(f"Train it:    realstyler train {name} --data PHOTOS")
    note(f"Tune it:     {folder}/{folder.name.replace('-', '_')}/config.py")
