"""``realstyler stylize`` and ``realstyler sheet``: pictures in, painted pictures out."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realstyler.cli.console import note, percentage, print_json, track
from realstyler.errors import InputError, RealstylerError, UsageError
from realstyler.registry.weights import NETWORKS, NetworkName

if TYPE_CHECKING:
    from realstyler.engine import Controls, Stylizer
    from realstyler.engine import Device as DeviceName
    from realstyler.pictures import Picture

STANDARD = "-"
"""Standard input or output."""

Network = Annotated[str, typer.Option("--network", help="full paints best, live fastest.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, gpu, cuda or mps.")]
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


@dataclass(frozen=True)
class Job:
    """One picture to stylize; None stands for standard input or output."""

    source: Path | None
    target: Path | None

    @property
    def name(self) -> str:
        """What errors call the input."""
        return str(self.source) if self.source else "standard input"


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
    strength: Annotated[float, typer.Option(help="0 is the photograph, 1 the style.")] = 1.0,
    keep_colors: Annotated[
        bool, typer.Option("--keep-colors", help="Keep the photograph's colours.")
    ] = False,
    stroke: Stroke = "auto",
    device: Device = "auto",
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Paint pictures in a style."""
    from realstyler.engine import Controls, parse_stroke

    _refuse_mixed_stdout(out, as_json)
    controls = Controls(strength, keep_colors, parse_stroke(stroke))
    stylizer = make_stylizer(style, network, device)
    _load_meanwhile(stylizer)
    jobs = plan(inputs, out)
    done: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    for job in track(jobs, f"Painting {style}"):
        try:
            done.append(_stylize(job, stylizer, controls, force, len(jobs) == 1))
        except RealstylerError as error:
            if len(jobs) == 1 and not as_json:
                raise
            failed.append({"input": job.name, "error": str(error)})
            note(f"realstyler: {error}")
    if as_json:
        document = {"style": style, "network": network, "done": done, "failed": failed}
        print_json(document | ({"blend": stylizer.blend} if stylizer.blend else {}))
    elif failed:
        note(f"realstyler: {len(done)} of {len(jobs)} pictures done, {len(failed)} failed")
    return 1 if failed else 0


def sheet(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT", help="Pictures or folders.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The sheet, a picture file.")],
    network: Network = "full",
    size: Annotated[int, typer.Option(min=64, max=2048, help="Longer side of a cell.")] = 384,
    device: Device = "auto",
    force: Force = False,
) -> None:
    """Paint pictures in every trained style, side by side on one sheet."""
    from realstyler.cli.contact_sheet import write_sheet
    from realstyler.pictures import find_pictures

    photographs = [found.path for found in find_pictures(inputs)]
    if not photographs:
        raise UsageError(f"{inputs[0]}: holds no pictures", "Name a picture or another folder")
    chosen = as_network(network)
    write_sheet(photographs, out, network=chosen, size=size, device=as_device(device), force=force)


def plan(inputs: list[str], out: str) -> list[Job]:
    """Decide where the result of every input goes.

    One picture goes to the file ``out``, or into it if that is a folder; several go into a folder,
    with the shape of the input folder kept.

    Raises:
        UsageError: nothing to do, or two results would go to one file.
    """
    from realstyler.pictures import find_pictures

    if STANDARD in inputs or out == STANDARD:
        return [_standard_job(inputs, out)]
    paths = [Path(name) for name in inputs]
    folder = Path(out)
    found = [one for one in find_pictures(paths) if not _is_result(one.path, folder, paths)]
    if not found:
        raise UsageError(f"{inputs[0]}: holds no pictures", "Name a picture or another folder")
    if len(paths) == 1 and not paths[0].is_dir() and not _means_folder(out):
        return [Job(paths[0], folder)]
    jobs = [Job(picture.path, folder / _writable(picture.relative)) for picture in found]
    clashes = [path for path, uses in Counter(job.target for job in jobs).items() if uses > 1]
    if clashes:
        raise UsageError(f"Two inputs would both be written to {clashes[0]}", "Rename one of them")
    _keep_originals(jobs)
    return jobs


def _is_result(path: Path, folder: Path, inputs: Sequence[Path]) -> bool:
    """Whether a picture of an input folder lies in the output folder inside it: painted before."""
    output = folder.resolve()
    if path in inputs or any(output == one.resolve() for one in inputs):
        return False
    return output in path.resolve().parents and any(
        one.resolve() in output.parents for one in inputs
    )


def _keep_originals(jobs: Sequence[Job]) -> None:
    """Refuse to write into folders where results would replace the pictures they come from."""
    originals = {job.source.resolve() for job in jobs if job.source}
    replaced = [job.target for job in jobs if job.target and job.target.resolve() in originals]
    if replaced:
        raise UsageError(
            f"{replaced[0]} is an original and would be overwritten",
            "Name another folder, or the picture itself as the output",
        )


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


def as_network(name: str) -> NetworkName:
    """Check the name of a network.

    Raises:
        UsageError: neither full nor live.
    """
    for network in NETWORKS:
        if network == name:
            return network
    raise UsageError(f"{name}: no such network", "Use --network full or --network live")


def _standard_job(inputs: list[str], out: str) -> Job:
    if len(inputs) > 1 or (inputs != [STANDARD] and Path(inputs[0]).is_dir()):
        raise UsageError("- stands for one picture", "Give one input and one output")
    source = None if inputs == [STANDARD] else Path(inputs[0])
    return Job(source, None if out == STANDARD else Path(out))


def _refuse_mixed_stdout(out: str, as_json: bool) -> None:
    if out == STANDARD and as_json:
        raise UsageError("-o - and --json both write to stdout", "Leave one of them out")


def _means_folder(out: str) -> bool:
    return out.endswith("/") or Path(out).is_dir()


def _writable(relative: Path) -> Path:
    """Keep the name of a result, or give it .png where the input's format cannot be written."""
    from realstyler.pictures import WRITABLE

    return relative if relative.suffix.lower() in WRITABLE else relative.with_suffix(".png")


def _stylize(
    job: Job, stylizer: Stylizer, controls: Controls, force: bool, alone: bool
) -> dict[str, Any]:
    from realstyler.pictures import write

    started = time.perf_counter()
    _refuse_existing(job.target, force)
    picture = _read(job)
    with percentage("Painting", alone) as report:
        result = stylizer.stylize(
            picture,
            strength=controls.strength,
            keep_colors=controls.keep_colors,
            stroke=controls.stroke,
            progress=report,
        )
    if job.target is None:
        write(result, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        job.target.parent.mkdir(parents=True, exist_ok=True)
        write(result, job.target, overwrite=force)
    height, width = result.pixels.shape[:2]
    seconds = round(time.perf_counter() - started, 3)
    output = str(job.target or STANDARD)
    return {
        "input": job.name,
        "output": output,
        "width": width,
        "height": height,
        "seconds": seconds,
    }


def _refuse_existing(target: Path | None, force: bool) -> None:
    """Look before a long computation, not only at the end; an unknown suffix too."""
    from realstyler.pictures import format_of

    if target is None:
        return
    format_of(target)
    if target.exists() and not force:
        raise UsageError(
            f"{target} already exists", "Name another file, or overwrite it with --force"
        )


def _read(job: Job) -> Picture:
    from realstyler.pictures import read

    if job.source is not None:
        return read(job.source)
    content = sys.stdin.buffer.read()
    if not content:
        raise InputError("Standard input is empty", "Pipe a picture into the command")
    return read(BytesIO(content), name=job.name)
