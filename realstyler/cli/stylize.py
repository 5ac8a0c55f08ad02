"""``realstyler stylize``: pictures in, painted pictures out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realstyler.cli import batch
from realstyler.cli.console import note, print_json
from realstyler.cli.jobs import STANDARD, plan
from realstyler.cli.names import Naming
from realstyler.cli.options import (
    AsJson,
    Device,
    Force,
    Format,
    Jobs,
    KeepColors,
    LongestSide,
    Name,
    Network,
    Quality,
    Strength,
    Stroke,
    Styles,
    Told,
    as_metadata,
    as_share,
    as_suffix,
    make_stylizers,
)
from realstyler.cli.painting import PictureJobs, Writing
from realstyler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from realstyler.engine import Stylizer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(stylize)


def stylize(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Pictures, folders or -.")],
    style: Styles,
    out: Annotated[str, typer.Option("--out", "-o", help="A picture, a folder or -.")],
    network: Network = "full",
    strength: Strength = "1",
    keep_colors: KeepColors = False,
    stroke: Stroke = "auto",
    metadata: Told = "no-place",
    size: LongestSide = None,
    file_format: Format = None,
    quality: Quality = 95,
    name: Name = None,
    device: Device = "auto",
    jobs: Jobs = 2,
    force: Force = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Go on: leave out what is painted already.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Paint pictures in one style or several."""
    from realstyler.engine import Controls, parse_stroke

    _refuse_mixed_stdout(out, as_json)
    controls = Controls(as_share(strength), keep_colors, parse_stroke(stroke))
    existing = _existing(force, skip_existing)
    suffix = as_suffix(file_format)
    writing = Writing(as_metadata(metadata), force, size, suffix, quality)
    stylizers = make_stylizers(style, network, device)
    work = PictureJobs(stylizers, controls, writing)
    work.load_meanwhile()
    planned = plan(inputs, out, Naming(tuple(stylizers), name, suffix))
    alone = len(planned.jobs) == 1 and not as_json
    label = f"Painting {', '.join(stylizers)}"
    outcome = batch.run(planned, partial(work.do, alone=alone), existing, label, alone, jobs)
    if as_json:
        print_json({**_about(stylizers, network), **outcome.document()})
    else:
        name_mixed_pixels(stylizers)
    return batch.tell(outcome, quiet=as_json)


def name_mixed_pixels(stylizers: Mapping[str, Stylizer]) -> None:
    """Return which blends mix paintings instead of networks."""
    for style, stylizer in stylizers.items():
        if stylizer.blend == "pixels":
            note(f"{style}: these weights cannot be blended, so the paintings were")


def _about(stylizers: Mapping[str, Stylizer], network: str) -> dict[str, Any]:
    """Return the styles for --json: one as before, several as lists."""
    blends = {style: one.blend for style, one in stylizers.items() if one.blend}
    if len(stylizers) > 1:
        return {"styles": list(stylizers), "network": network, "blends": blends}
    (style,) = stylizers
    return {"style": style, "network": network, **({"blend": blends[style]} if blends else {})}


def _existing(force: bool, skip: bool) -> batch.Existing:
    if force and skip:
        raise UsageError(code="options-contradict", one="--force", other="--skip-existing")
    return "overwrite" if force else "skip" if skip else "refuse"


def _refuse_mixed_stdout(out: str, as_json: bool) -> None:
    if out == STANDARD and as_json:
        raise UsageError(code="stdout-mixed")
