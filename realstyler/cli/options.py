"""Options that several commands share, and what their values mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from realstyler.errors import UsageError
from realstyler.registry.weights import NETWORKS, NetworkName

if TYPE_CHECKING:
    from realstyler.engine import Device as DeviceName
    from realstyler.engine import Stylizer
    from realstyler.pictures import Metadata

Styles = Annotated[
    list[str],
    typer.Option(
        "--style",
        "-s",
        metavar="STYLE",
        help="A style, or a blend: mosaic:0.6,night:0.4; given again, another one beside it.",
    ),
]
Network = Annotated[str, typer.Option("--network", help="full paints best, live fastest.")]
Device = Annotated[
    str,
    typer.Option("--device", metavar="auto|cpu|gpu|cuda|mps", help="What computes the painting."),
]
Stroke = Annotated[
    str,
    typer.Option(
        "--stroke",
        metavar="auto|native|SIDE",
        help="Longer side, 16 to 16384 pixels, at which strokes are painted: smaller is coarser. "
        "auto keeps strokes in proportion to large pictures, native paints every pixel.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")]


Strength = Annotated[
    str, typer.Option(metavar="SHARE", help="0 is the photograph, 1 the style; or as in 60%.")
]
KeepColors = Annotated[bool, typer.Option("--keep-colors", help="Keep the photograph's colours.")]
Told = Annotated[
    str, typer.Option(help="What else is told: all, no-place (not where it was taken), none.")
]
LongestSide = Annotated[
    int | None, typer.Option(metavar="SIDE", min=16, help="Longest side of a result, in pixels.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="jpg|png|webp|tiff|bmp", help="Format of the results."),
]
Quality = Annotated[int, typer.Option(min=1, max=100, help="Of JPEG and WebP.")]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs", min=1, max=64, help="Pictures painted side by side; more need more memory."
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        metavar="PATTERN",
        help="Names of results in a folder, of {stem} and {style}: '{style}/{stem}'.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def make_stylizer(style: str, network: str, device: str, streams: int = 1) -> Stylizer:
    """Open the engine for a style or a blend."""
    from realstyler.engine import Stylizer

    return Stylizer(style, network=as_network(network), device=as_device(device), streams=streams)


def make_stylizers(styles: list[str], network: str, device: str) -> dict[str, Stylizer]:
    """Open the engine for each of several styles or blends, each once."""
    return {style: make_stylizer(style, network, device) for style in styles}


def as_share(text: str) -> float:
    """Read a share of 0 to 1, or a percentage; whether it is in range is for the engine to say.

    Raises:
        UsageError: it is no number.
    """
    number = text.strip().removesuffix("%")
    try:
        share = float(number)
    except ValueError:
        raise UsageError(code="share-is-no-number", text=text) from None
    return share if number == text.strip() else share / 100


def as_device(name: str) -> DeviceName:
    """Check the name of a device; whether it is there is for the engine to say.

    Raises:
        UsageError: no device of that name is known.
    """
    from realstyler.engine import DEVICES

    for device in DEVICES:
        if device == name:
            return device
    raise unknown_value("--device", name, DEVICES)


def as_metadata(name: str) -> Metadata:
    """Check the choice of metadata.

    Raises:
        UsageError: no such choice.
    """
    from realstyler.pictures import Metadata

    for choice in get_args(Metadata):
        if choice == name:
            return cast("Metadata", choice)
    raise unknown_value("--metadata", name, get_args(Metadata))


def as_suffix(name: str | None) -> str | None:
    """Return the suffix of a format that results can be written in.

    Raises:
        UsageError: pictures cannot be written in it.
    """
    from realstyler.pictures import WRITABLE

    suffix = f".{name.lower().removeprefix('.')}" if name is not None else None
    if suffix is not None and suffix not in WRITABLE:
        raise unknown_value("--format", name, ("jpg", "png", "webp", "tiff", "bmp"))
    return suffix


def as_network(name: str) -> NetworkName:
    """Check the name of a network.

    Raises:
        UsageError: neither full nor live.
    """
    for network in NETWORKS:
        if network == name:
            return network
    raise unknown_value("--network", name, NETWORKS)


def unknown_value(option: str, value: object, allowed: Iterable[str]) -> UsageError:
    """Return the error of an option that takes only some values."""
    known = ", ".join(allowed)
    return UsageError(code="option-value-unknown", option=option, value=value, allowed=known)
