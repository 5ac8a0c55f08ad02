"""``realstyler sheet``: pictures in every trained style, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from realstyler.cli import batch
from realstyler.cli.console import note
from realstyler.cli.jobs import STANDARD, Job, named
from realstyler.cli.options import Device, Force, Network, as_device, as_network
from realstyler.cli.painting import content_of
from realstyler.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sheet)


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
    from realstyler.pictures import paintable, read

    originals, errors = [], []
    for job in jobs:
        try:
            picture = read(content_of(job), name=job.name)
            originals.append(thumbnail(paintable(picture), size))
        except InputError as error:
            errors.append(error)
    last = None if originals else errors.pop()
    for one in errors:
        note(f"realstyler: {one}")
    if last:
        raise last
    return originals
