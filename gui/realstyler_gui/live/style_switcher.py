"""Switches styles in live mode: prepares the next one in the background, then swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from realstyler.errors import RealstylerError
from realstyler_gui.live.pipeline import Pipeline
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.tasks import LIVE, Task
from realstyler_gui.shared.widgets import once

if TYPE_CHECKING:
    from realstyler.video import SteadyStream

_SETTLING_MILLISECONDS = 80


class StyleSwitcher(QObject):
    """Provides the pipeline with a stream for the parameters, without delaying frames."""

    parameters_changed = Signal(object)
    failed = Signal(object)
    ready = Signal()
    """The latest parameters are now in use."""

    def __init__(self, context: Context, pipeline: Pipeline) -> None:
        super().__init__(pipeline)
        self._context, self._pipeline = context, pipeline
        self.parameters = Parameters(network="live")
        self._ready_for: tuple[str, str] = ("", "")
        self._preparing: Task[Any] | None = None
        self.steady = context.settings.flag("live/steady", default=True)
        """Whether flicker is reduced."""
        self._settle = once(self, _SETTLING_MILLISECONDS, self._prepare)

    def set_parameters(self, parameters: Parameters) -> None:
        """Switch to other parameters as soon as they are ready; controls apply at once."""
        parameters = self._context.catalogue.fitted(parameters)
        self.parameters = parameters
        self.parameters_changed.emit(parameters)
        if not parameters.recipe:
            self._pipeline.stream = None
        elif (
            parameters.recipe,
            parameters.network,
        ) == self._ready_for and self._pipeline.stream is not None:
            self._settle.stop()
            self._stop_preparing()
            self._adjust(self._pipeline.stream)
        else:
            self._settle.start()

    @property
    def preparing(self) -> bool:
        """Return whether a style is being prepared."""
        waiting = self._preparing is not None and self._preparing.running
        return waiting or self._settle.isActive()

    def set_steady(self, steady: bool) -> None:
        """Turn flicker reduction on or off, and remember it."""
        self.steady = steady
        self._context.settings.keep("live/steady", steady)
        self.restart()

    def restart(self) -> None:
        """Prepare again, e.g. for another number of threads."""
        self._ready_for = ("", "")
        self.set_parameters(self.parameters)

    def _prepare(self) -> None:
        self._stop_preparing()
        parameters, stylizers, side = (
            self.parameters,
            self._context.stylizers,
            self._pipeline.longer_side,
        )

        steady = self.steady

        def work(task: Task[Any]) -> Any:
            from realstyler.video import SteadyStream

            stylizer = stylizers.stylizer(parameters.recipe, parameters.network)
            task.cancel.check()
            # Most cameras are 4:3; other shapes cost the first frame a few milliseconds.
            stylizer.warm_up((side * 3 // 4 // 4 * 4, side // 4 * 4))
            return SteadyStream(stylizer, steady=steady)

        tasks = self._context.tasks
        self._preparing = tasks.run(
            work, lambda stream: self._swap(stream, parameters), self._fail, lane=LIVE
        )

    def _swap(self, stream: SteadyStream, parameters: Parameters) -> None:
        self._ready_for = (parameters.recipe, parameters.network)
        self._adjust(stream)
        self._pipeline.stream = stream
        self.ready.emit()

    def _adjust(self, stream: SteadyStream) -> None:
        # Live mode has no slider for strokes: frames are painted as they are.
        stream.controls = self.parameters.but(stroke="auto").controls

    def _fail(self, error: RealstylerError) -> None:
        self._ready_for = ("", "")
        self.failed.emit(error)

    def _stop_preparing(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None
