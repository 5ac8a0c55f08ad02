"""Records what is shown, in its own thread."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from realstyler.errors import RealstylerError
from realstyler.files import replacing
from realstyler_gui.live.microphone import Samples, SoundFormat
from realstyler_gui.live.virtual_camera import letterboxed
from realstyler_gui.shared.images import as_pixels
from realstyler_gui.shared.tasks import as_error

if TYPE_CHECKING:
    from realstyler.video import Recording

_WAITING_FRAMES = 8
_POLL_SECONDS = 0.05
Done = Callable[["Recorder", Path | None, RealstylerError | None], None]
"""Called with the recorder, its file if there is one, and the error if there was one."""


class Recorder:
    """Writes images to a file until it is stopped or fails.

    The file appears when recording ends. After an error it contains everything written so far.
    """

    def __init__(self, target: Path, done: Done, sound: SoundFormat | None = None) -> None:
        """Record to `target`; `done` is called in the recorder's thread when it ends.

        With `sound`, what `hear` is given becomes a track of the clip.
        """
        self.target = target
        self.started = time.perf_counter()
        self.dropped = 0
        """Images dropped because writing was too slow."""
        self._done, self._sound = done, sound
        self._heard: queue.SimpleQueue[tuple[Samples, float]] = queue.SimpleQueue()
        self._images: queue.Queue[tuple[QImage, float]] = queue.Queue(_WAITING_FRAMES)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder")
        self._thread.start()

    def add(self, image: QImage, arrived: float) -> None:
        """Enqueue an image and its time; never blocks."""
        try:
            self._images.put_nowait((image, arrived))
        except queue.Full:
            self.dropped += 1

    def hear(self, samples: Samples, moment: float) -> None:
        """Enqueue samples and when the first of them was heard; never blocks."""
        self._heard.put((samples, moment))

    def stop(self) -> None:
        """Stop recording and wait for the file."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        problem: Exception | None = None
        try:
            with replacing(self.target, overwrite=False) as temporary:
                problem = self._record(temporary)
        except Exception as error:  # noqa: BLE001 - e.g. a missing folder or codec
            self._done(self, None, as_error(error))
        else:
            self._done(self, self.target, as_error(problem) if problem else None)

    def _record(self, path: Path) -> Exception | None:
        """Write until `stop`; return the error that ended a recording with at least one frame."""
        first = self._next()
        if first is None:
            raise RealstylerError(code="nothing-recorded")
        from realstyler.video import Recording

        recording = Recording(path, self.target, first[0].width(), first[0].height(), self._sound)
        try:
            self._write(recording, first)
        except Exception as error:
            recording.abandon()
            if recording.frames == 0:
                raise
            return error
        return None

    def _write(self, recording: Recording, first: tuple[QImage, float]) -> None:
        size = first[0].size()
        item: tuple[QImage, float] | None = first
        while item is not None:
            image, arrived = item
            recording.write(as_pixels(letterboxed(image, size)), arrived)
            self._write_sound(recording)
            item = self._next()
        self._write_sound(recording)
        recording.finish()

    def _write_sound(self, recording: Recording) -> None:
        while not self._heard.empty():
            recording.hear(*self._heard.get())

    def _next(self) -> tuple[QImage, float] | None:
        """Wait for an image; return None after `stop`, once all are written."""
        while True:
            try:
                return self._images.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if self._stopping.is_set():
                    return None
