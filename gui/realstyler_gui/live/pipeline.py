"""Paints a source's frames in one thread; keeps only the latest frame, never a queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QThread, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoSink

from realstyler_gui.shared.images import as_pixels
from realstyler_gui.shared.latest_value import LatestValue
from realstyler_gui.shared.tasks import as_error

if TYPE_CHECKING:
    from realstyler.video import SteadyStream

_CLOSING_MILLISECONDS = 10_000
_SMOOTH = Qt.TransformationMode.SmoothTransformation
_RGB32, _RGB888 = QImage.Format.Format_RGB32, QImage.Format.Format_RGB888


@dataclass(frozen=True)
class Arrival:
    """A raw frame and its arrival time (`time.perf_counter`)."""

    frame: QVideoFrame
    arrived: float


@dataclass(frozen=True)
class Shown:
    """A frame ready for display; `painted` is the original if no stream is set."""

    original: QImage
    painted: QImage
    arrived: float
    frame: QVideoFrame
    """The raw frame, in the camera's own size."""
    mirrored: bool

    def full_size(self) -> QImage:
        """Decode the frame at full size, upright and mirrored as shown."""
        return _decoded(self.frame, self.mirrored).convertToFormat(_RGB32)


Tap = Callable[[QImage, float], None]
"""Called with every painted image and its arrival time, in the painting thread."""


class Pipeline(QObject):
    """Receives frames through `sink` and provides painted ones; `take` them on `ready`.

    Settings are plain attributes that may change at any time; each frame reads them once.
    """

    ready = Signal()
    """A new image is available; not emitted again until it is taken."""
    failed = Signal(object)
    """Painting failed; frames are passed on unpainted until another stream is set."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sink = QVideoSink(self)
        self.stream: SteadyStream | None = None
        self.mirrored = False
        self.longer_side = 640
        """Frames are scaled down to this many pixels before painting."""
        self.taps: list[Tap] = []
        """Additional receivers of painted frames, besides the screen."""
        self._last: QVideoFrame | None = None
        self._inbox: LatestValue[Arrival] = LatestValue()
        self._outbox: LatestValue[Shown] = LatestValue()
        self._worker = _Worker(self, self._inbox, self._outbox)
        # Queued: a direct connection would run in the source's thread and deadlock when it stops.
        self.sink.videoFrameChanged.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._worker.start()

    def take(self) -> Shown | None:
        """Return the latest painted frame, if it was not taken before."""
        self._worker.announced = False
        return self._outbox.take_now()

    def repeat(self) -> None:
        """Paint the last frame again, e.g. in another style while a video is paused."""
        if self._last is not None:
            self._receive(self._last)

    def forget(self) -> None:
        """Drop the last frame: its source has ended."""
        self._last = None

    @property
    def dropped(self) -> int:
        """Count frames that were skipped or never shown."""
        return self._inbox.replaced + self._outbox.replaced

    def close(self) -> bool:
        """End the thread, after the source has stopped; return False if it did not end."""
        self.sink.videoFrameChanged.disconnect(self._receive)
        self._inbox.close()
        return self._worker.wait(_CLOSING_MILLISECONDS)

    @Slot(QVideoFrame)
    def _receive(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._last = frame
            self._inbox.put(Arrival(frame, time.perf_counter()))


class _Worker(QThread):
    def __init__(
        self, pipeline: Pipeline, inbox: LatestValue[Arrival], outbox: LatestValue[Shown]
    ) -> None:
        super().__init__(pipeline)
        self._pipeline, self._inbox, self._outbox = pipeline, inbox, outbox
        self.announced = False

    def run(self) -> None:
        """Paint frame after frame until the slot is closed."""
        while (arrival := self._inbox.take()) is not None:
            shown = self._process(arrival)
            if shown is not None:
                self._outbox.put(shown)
                if not self.announced:
                    self.announced = True
                    self._pipeline.ready.emit()

    def _process(self, arrival: Arrival) -> Shown | None:
        pipeline, mirrored = self._pipeline, self._pipeline.mirrored
        original = _prepared(arrival.frame, pipeline.longer_side, mirrored)
        if original.isNull():
            return None
        painted = self._paint(original)
        for tap in tuple(pipeline.taps):
            tap(painted, arrival.arrived)
        return Shown(original, painted, arrival.arrived, arrival.frame, mirrored)

    def _paint(self, original: QImage) -> QImage:
        stream = self._pipeline.stream
        if stream is None:
            return original
        try:
            # Copy the H×W×3 array: a steady stream keeps it to compare with the next frame.
            painted = stream.stylize(as_pixels(original))
        except Exception as problem:  # noqa: BLE001 - the thread must survive
            if self._pipeline.stream is stream:
                self._pipeline.stream = None
            self._pipeline.failed.emit(as_error(problem))
            return original
        height, width, _ = painted.shape
        return QImage(painted.data, width, height, 3 * width, _RGB888).convertToFormat(_RGB32)


def _prepared(frame: QVideoFrame, longer_side: int, mirrored: bool) -> QImage:
    """Convert a frame of any format to RGB32: upright, scaled and mirrored."""
    image = _decoded(frame, mirrored)
    if image.isNull():
        return image
    size = working_size(image.size(), longer_side)
    if size != image.size():
        image = image.scaled(size, mode=_SMOOTH)
    return image.convertToFormat(_RGB32)


def _decoded(frame: QVideoFrame, mirrored: bool) -> QImage:
    image = frame.toImage()
    return image.flipped(Qt.Orientation.Horizontal) if mirrored else image


def working_size(size: QSize, longer_side: int) -> QSize:
    """Scale down to `longer_side`, to multiples of 4, which networks process without padding."""
    scale = min(1.0, longer_side / max(size.width(), size.height()))
    if scale == 1.0 and size.width() % 4 == 0 and size.height() % 4 == 0:
        return size
    sides = (max(8, 4 * round(side * scale / 4)) for side in (size.width(), size.height()))
    return QSize(*sides)
