"""What happens to one photograph: parameters, undo, preview, full resolution. No widgets here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack

from realstyler import pictures
from realstyler.errors import RealstylerError, UsageError
from realstyler.pictures import Picture
from realstyler_gui.photo.album import Album
from realstyler_gui.shared import images
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.images import Pixels, Pyramid
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.tasks import PAINT, Task
from realstyler_gui.shared.thumbnails import THUMBNAIL_SIDE
from realstyler_gui.shared.widgets import once

PREVIEW_SIDE = 640
"""Pixels of the longer side of the quick preview."""

_SETTLING_MILLISECONDS = 60
_FULL_DELAY_MILLISECONDS = 350
_KEPT_RESULTS = 3
_FIRST, _LAST = 10, 0


class State(Enum):
    """How far the painting with the current parameters is."""

    EMPTY = "no picture"
    WAITING = "nothing painted yet"
    PREVIEW = "a preview is shown"
    READY = "painted in full resolution"
    STOPPED = "full resolution was cancelled"
    FAILED = "painting failed"


class Opened(NamedTuple):
    """A picture that was read, with what the screen needs of it."""

    picture: Picture
    path: Path | None
    shown: Pyramid
    small: Pixels
    tiny: Pixels


class Painting(NamedTuple):
    """A painted picture at full strength, and as the screen shows it."""

    pixels: Pixels
    shown: Pyramid


class Session(QObject):
    """The open photograph, its parameters and its paintings."""

    opened = Signal(object)
    """`Opened`."""
    parameters_changed = Signal(object)
    """`Parameters`."""
    painting_changed = Signal(object)
    """`Pyramid` to be shown over the original, or None."""
    state_changed = Signal(object)
    progressed = Signal(float)
    failed = Signal(object)
    album_changed = Signal(object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.undo_stack = QUndoStack(self)
        self.parameters = Parameters()
        self.photo: Opened | None = None
        self.album: Album | None = None
        self.state = State.EMPTY
        self._results: OrderedDict[tuple[Any, ...], Painting] = OrderedDict()
        self._reading: Task[Any] | None = None
        self._painting: Task[Painting] | None = None
        self._settle = once(self, _SETTLING_MILLISECONDS, self._paint_preview)
        self._patience = once(self, _FULL_DELAY_MILLISECONDS, self.paint_full)

    # Opening

    def open(self, paths: Sequence[Path]) -> None:
        """Read pictures, or those in folders, in the background and show the first."""
        self._replace_reading(lambda _: Album.of(paths), self._show_album)

    def paste(self, image: QImage) -> None:
        """Take a picture from the clipboard."""
        self._set_album(None)
        self._replace_reading(lambda _: _prepared(images.picture_of(image), None), self._show)

    def step(self, by: int) -> None:
        """Go to another picture of the album."""
        if self.album is not None and len(self.album.paths) > 1:
            self._show_album(self.album.step(by))

    def _show_album(self, album: Album) -> None:
        self._set_album(album)
        path = album.current
        self._replace_reading(lambda _: _prepared(pictures.read(path), path), self._show)

    def _set_album(self, album: Album | None) -> None:
        self.album = album
        self.album_changed.emit(album)

    def _replace_reading(self, function: Any, done: Any) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._context.tasks.run(function, done, self.failed.emit)

    def _show(self, photo: Opened) -> None:
        self._stop_painting()
        self._results.clear()
        self.photo = photo
        if photo.path is not None:
            self._context.settings.add_recent(photo.path)
        self.opened.emit(photo)
        self._begin()

    # The parameters

    def set_parameters(
        self, parameters: Parameters, what: str = "", *, merge: bool = False
    ) -> None:
        """Change the parameters so that it can be undone; with `merge` one drag is one step."""
        parameters = self._context.catalogue.fitted(parameters)
        if parameters != self.parameters:
            self.undo_stack.push(_ParametersChange(self, parameters, what, merge))

    def apply_parameters(self, parameters: Parameters) -> None:
        """Change the parameters without an entry in the history."""
        before, self.parameters = self.parameters, parameters
        self.parameters_changed.emit(parameters)
        if parameters.painting != before.painting:
            self._begin()

    def refresh(self) -> None:
        """Paint anew, e.g. after styles were reloaded."""
        self._results.clear()
        fitted = self._context.catalogue.fitted(self.parameters)
        if fitted != self.parameters:
            self.apply_parameters(fitted)
        else:
            self._begin()

    # Painting

    @property
    def result(self) -> Painting | None:
        """The painting in full resolution with these parameters, if it is done."""
        return self._results.get(self.parameters.painting)

    def _begin(self) -> None:
        self._stop_painting()
        if self.photo is None or not self.parameters.recipe:
            self._set_state(State.EMPTY if self.photo is None else State.WAITING)
            self.painting_changed.emit(None)
        elif self.result is not None:
            self._show_full(self.result)
        else:
            self._set_state(State.WAITING)
            self._settle.start()

    def _paint_preview(self) -> None:
        assert self.photo is not None
        small = max(self.photo.picture.pixels.shape[:2]) <= PREVIEW_SIDE
        if small:
            self.paint_full()
            return
        self._paint(self.photo.small, _FIRST, self._show_preview)

    def _show_preview(self, painting: Painting) -> None:
        assert self.photo is not None
        painting.shown.size = self.photo.shown.size
        self.painting_changed.emit(painting.shown)
        self._set_state(State.PREVIEW)
        self._patience.start()

    def paint_full(self) -> None:
        """Paint the whole picture now, unless it is done or on its way."""
        self._patience.stop()
        if self.photo is not None and self.parameters.recipe and self.result is None:
            task = self._paint(self.photo.picture.pixels, _LAST, self._keep_full)
            task.progressed.connect(self.progressed)
            self.progressed.emit(0.0)

    def _keep_full(self, painting: Painting) -> None:
        self._results[self.parameters.painting] = painting
        while len(self._results) > _KEPT_RESULTS:
            self._results.popitem(last=False)
        self._show_full(painting)

    def _show_full(self, painting: Painting) -> None:
        self.painting_changed.emit(painting.shown)
        self._set_state(State.READY)

    def _paint(self, pixels: Pixels, priority: int, done: Any) -> Task[Painting]:
        parameters, stylizers = self.parameters, self._context.stylizers
        assert self.photo is not None
        profile = self.photo.picture.icc_profile

        def work(task: Task[Any]) -> Painting:
            painted = stylizers.paint(task, pixels, parameters)
            return Painting(painted, images.shown(Picture(painted, icc_profile=profile)))

        self._stop_painting()
        tasks = self._context.tasks
        self._painting = tasks.run(work, done, self._fail, lane=PAINT, priority=priority)
        return self._painting

    def cancel(self) -> None:
        """Stop painting; what is shown stays."""
        self._stop_painting()
        if self.photo is not None and self.state is not State.READY:
            self._set_state(State.STOPPED)

    @property
    def busy(self) -> bool:
        """Whether something is being painted or about to be."""
        running = self._painting is not None and self._painting.running
        return running or self._settle.isActive() or self._patience.isActive()

    def _stop_painting(self) -> None:
        self._settle.stop()
        self._patience.stop()
        if self._painting is not None:
            self._painting.cancel()
            self._painting = None

    def _fail(self, error: RealstylerError) -> None:
        self._set_state(State.FAILED)
        self.failed.emit(error)

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit(state)

    # Results

    def finisher(self) -> Callable[[], Picture]:
        """What makes the finished picture: the photograph as it is shown, with all its metadata.

        It takes a moment, so it belongs in a thread; later changes do not reach it.

        Raises:
            UsageError: the picture is not painted in full resolution yet.
        """
        painting, photo, strength = self.result, self.photo, self.parameters.strength
        if photo is None or painting is None:
            raise UsageError("the picture is not painted yet", "wait until it is done")
        picture, stylizers = photo.picture, self._context.stylizers

        def finish() -> Picture:
            return picture.with_pixels(stylizers.mix(picture.pixels, painting.pixels, strength))

        return finish


class _ParametersChange(QUndoCommand):
    """One change of the parameters in the history."""

    def __init__(self, session: Session, parameters: Parameters, what: str, merge: bool) -> None:
        super().__init__(what)
        self._session, self._before, self._after = session, session.parameters, parameters
        self._merge = merge

    def id(self) -> int:
        """Changes that merge have the same number."""
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Take the newer change in, if it is of the same control."""
        if not isinstance(other, _ParametersChange) or other.text() != self.text():
            return False
        self._after = other._after  # noqa: SLF001 - of the same class
        return True

    def undo(self) -> None:
        """Go back."""
        self._session.apply_parameters(self._before)

    def redo(self) -> None:
        """Go forward."""
        self._session.apply_parameters(self._after)


def _prepared(picture: Picture, path: Path | None) -> Opened:
    small = images.reduced(picture.pixels, PREVIEW_SIDE)
    tiny = images.reduced(small, THUMBNAIL_SIDE)
    return Opened(picture, path, images.shown(picture), small, tiny)
