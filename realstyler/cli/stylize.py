"""``realstyler stylize`` and ``realstyler sheet``: pictures in, painted pictures out."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from realstyler import files
from realstyler.cli import batch
from realstyler.cli.console import note, percentage, print_json, results
from realstyler.cli.jobs import STANDARD, Job, named, plan
from realstyler.errors import InputError, RealstylerError, UsageError
from realstyler.registry.weights import NETWORKS, NetworkName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from realstyler.engine import Controls, Stylizer
    from realstyler.engine import Device as DeviceName
    from realstyler.pictures import Metadata, Picture

Network = Annotated[str, typer.Option("--network", help="full paints best, live fastest.")]
Device = Annotated[
    str,
    typer.Option("--device", metavar="auto|cpu|gpu|cuda|mps", help="What computes the painting."),
]
Stroke = Annotated[
    str,
    typer.Option(
        "--stroke",
        metavar="SIDE",
        help="Longer side in pixels at which strokes are painted: smaller is coarser. auto keeps "
        "strokes in proportion to large pictures, native paints every pixel.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")]


FIRST_OF_SEVERAL = "only its first frame or page is painted; `realstyler video` paints animations"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(stylize)
    app.command()(sheet)


def stylize(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Pictures, folders or -.")],
    style: Annotated[
        str, typer.Option("--style", "-s", help="A style, or a blend: mosaic:0.6,night:0.4.")
    ],
    out: Annotated[str, typer.Option("--out", "-o", help="A picture, a folder or -.")],
    network: Network = "full",
    strength: Annotated[
        str, typer.Option(metavar="SHARE", help="0 is the photograph, 1 the style; or as in 60%.")
    ] = "1",
    keep_colors: Annotated[
        bool, typer.Option("--keep-colors", help="Keep the photograph's colours.")
    ] = False,
    stroke: Stroke = "auto",
    metadata: Annotated[
        str, typer.Option(help="What else is told: all, no-place (not where it was taken), none.")
    ] = "no-place",
    size: Annotated[
        int | None,
        typer.Option(metavar="SIDE", min=16, help="Longest side of a result, in pixels."),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", metavar="jpg|png|webp|tiff|bmp", help="Format of the results."),
    ] = None,
    quality: Annotated[int, typer.Option(min=1, max=100, help="Of JPEG and WebP.")] = 95,
    device: Device = "auto",
    force: Force = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Go on: leave out what is painted already.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Paint pictures in a style."""
    from realstyler.engine import Controls, parse_stroke

    _refuse_mixed_stdout(out, as_json)
    controls = Controls(as_share(strength), keep_colors, parse_stroke(stroke))
    existing = _existing(force, skip_existing)
    suffix = as_suffix(file_format)
    writing = _Writing(as_metadata(metadata), force, size, suffix, quality)
    stylizer = make_stylizer(style, network, device)
    _load_meanwhile(stylizer)
    planned = plan(inputs, out, suffix)
    single = len(planned.jobs) == 1

    def paint(job: Job) -> dict[str, Any]:
        return _stylize(job, stylizer, controls, writing, single)

    outcome = batch.run(planned, paint, existing, f"Painting {style}", single and not as_json)
    if stylizer.blend == "pixels" and not as_json:
        note(f"{style}: these weights cannot be blended, so the paintings were")
    if as_json:
        blend = {"blend": stylizer.blend} if stylizer.blend else {}
        print_json({"style": style, "network": network, **outcome.document(), **blend})
    return batch.tell(outcome, quiet=as_json)


@dataclass(frozen=True)
class _Writing:
    """How results are written."""

    metadata: Metadata
    force: bool
    size: int | None
    """Longest side in pixels; None leaves the size alone."""
    suffix: str | None
    """Of the format asked for."""
    quality: int


def sheet(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Pictures, folders or -.")],
    out: Annotated[str, typer.Option("--out", "-o", help="The sheet, a picture file or -.")],
    network: Network = "full",
    size: Annotated[int, typer.Option(min=64, max=2048, help="Longer side of a cell.")] = 384,
    device: Device = "auto",
    force: Force = False,
) -> int:
    """Paint pictures in every trained style, side by side on one sheet."""
    from realstyler.cli.contact_sheet import check_target, write_sheet

    target = None if out == STANDARD else Path(out)
    chosen = as_network(network)
    if target is not None:
        check_target(target, force)
    planned = named(inputs)
    batch.name_left_out(planned)
    originals = _thumbnails(planned.jobs, size)
    write_sheet(originals, target, network=chosen, device=as_device(device), force=force)
    return 1 if len(originals) < len(planned.jobs) else 0


