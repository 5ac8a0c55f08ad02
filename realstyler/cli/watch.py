"""``realstyler watch``: a folder whose new pictures are painted as they come."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from realstyler.cli.console import note
from realstyler.cli.names import Naming
from realstyler.cli.options import (
    Device,
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
from realstyler.cli.running import handling
from realstyler.errors import Cancelled, UsageError, needing


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(watch)


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where pictures arrive.")],
    style: Styles,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the paintings.")],
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
    settle: Annotated[
        float,
        typer.Option(min=0.1, max=3600, help="Seconds without a change that make a file whole."),
    ] = 2.0,
    force: Annotated[
        bool, typer.Option("--force", help="Paint a picture that changes again, in its place.")
    ] = False,
) -> int:
    """Paint the pictures of a folder, and whatever arrives there, until Ctrl-C."""
    from realstyler.engine import Controls, parse_stroke

    wakes = _wakes(folder, settle)
    from realstyler.cli.hot_folder import HotFolder  # needs the same packages

    controls = Controls(as_share(strength), keep_colors, parse_stroke(stroke))
    suffix = as_suffix(file_format)
    writing = Writing(as_metadata(metadata), force, size, suffix, quality)
    stylizers = make_stylizers(style, network, device)
    work = PictureJobs(stylizers, controls, writing)
    naming = Naming(tuple(stylizers), name, suffix)
    _refuse_same(folder, out)
    hot = HotFolder(folder, out, naming, work.do, settle, force, jobs)
    work.load_meanwhile()
    note(f"realstyler: watching {folder}; paintings go to {out}; Ctrl-C ends it")
    # SIGTERM ends a service in the same orderly way as Ctrl-C.
    with closing(hot), handling(("SIGTERM", "SIGHUP"), signal.default_int_handler):
        try:
            hot.follow(wakes)
        except KeyboardInterrupt:
            raise Cancelled(code="watch-stopped", done=hot.done) from None
    return 0


def _wakes(folder: Path, settle: float) -> Iterator[object]:
    """Yield a set of changes in a folder whenever there are some, and an empty set on timeout.

    Raises:
        UsageError: it is no folder, or the package that tells is missing.
    """
    with needing("watch"):
        import filelock  # noqa: F401 - asked for here, once for all
        import watchfiles
    if not folder.is_dir():
        raise UsageError(code="watched-folder-missing", folder=folder)
    wakes: Iterator[object] = watchfiles.watch(
        folder,
        watch_filter=None,
        rust_timeout=round(settle * 500),
        debounce=round(settle * 1000),
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    return wakes


def _refuse_same(folder: Path, out: Path) -> None:
    """Paintings among the pictures would be painted, too."""
    if folder.resolve() == out.resolve():
        raise UsageError(code="watched-folder-is-output", folder=out)
