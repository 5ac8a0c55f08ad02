"""What happens when the shutter is pressed: one shot, a burst of them, or an animation."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QImage

from realstyler_gui.live.captures import Captures
from realstyler_gui.live.countdown import Countdown
from realstyler_gui.live.pipeline import Pipeline, Shown
from realstyler_gui.live.shutter import BURST, GIF, Shutter
from realstyler_gui.live.style_switcher import StyleSwitcher
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.widgets import every, once

SHOTS = 5
"""Of a burst."""

_APART_MILLISECONDS = 400
_PATIENCE = 5
"""How often a burst waits for another frame; a paused video has none."""
SECONDS = 3.0
"""Of an animation."""

_STEP_SECONDS = 0.1
_ANIMATION_SIDE = 480


class Flipbook:
    """Collects painted frames of an animation, small and a tenth of a second apart."""

    def __init__(self) -> None:
        self.frames: list[QImage] = []
        self.times: list[float] = []
        """When each frame arrived, in seconds."""

    def add(self, image: QImage, arrived: float) -> None:
        """Take a frame, unless the last one is too recent; called in the painting thread."""
        if self.times and arrived - self.times[-1] < _STEP_SECONDS:
            return
        side = max(image.width(), image.height())
        if side > _ANIMATION_SIDE:
            room = QSize(_ANIMATION_SIDE, _ANIMATION_SIDE)
            keep, smooth = (
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            image = image.scaled(room, keep, smooth)
        self.times.append(arrived)
        self.frames.append(image)


class Shooting(QObject):
    """Counts down, then takes what the shutter is set to."""

    def __init__(
        self,
        context: Context,
        pipeline: Pipeline,
        switcher: StyleSwitcher,
        captures: Captures,
        shutter: Shutter,
        countdown: Countdown,
        current: Callable[[], Shown | None],
    ) -> None:
        """Take shots of what `current` returns: the frame that is on screen."""
        super().__init__(shutter)
        self._context, self._pipeline, self._switcher = context, pipeline, switcher
        self._captures, self._shutter, self._countdown = captures, shutter, countdown
        self._current = current
        self._left = self._waited = 0
        self._last: Shown | None = None
        """The shot before, in a burst."""
        self._flipbook: Flipbook | None = None
        self._burst = every(self, _APART_MILLISECONDS, self._take_next)
        self._animation = once(self, round(SECONDS * 1000), self._end_animation)
        countdown.finished.connect(self.take)

    def start(self) -> None:
        """Take a shot after the chosen countdown; a second call aborts the countdown."""
        if self._countdown.running:
            self._countdown.cancel()
        elif self._current() is not None:
            self._countdown.start(self._shutter.delay.currentData())

    def take(self) -> None:
        """Take at once what the shutter is set to."""
        kind = self._shutter.kind.currentData()
        if self._current() is None or self._left or self._flipbook is not None:
            return
        if kind == BURST:
            self._left, self._waited = SHOTS, 0
            self._take_next()
            self._burst.start()
        elif kind == GIF:
            self._start_animation()
        else:
            self._take_one()

    def stop(self) -> None:
        """End everything; an animation that has begun is saved as far as it got."""
        self._countdown.cancel()
        self._burst.stop()
        self._left, self._last = 0, None
        if self._flipbook is not None:
            self._end_animation()

    def _take_one(self) -> None:
        shown = self._current()
        parameters = self._switcher.parameters.but(network="full")
        if shown is None:
            return
        if self._shutter.finest.isChecked() and parameters.recipe:
            self._captures.save_finest(shown, self._context.catalogue.fitted(parameters))
        else:
            self._captures.save(shown.painted)

    def _take_next(self) -> None:
        """Take another frame than the last; a slow network may still show that one."""
        shown = self._current()
        if shown is not self._last:
            self._last, self._waited = shown, 0
            self._take_one()
            self._left -= 1
        else:
            self._waited += 1
        if self._left <= 0 or self._waited > _PATIENCE:
            self._left, self._last = 0, None
            self._burst.stop()

    def _start_animation(self) -> None:
        self._flipbook = Flipbook()
        self._pipeline.taps.append(self._flipbook.add)
        self._animation.start()
        self._context.notifier.show(self.tr("Recording an animation…"))

    def _end_animation(self) -> None:
        self._animation.stop()
        book, self._flipbook = self._flipbook, None
        if book is not None:
            self._pipeline.taps.remove(book.add)
            if book.frames:
                self._captures.save_animation(book.frames, book.times)
