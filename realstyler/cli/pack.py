"""``realstyler pack``: check a style package and build its wheel."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from realstyler.cli.console import note, print_json
from realstyler.errors import UsageError
from realstyler.registry.described import DESCRIPTION


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(pack)


def pack(
    package: Annotated[
        str,
        typer.Argument(
            metavar="[FOLDER|STYLE|BLEND]",
            help="A package's folder, its style, or a blend such as mosaic:0.6,night:0.4.",
        ),
    ] = ".",
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What a blend is called.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the wheel; default dist.")
    ] = None,
    untrained: Annotated[
        bool, typer.Option("--untrained", help="Let a style without weights pass.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a wheel that exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check that a style package is fit to share, and build its wheel.

    A blend, and a style without a package, become one file without code.
    """
    from realstyler import packing

    file = _packed_alone(package, name, out, force)
    if file is not None:
        if as_json:
            print_json({"files": [file]})
        else:
            print(file)
        return
    packed = packing.pack(packing.find_project(package), out, force=force, untrained=untrained)
    if as_json:
        print_json(dataclasses.asdict(packed))
        return
    for style, networks in packed.styles.items():
        note(f"{style}: loads, and paints with {' and '.join(networks) or 'no network yet'}")
    note(f"Share the wheel ({packed.size / 1e6:.1f} MB); `pip install FILE` installs it anywhere")
    for file in packed.files:
        note(f"Or share {file}, which holds no code; `realstyler install FILE` adds the style")
    print(packed.wheel)


def _packed_alone(package: str, name: str | None, out: Path | None, force: bool) -> Path | None:
    """Make the style file of a blend, or of a style that has no package; None: it has one."""
    from realstyler import blended_styles, packing
    from realstyler.engine import parse_blend
    from realstyler.registry import registry

    alone = registry().styles.get(package)
    if alone is None and "," in package and not Path(package).exists():
        if name is None:
            raise UsageError(code="blend-without-name", blend=package)
        return blended_styles.write(parse_blend(package), name, out or Path(), overwrite=force)
    if name is not None:
        raise UsageError(code="only-blends-are-named", package=package)
    if alone is not None and (alone.folder / DESCRIPTION).is_file():
        return packing.pack_style(alone, out, force=force)
    return None
