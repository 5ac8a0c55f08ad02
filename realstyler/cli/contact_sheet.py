"""A contact sheet: photographs in rows, styles in columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from realstyler import pictures
from realstyler.cli.console import track
from realstyler.engine import Device, Stylizer
from realstyler.errors import StyleError, UsageError
from realstyler.registry import registry
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName

GAP = 12
CAPTION = 30
PAPER = (250, 249, 246)
INK = (40, 40, 40)

Pixels = NDArray[np.uint8]


def write_sheet(
    photographs: list[Path],
    target: Path,
    *,
    network: NetworkName,
    size: int,
    device: Device,
    force: bool,
) -> None:
    """Stylize every photograph in every style that has the network, and write them as one picture.

    Raises:
        UsageError: the target exists, or its suffix is unknown.
        StyleError: no style has the network.
        InputError: a photograph cannot be read.
    """
    check_target(target, force)
    styles = [style for style in registry().styles.values() if network in style.networks]
    if not styles:
        raise StyleError(f"No style has a trained {network} network", "Train one first")
    originals = [thumbnail(pictures.paintable(pictures.read(path)), size) for path in photographs]
    columns = [("photograph", originals)]
    columns += [
        (style.title, _painted(originals, style, network, device))
        for style in track(styles, "Painting")
    ]
    pictures.write(pictures.Picture(lay_out(columns)), target, overwrite=force)


def check_target(target: Path, force: bool) -> None:
    """Find out before a long computation whether a sheet could not be written.

    Raises:
        UsageError: the target exists, or its suffix is unknown.
    """
    pictures.format_of(target)
    if target.exists() and not force:
        raise UsageError(f"{target} already exists", "Name another file, or use --force")


def _painted(
    originals: list[Pixels], style: Style, network: NetworkName, device: Device
) -> list[Pixels]:
    stylizer = Stylizer(style, network=network, device=device)
    return [stylizer.stylize(original) for original in originals]


def thumbnail(pixels: Pixels, size: int) -> Pixels:
    """Shrink uint8 H×W×3 so that no side is longer than ``size`` pixels."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def lay_out(columns: list[tuple[str, list[Pixels]]]) -> Pixels:
    """Put the pictures of each titled column below each other, rows aligned."""
    rows = list(zip(*(cells for _, cells in columns), strict=True))
    heights = [max(cell.shape[0] for cell in row) for row in rows]
    width = max(cell.shape[1] for row in rows for cell in row)
    total_width = GAP + len(columns) * (width + GAP)
    paper = Image.new("RGB", (total_width, CAPTION + GAP + sum(heights) + GAP * len(rows)), PAPER)
    draw = ImageDraw.Draw(paper)
    font = ImageFont.load_default(size=16)
    for column, (title, cells) in enumerate(columns):
        left = GAP + column * (width + GAP)
        draw.text((left, GAP), title, fill=INK, font=font)
        top = CAPTION + GAP
        for cell, height in zip(cells, heights, strict=True):
            paper.paste(Image.fromarray(cell), (left + (width - cell.shape[1]) // 2, top))
            top += height + GAP
    return np.asarray(paper)
