"""The state of one photograph: parameters, undo, preview, full resolution. No widgets."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from enum import Enum
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from realstyler.errors import RealstylerError
from realstyler.pictures import Picture
from realstyler_gui.photo.history import ParametersChange
from realstyler_gui.photo.opener import PREVIEW_SIDE, Opened
from realstyler_gui.shared import images
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.images import Pixels, Pyramid
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.tasks import PAINT, Task
from realstyler_gui.shared.widgets import once

_SETTLING_MILLISECONDS = 60
_FULL_DELAY_MILLISECONDS = 350
_KEPT_RESULTS = 3
_FIRST, _LAST = 10, 0


class State(Enum):
    """Progress of the painting with the current parameters."""

    EMPTY = "no picture"
    WAITING = "nothing painted yet"
    PREVIEW = "a preview is shown"
    READY = "painted in full resolution"
    STOPPED = "full resolution was cancelled"
    FAILED = "painting failed"


class Painting(NamedTuple):
    """A painted picture at full strength, with its version for display."""

    pixels: Pixels
    shown: Pyramid


class FullPainting(QObject):
    """A photograph being painted in full resolution, with the parameters at its start."""

    done = Signal(object)
    """`Painting`."""
    failed = Signal(object)
    stopped = Signal()
    progressed = Signal(float)

    def __init__(self, context: Context, photo: Opened, parameters: Parameters) -> None:
        super().__init__(context.tasks)
        self.photo, self.parameters = photo, parameters
        self.claims = 0
        """Pending requests for it; while there are any, it continues in the background."""
        work = _painting_of(context, photo.picture, parameters)
        self._task = context.tasks.run(work, self._end, self._fail, lane=PAINT, priority=_LAST)
        self._task.progressed.connect(self.progressed)

    def is_of(self, photo: Opened | None, parameters: Parameters) -> bool:
        """Return whether it will be the result for this photo and these parameters."""
        return self.photo is photo and self.parameters.painting == parameters.painting

    def cancel(self) -> None:
        """Stop it for all."""
        self._task.cancel()
        self.stopped.emit()
        self.deleteLater()

    def _end(self, painting: Painting) -> None:
        self.done.emit(painting)
        self.deleteLater()

    def _fail(self, error: RealstylerError) -> None:
        self.failed.emit(error)
        self.deleteLater()


class Session(QObject):
    """The open photograph, its parameters and its paintings."""

    opened = Signal(object)
    """`Opened`."""
    parameters_changed = Signal(object)
    """`Parameters`."""
    painting_changed = Signal(object)
    """`Pyramid` to show over the original, or None."""
    state_changed = Signal(object)
    progressed = Signal(float)
    failed = Signal(object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.undo_stack = QUndoStack(self)
        self.parameters = Parameters()
        self.photo: Opened | None = None
        self.state = State.EMPTY
        self._results: OrderedDict[tuple[Any, ...], Painting] = OrderedDict()
        self._preview: Task[Painting] | None = None
        self._full: FullPainting | None = None
        self._settle = once(self, _SETTLING_MILLISECONDS, self._paint_preview)
        self._full_delay = once(self, _FULL_DELAY_MILLISECONDS, self.paint_full)

    def show(self, photo: Opened) -> None:
        """Switch to another photograph."""
        self._stop_painting()
        self._results.clear()
        self.photo = photo
        self.opened.emit(photo)
        self._begin()

    # The parameters

    def set_parameters(self, parameters: Parameters, what: str = "", gesture: int = 0) -> None:
        """Change the parameters as an undoable step; equal non-zero gestures merge into one."""
        parameters = self._context.catalogue.fitted(parameters)
        if parameters != self.parameters:
            before = self.parameters
            self.undo_stack.push(
                ParametersChange(self.apply_parameters, before, parameters, what, gesture)
            )

    def apply_parameters(self, parameters: Parameters) -> None:
        """Change the parameters without an undo step."""
        before, self.parameters = self.parameters, parameters
        self.parameters_changed.emit(parameters)
        if parameters.painting != before.painting:
            self._begin()

    def refresh(self) -> None:
        """Repaint, e.g. after styles were reloaded."""
        self._results.clear()
        fitted = self._context.catalogue.fitted(self.parameters)
        if fitted != self.parameters:
            self.apply_parameters(fitted)
        else:
            self._begin()

    # Painting

    @property
    def result(self) -> Painting | None:
        """Return the full-resolution painting with the current parameters, if finished."""
        return self._results.get(self.parameters.painting)

    @property
    def busy(self) -> bool:
        """Return whether painting is in progress or about to start."""
        running = self._full is not None or (self._preview is not None and self._preview.running)
        return running or self._settle.isActive() or self._full_delay.isActive()

    def paint_full(self) -> FullPainting | None:
        """Start painting in full resolution; work already in progress continues.

        Returns:
            The painting in progress; None if there is nothing to paint or it is finished.
        """
        self._full_delay.stop()
        if self.photo is None or not self.parameters.recipe or self.result is not None:
            return None
        if self._full is None or not self._full.is_of(self.photo, self.parameters):
            self._stop_painting()
            self._full = full = FullPainting(self._context, self.photo, self.parameters)
            full.done.connect(lambda painting: self._keep_full(full, painting))
            full.failed.connect(lambda error: self._fail_full(full, error))
            full.progressed.connect(lambda share: self._tell_progress(full, share))
            if self.state not in (State.WAITING, State.PREVIEW):
                self._set_state(State.WAITING)
            self.progressed.emit(0.0)
        return self._full

    def cancel(self) -> None:
        """Stop painting, including pending requests; what is shown stays."""
        if self._full is not None:
            self._full.claims = 0
        self._stop_painting()
        if self.photo is not None and self.state is not State.READY:
            self._set_state(State.STOPPED)

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
        if max(self.photo.picture.pixels.shape[:2]) <= PREVIEW_SIDE:
            self.paint_full()
            return
        work = _painting_of(self._context, Picture(self.photo.small), self.parameters)
        self._preview = self._context.tasks.run(
            work, self._show_preview, self._fail, lane=PAINT, priority=_FIRST
        )

    def _show_preview(self, painting: Painting) -> None:
        assert self.photo is not None
        painting.shown.size = self.photo.shown.size
        self.painting_changed.emit(painting.shown)
        self._set_state(State.PREVIEW)
        self._full_delay.start()

    def _keep_full(self, full: FullPainting, painting: Painting) -> None:
        if full is not self._full:
            return
        self._full = None
        self._results[full.parameters.painting] = painting
        while len(self._results) > _KEPT_RESULTS:
            self._results.popitem(last=False)
        self._show_full(painting)

    def _show_full(self, painting: Painting) -> None:
        self.painting_changed.emit(painting.shown)
        self._set_state(State.READY)

    def _tell_progress(self, full: FullPainting, share: float) -> None:
        if full is self._full:
            self.progressed.emit(share)

    def _stop_painting(self) -> None:
        self._settle.stop()
        self._full_delay.stop()
        if self._preview is not None:
            self._preview.cancel()
            self._preview = None
        full, self._full = self._full, None
        # If a request is pending, keep painting the picture although it is no longer shown.
        if full is not None and not full.claims:
            full.cancel()

    def _fail_full(self, full: FullPainting, error: RealstylerError) -> None:
        if full is self._full:
            self._full = None
            self._fail(error)

    def _fail(self, error: RealstylerError) -> None:
        self._set_state(State.FAILED)
        self.failed.emit(error)

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit(state)


def _painting_of(context: Context, picture: Picture, parameters: Parameters) -> Any:
    """Return a function that paints a picture in a thread and prepares it for display."""
    stylizers = context.stylizers

    def work(task: Task[Any]) -> Painting:
        painted = stylizers.paint(task, picture, parameters)
        return Painting(painted.pixels, images.shown(replace(painted, alpha=None)))

    return work
