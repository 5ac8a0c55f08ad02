"""The engine of live mode: prepares the next style beside the running one, then swaps them."""

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
    """Gives the pipeline a stream for the parameters; frames never wait for it."""

    parameters_changed = Signal(object)
    failed = Signal(object)
    ready = Signal()
    """The parameters that were set last paint now."""

    def __init__(self, context: Context, pipeline: Pipeline) -> None:
        super().__init__(pipeline)
        self._context, self._pipeline = context, pipeline
        self.parameters = Parameters(network="live")
        self._ready_for: tuple[str, str] = ("", "")
        self._preparing: Task[Any] | None = None
        self.steady = context.settings.flag("live/steady", default=True)
        """Whether flicker is suppressed."""
        self._settle = once(self, _SETTLING_MILLISECONDS, self._prepare)

    def set_parameters(self, parameters: Parameters) -> None:
        """Paint with other parameters as soon as they are ready; controls change at once."""
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
        """Whether a style is on its way."""
        waiting = self._preparing is not None and self._preparing.running
        return waiting or self._settle.isActive()

    def set_steady(self, steady: bool) -> None:
        """Suppress flicker or not, and remember it."""
        self.steady = steady
        self._context.settings.keep("live/steady", steady)
        self.restart()

    def restart(self) -> None:
        """Prepare anew, e.g. for another number of threads."""
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
            # Frames are mostly 4:3; another shape costs its first frame some milliseconds.
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
