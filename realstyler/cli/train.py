"""``realstyler train``: teach a network a registered style."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from realstyler.cli.console import errors_as_json, note, print_json
from realstyler.cli.options import as_network, unknown_value
from realstyler.errors import UsageError
from realstyler.registry import find_style

if TYPE_CHECKING:
    from realstyler.training.trainer import TrainingResult

DEVICES = ("auto", "cpu", "cuda", "mps")
_FEW_PHOTOGRAPHS = (
    "Learns from the four photographs that come with realstyler; a few thousand, such as Flickr8k, "
    "paint unfamiliar pictures better: --data PHOTOS"
)
PROGRESS = ("bar", "json")
PRECISIONS = ("auto", "32-true", "bf16-mixed", "16-mixed")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(train)


def train(
    style: Annotated[str, typer.Argument(help="A registered style.")],
    data: Annotated[
        Path | None,
        typer.Option(
            help="Flickr8k as a zip file or folder, or any folder of photographs; default the few "
            "that come with realstyler."
        ),
    ] = None,
    network: Annotated[str, typer.Option("--network", help="full or live.")] = "full",
    resume: Annotated[bool, typer.Option("--resume", help="Continue an interrupted run.")] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Replace the style's weights; a backup is kept.")
    ] = False,
    steps: Annotated[int | None, typer.Option(help="Train so many steps, in one stage.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="End after so long with what was reached.")
    ] = None,
    all_steps: Annotated[
        bool, typer.Option("--all-steps", help="Go on even when nothing is gained any more.")
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a field of the configuration."),
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="Folder of this run; default runs/STYLE-NETWORK.")
    ] = None,
    vgg: Annotated[
        Path | None,
        typer.Option(help="Other VGG-16 weights (safetensors), for RGB 0..255 less its mean."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    devices: Annotated[int, typer.Option(min=1, help="Devices, or processes on a CPU.")] = 1,
    nodes: Annotated[int, typer.Option(min=1, help="Machines that train together.")] = 1,
    precision: Annotated[str, typer.Option(help="auto, 32-true, bf16-mixed or 16-mixed.")] = "auto",
    workers: Annotated[
        int, typer.Option(min=0, help="Processes that read photographs; several feed a GPU.")
    ] = 0,
    checkpoint_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 200,
    preview_every: Annotated[
        int | None, typer.Option(min=1, help="Steps between previews; default often at first.")
    ] = None,
    preview: Annotated[
        Path | None, typer.Option(help="A photograph of yours to show in the previews.")
    ] = None,
    shown: Annotated[
        str, typer.Option("--progress", help="bar, or json: a line on stderr now and then.")
    ] = "bar",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train one network of a style.

    The weights go into the run's folder, and into the style if it has none yet. Ctrl-C keeps what
    was reached. It ends by itself once nothing is gained any more.
    """
    _check_choice("--progress", shown, PROGRESS)
    from realstyler.photographs import Photographs

    with errors_as_json(shown == "json"):
        chosen = find_style(style)
        network_name = as_network(network)
        assignments = [
            *(settings or []),
            *([f"steps={steps}", "stages=[]"] if steps is not None else []),
        ]
        config = chosen.training(network_name).override(assignments)
        _check_choice("--device", device, DEVICES)
        _check_choice("--precision", precision, PRECISIONS)
        if data is not None:
            Photographs.find(data)  # a wrong folder is reported before anything large is loaded
        trainer = import_trainer()
        if data is None:
            data = trainer.SHIPPED_PHOTOGRAPHS
            note(_FEW_PHOTOGRAPHS)
        folder = run or Path("runs") / f"{style}-{network_name}"
        result: TrainingResult | None = trainer.train(
            trainer.TrainingRun(
                style=chosen,
                network=network_name,
                config=config,
                data=data,
                folder=folder,
                resume=resume,
                install=install,
                minutes=minutes,
                all_steps=all_steps,
                vgg=vgg or trainer.WEIGHTS,
                device=device,
                devices=devices,
                nodes=nodes,
                precision=precision,
                workers=workers,
                checkpoint_every=checkpoint_every,
                preview_every=preview_every,
                preview=preview,
                shown=shown,
            )
        )
        if result is not None:  # only one of several processes has a result
            _report(style, network_name, folder, result, as_json)


def _check_choice(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise unknown_value(option, value, known)


def import_trainer() -> ModuleType:
    """Import the trainer; without its libraries a `UsageError` says how to install them."""
    try:
        from realstyler.training import trainer
    except ModuleNotFoundError as error:
        raise UsageError(code="training-needs-extra", module=error.name) from error
    return trainer


def _report(style: str, network: str, folder: Path, result: TrainingResult, as_json: bool) -> None:
    if as_json:
        print_json({"style": style, "network": network, **dataclasses.asdict(result)})
        return
    if result.unreadable:
        several = result.unreadable > 1
        counted = f"{result.unreadable} photograph{'s' if several else ''}"
        note(f"{counted} could not be read and {'were' if several else 'was'} skipped")
    note(
        f"Trained {result.steps} steps in {result.seconds:.0f} s; previews are in {folder}/previews"
    )
    if result.installed is None:
        note(f"{style} keeps its weights; use the new ones: realstyler install {folder}")
        print(result.weights)
        return
    if result.installed.backup:
        note(f"The weights from before: realstyler install {result.installed.backup}")
    flag = "" if network == "full" else f" --network {network}"
    note(f"Try it: realstyler stylize PHOTO.jpg -s {style}{flag} -o PAINTED.jpg")
    print(result.installed.weights)
