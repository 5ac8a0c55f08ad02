"""``realstyler new``: a style from one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from realstyler.cli.console import note, print_json
from realstyler.errors import Cancelled, UsageError


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
    train: Annotated[
        bool, typer.Option("--train", help="Train both networks now: a few minutes.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="With --train: photographs to learn from; default the shipped ones."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make a style package from a picture, and train it if asked to."""
    if train and as_json:
        raise UsageError("--train reports as it goes", "Leave out --json or --train")
    if train:
        _make_and_train(name, image, into, (title or "", author or "", license_ or ""), data)
        return
    from realstyler.scaffold import create

    folder = create(name, image, into, title, author, license_)
    if as_json:
        print_json({"style": name, "folder": folder})
        return
    print(folder, flush=True)
    note(f"Install it:  pip install -e {folder}")
    note(f"Train it:    realstyler train {name}")
    note(f"Tune it:     {folder}/{folder.name.replace('-', '_')}/config.py")


def _make_and_train(
    name: str, image: Path, into: Path, facts: tuple[str, str, str], data: Path | None
) -> None:
    """Put the style among the user's styles and train it, the live network after the full one."""
    from realstyler import installation, registry
    from realstyler.adoption import adopt
    from realstyler.cli.train import import_trainer
    from realstyler.cli.train import train as train_network
    from realstyler.installation import RUN_WEIGHTS

    import_trainer()  # refuse what cannot be trained before the style is made
    folder = adopt(name, image.absolute(), into.absolute(), *facts)
    registry.reload()
    note(f"{name} is one of your styles now; its package is {folder}")
    for network in ("full", "live"):
        note(f"Training its {network} network; press Ctrl-C when you like it")
        run = Path("runs") / f"{name}-{network}"
        try:
            train_network(name, data=data, network=network, run=run)
        except Cancelled:
            if not (run / RUN_WEIGHTS).is_file():
                raise
            installation.install(run / RUN_WEIGHTS, registry.find_style(name))
            note(f"Stopped; {name} has what the {network} network had learned")
