"""``realstyler export``: trained styles for other programs, and for browsers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from realstyler.cli.console import note, print_json
from realstyler.errors import UsageError
from realstyler.registry import find_style, registry
from realstyler.registry.weights import NetworkName

if TYPE_CHECKING:
    from realstyler.registry import Style


class Format(StrEnum):
    """Formats of an exported style."""

    ONNX = "onnx"
    OPENVINO = "openvino"
    WEB = "web"


SUFFIXES = {Format.ONNX: ".onnx", Format.OPENVINO: ".xml"}
PAGE = Path("realstyler-page")
"""Default folder of a page."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    styles: Annotated[
        list[str] | None, typer.Argument(metavar="[STYLE]", help="One or several styles.")
    ] = None,
    format_: Annotated[
        Format,
        typer.Option("--format", "-f", metavar="|".join(Format), help="web: a page that paints."),
    ] = Format.ONNX,
    every: Annotated[bool, typer.Option("--all", help="Every style that is trained.")] = False,
    network: Annotated[
        NetworkName | None,
        typer.Option("--network", help="Default full; the page has live networks only."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A file, or a folder for several files or the page."),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            "--runtime",
            metavar="FOLDER",
            help="Of the npm package onnxruntime-web, for the page; default node_modules.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write trained styles as ONNX or OpenVINO models, or as a web page that paints by itself."""
    _check(format_, network, runtime)
    wanted = network or ("live" if format_ is Format.WEB else "full")
    chosen = _chosen(styles or [], every, wanted)
    written = (
        _export_page(chosen, out or PAGE, runtime, force)
        if format_ is Format.WEB
        else _export_models(chosen, format_, wanted, out, force)
    )
    if as_json:
        found = {"format": format_, "network": wanted, "styles": [one.name for one in chosen]}
        print_json(found | {"files": written})
        return
    size = sum(file.stat().st_size for file in written)
    count = "1 style" if len(chosen) == 1 else f"{len(chosen)} styles"
    note(f"{count}, {size / 1e6:.1f} MB")
    print(*(written[:1] if format_ is Format.WEB else written), sep="\n")


def _check(format_: Format, network: NetworkName | None, runtime: Path | None) -> None:
    if format_ is Format.WEB and network == "full":
        raise UsageError(code="page-is-live")
    if format_ is not Format.WEB and runtime is not None:
        raise UsageError(code="runtime-is-for-page")


def _chosen(names: list[str], every: bool, network: NetworkName) -> list[Style]:
    if every and names:
        raise UsageError(code="export-of-all-and-some")
    if not every and not names:
        raise UsageError(code="export-of-nothing")
    if names:
        return [find_style(name) for name in dict.fromkeys(names)]
    return [one for one in registry().styles.values() if network in one.networks]


def _export_page(
    styles: list[Style], folder: Path, runtime: Path | None, force: bool
) -> list[Path]:
    from realstyler import exporting

    found = exporting.find_runtime(runtime)
    return exporting.export_page(styles, folder, found, overwrite=force)


def _export_models(
    styles: list[Style], format_: Format, network: NetworkName, out: Path | None, force: bool
) -> list[Path]:
    from realstyler import exporting

    write = exporting.export_onnx if format_ is Format.ONNX else exporting.export_openvino
    suffix = SUFFIXES[format_]
    if out is not None and out.suffix.lower() == suffix:
        if len(styles) > 1:
            raise UsageError(code="several-into-one-model", path=out)
        return write(styles[0], network, out, overwrite=force)
    folder = out or Path()
    return [
        file
        for style in styles
        for file in write(
            style, network, folder / f"{style.name}-{network}{suffix}", overwrite=force
        )
    ]
