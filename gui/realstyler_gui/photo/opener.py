"""Reads pictures in the background: a file and its neighbours, a folder, the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from realstyler import pictures
from realstyler.engine import AUTO_SIDE
from realstyler.errors import RealstylerError
from realstyler.pictures import Picture
from realstyler_gui.photo.album import Album
from realstyler_gui.shared import images
from realstyler_gui.shared.images import Pixels, Pyramid
from realstyler_gui.shared.tasks import Task, Tasks

PREVIEW_SIDE = AUTO_SIDE
"""Longer side of the quick preview, in pixels: the size at which `Stroke` `auto` paints, so that
the preview matches the saved picture except for its finest detail."""


class Opened(NamedTuple):
    """An opened picture, prepared for display."""

    picture: Picture
    path: Path | None
    shown: Pyramid
    small: Pixels
    """In sRGB, for the preview."""


class _Read(NamedTuple):
    opened: Opened
    album: Album | None
    problems: list[RealstylerError]
    """Files of the album that were skipped because they could not be read."""


class Opener(QObject):
    """Reads the latest requested picture; until it is ready, the previous one stays."""

    opened = Signal(object)
    """`Opened`; its album is available as `album`."""
    failed = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.album: Album | None = None
        self._wanted: Album | None = None
        """The album, positioned at the latest requested picture."""
        self._reading: Task[Any] | None = None

    def open(self, paths: Sequence[Path]) -> None:
        """Read a picture, or the first readable one of several or of a folder."""
        single = len(paths) == 1 and paths[0].is_file()
        self._start(lambda: _read_album(Album.of(paths), 0 if single else 1))

    def take_over(self, other: Opener) -> None:
        """Browse what another opener browses."""
        self.album = self._wanted = other.album

    def paste(self, image: QImage) -> None:
        """Open a picture from the clipboard."""
        self._wanted = None
        self._start(lambda: _Read(_prepared(images.picture_of(image), None), None, []))

    def step(self, by: int) -> None:
        """Go to another picture of the album, skipping unreadable ones."""
        if self._wanted is not None and len(self._wanted.paths) > 1:
            self._wanted = wanted = self._wanted.step(by)
            self._start(lambda: _read_album(wanted, by))

    def _start(self, read: Callable[[], _Read]) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.run(lambda _: read(), self._show, self._refuse)

    def _show(self, read: _Read) -> None:
        self.album = self._wanted = read.album
        self.opened.emit(read.opened)
        for problem in read.problems:
            self.failed.emit(problem)

    def _refuse(self, error: RealstylerError) -> None:
        self._wanted = self.album
        self.failed.emit(error)


def _read_album(album: Album, by: int) -> _Read:
    """Read the current picture, or the next readable one in a direction.

    Raises:
        RealstylerError: none is readable, or the current one isn't and `by` is 0.
    """
    problems: list[RealstylerError] = []
    while True:
        path = album.current
        try:
            return _Read(_prepared(pictures.read(path), path), album, problems)
        except RealstylerError as error:
            if by == 0 or len(album.paths) == 1:
                raise
            problems.append(error)
            album = album.without_current(by)


def _prepared(picture: Picture, path: Path | None) -> Opened:
    small = images.reduced(pictures.paintable(picture), PREVIEW_SIDE)
    return Opened(picture, path, images.shown(picture), small)
