"""``realstyler new``: a style from one picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from realstyler.cli.console import note, print_json
from realstyler.errors import Cancelled, UsageError

if TYPE_CHECKING:
    from realstyler.authorship import Authorship

SHARES = {"full": 2 / 3, "live": 1 / 3}
"""Of the time for both networks: the live one imitates and has less to learn."""

CHECKPOINT_STEPS = 25
"""So that a crash in a short training loses a minute at most."""


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
    author: Annotated[
        str | None, typer.Option(help="Who made the style; remembered for the next one.")
    ] = None,
    license_: Annotated[
        str | None,
        typer.Option("--license", help="SPDX identifier, e.g. CC0-1.0; remembered, too."),
    ] = None,
    train: Annotated[
        bool, typer.Option("--train", help="Train both networks now: a few minutes.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="With --train: photographs to learn from; default the shipped ones."),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0.1, help="With --train: end after so long, two thirds of it for photographs."
        ),
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(help="With --train: a photograph of yours to show in the previews."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make a style package from a picture, and train it if asked to."""
    if train and as_json:
        raise UsageError(code="train-has-no-report", option="--train")
    said = _authorship(author, license_, ask=not as_json)
    if train:
        facts = (title or "", said.author, said.license)
        _make_and_train(name, image, into, facts, data=data, minutes=minutes, preview=preview)
        return
    from realstyler.authorship import remember
    from realstyler.scaffold import create

    folder = create(name, image, into, title, said.author, said.license)
    remember(said.author, said.license)
    if as_json:
        print_json({"style": name, "folder": folder})
        return
    print(folder, flush=True)
    note(f"Install it:  pip install -e {folder}")
    note(f"Train it:    realstyler train {name}")
    note(f"Tune it:     {folder}/{folder.name.replace('-', '_')}/config.py")


def _authorship(author: str | None, license_: str | None, *, ask: bool) -> Authorship:
    """Use the options, or else the last answers; ask if there are none."""
    from realstyler.authorship import Authorship, remembered

    kept = remembered()
    if kept is None and author is None and license_ is None and ask and sys.stdin.isatty():
        note("Asked once, and needed only to share a style; both may stay empty.")
        author = typer.prompt("Author", default="", show_default=False, err=True)
        license_ = typer.prompt("Licence, e.g. CC0-1.0", default="", show_default=False, err=True)
    kept = kept or Authorship()
    return Authorship(
        author=kept.author if author is None else author,
        license=kept.license if license_ is None else license_,
    )


def _make_and_train(
    name: str,
    image: Path,
    into: Path,
    facts: tuple[str, str, str],
    *,
    data: Path | None,
    minutes: float | None,
    preview: Path | None,
) -> None:
    """Put the style among the user's styles and train it, the live network after the full one."""
    from realstyler import installation, registry
    from realstyler.adoption import adopt
    from realstyler.authorship import remember
    from realstyler.cli.train import import_trainer
    from realstyler.cli.train import train as train_network
    from realstyler.installation import RUN_WEIGHTS

    import_trainer()  # refuse what cannot be trained before the style is made
    folder = adopt(name, image.absolute(), into.absolute(), *facts)
    remember(*facts[1:])
    registry.reload()
    note(f"{name} is one of your styles now; its package is {folder}")
    for network, share in SHARES.items():
        note(f"Training its {network} network; press Ctrl-C when you like it")
        run = Path("runs") / f"{name}-{network}"
        try:
            train_network(
                name,
                data=data,
                network=network,
                run=run,
                minutes=minutes and minutes * share,
                preview=preview,
                checkpoint_every=CHECKPOINT_STEPS,
            )
        except Cancelled:
            if not (run / RUN_WEIGHTS).is_file():
                raise
            installation.install(run / RUN_WEIGHTS, registry.find_style(name))
            note(f"Stopped; {name} has what the {network} network had learned")
