"""A contact sheet: photographs in rows, styles in columns."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from realstyler import files, pictures
from realstyler.cli.console import results, track
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
    originals: list[Pixels],
    target: Path | None,
    *,
    network: NetworkName,
    device: Device,
    force: bool,
) -> None:
    """Stylize every picture in every style that has the network, and write them as one picture.

    Args:
        originals: small, uint8 H×W×3 in sRGB.
        target: a picture file; None is standard output.
        network: which network of each style.
        device: where it runs.
        force: overwrite a sheet that exists.

    Raises:
        StyleError: no style has the network.
        OutputError: the sheet cannot be written.
    """
    styles = [style for style in registry().styles.values() if network in style.networks]
    if not styles:
        raise StyleError(code="no-style-with-network", network=network)
    columns = [("photograph", originals)]
    columns += [
        (style.title, _painted(originals, style, network, device))
        for style in track(styles, "Painting")
    ]
    save_sheet(columns, target, force)


def save_sheet(columns: list[tuple[str, list[Pixels]]], target: Path | None, force: bool) -> None:
    """Lay titled columns out and write them to a picture file, or as PNG to standard output."""
    sheet = pictures.Picture(lay_out(columns))
    if target is None:
        with results():
            pictures.write(sheet, sys.stdout.buffer)
        return
    files.make_folder(target.parent)
    pictures.write(sheet, target, overwrite=force)


def check_target(target: Path, force: bool) -> None:
    """Check before a long computation that a sheet can be written.

    Raises:
        UsageError: the target exists, its suffix is unknown, or its folder is a file.
        OutputError: its folder cannot be written to.
    """
    pictures.format_of(target)
    if files.exists(target) and not force:
        raise UsageError(code="target-exists", target=target)
    files.require_writable(files.nearest_folder(target))


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