def _thumbnails(jobs: Sequence[Job], size: int) -> list[NDArray[np.uint8]]:
    """Read the pictures of a sheet, small; those that cannot be read are named and left out.

    Raises:
        InputError: none can be read.
    """
    from realstyler.cli.contact_sheet import thumbnail
    from realstyler.pictures import paintable

    originals, errors = [], []
    for job in jobs:
        try:
            originals.append(thumbnail(paintable(_read(job)), size))
        except InputError as error:
            errors.append(error)
    last = None if originals else errors.pop()
    for one in errors:
        note(f"realstyler: {one}")
    if last:
        raise last
    return originals


def make_stylizer(style: str, network: str, device: str, streams: int = 1) -> Stylizer:
    """Open the engine for a style or a blend."""
    from realstyler.engine import Stylizer

    return Stylizer(style, network=as_network(network), device=as_device(device), streams=streams)


def _load_meanwhile(stylizer: Stylizer) -> None:
    """Let the networks load while the first picture is found and read.

    What goes wrong there is told when the first picture is painted. The interpreter waits for the
    thread: one that ends in the middle of a compilation takes the process down with it.
    """

    def load() -> None:
        with suppress(RealstylerError):
            stylizer.load()

    threading.Thread(target=load).start()


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
    raise UsageError(f"{name}: no such device", f"Use --device {', '.join(DEVICES)}")


def as_metadata(name: str) -> Metadata:
    """Check what a result is to tell besides its pixels.

    Raises:
        UsageError: no such choice.
    """
    from realstyler.pictures import Metadata

    for choice in get_args(Metadata):
        if choice == name:
            return cast("Metadata", choice)
    choices = ", ".join(get_args(Metadata))
    raise UsageError(f"--metadata {name}: no such choice", f"Use one of {choices}")


def as_suffix(name: str | None) -> str | None:
    """Return the suffix of a format that results can be written in.

    Raises:
        UsageError: pictures cannot be written in it.
    """
    from realstyler.pictures import WRITABLE

    suffix = f".{name.lower().removeprefix('.')}" if name is not None else None
    if suffix is not None and suffix not in WRITABLE:
        raise UsageError(f"--format {name}: no such choice", "Use jpg, png, webp, tiff or bmp")
    return suffix


def as_network(name: str) -> NetworkName:
    """Check the name of a network.

    Raises:
        UsageError: neither full nor live.
    """
    for network in NETWORKS:
        if network == name:
            return network
    raise UsageError(f"{name}: no such network", "Use --network full or --network live")


def _existing(force: bool, skip: bool) -> batch.Existing:
    if force and skip:
        raise UsageError("--force and --skip-existing contradict each other", "Leave one out")
    return "overwrite" if force else "skip" if skip else "refuse"


def _refuse_mixed_stdout(out: str, as_json: bool) -> None:
    if out == STANDARD and as_json:
        raise UsageError("-o - and --json both write to stdout", "Leave one of them out")


def _stylize(
    job: Job, stylizer: Stylizer, controls: Controls, writing: _Writing, alone: bool
) -> dict[str, Any]:
    started = time.perf_counter()
    picture = _read(job)
    with percentage("Painting", alone) as report:
        result = stylizer.stylize(
            picture,
            strength=controls.strength,
            keep_colors=controls.keep_colors,
            stroke=controls.stroke,
            progress=report,
        )
    result = _write(result, job.target, writing)
    if picture.more_frames:
        note(f"realstyler: {job.name}: {FIRST_OF_SEVERAL}")
    height, width = result.pixels.shape[:2]
    seconds = round(time.perf_counter() - started, 3)
    output = str(job.target or STANDARD)
    return {
        "input": job.name,
        "output": output,
        "width": width,
        "height": height,
        "seconds": seconds,
        **({"note": FIRST_OF_SEVERAL} if picture.more_frames else {}),
    }


def _write(result: Picture, target: Path | None, writing: _Writing) -> Picture:
    """Write a result, in the size asked for, to a file or to standard output, and return it."""
    from realstyler.pictures import WRITABLE, reduced, write

    metadata, quality = writing.metadata, writing.quality
    if writing.size is not None:
        result = reduced(result, writing.size)
    if target is None:
        file_format = WRITABLE[writing.suffix] if writing.suffix else None
        stdout = sys.stdout.buffer
        with results():
            write(result, stdout, format=file_format, quality=quality, metadata=metadata)
    else:
        files.make_folder(target.parent)
        write(result, target, quality=quality, metadata=metadata, overwrite=writing.force)
    return result


def _read(job: Job) -> Picture:
    from realstyler.pictures import read

    if job.source is not None:
        return read(job.source)
    content = sys.stdin.buffer.read()
    if not content:
        raise InputError("Standard input is empty", "Pipe a picture into the command")
    return read(BytesIO(content), name=job.name)
