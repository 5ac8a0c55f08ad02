"""Recording of what is shown, by the writer of `realstyler video`, in a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from realstyler.errors import RealstylerError
from realstyler.files import replacing
from realstyler_gui.images import as_pixels
from realstyler_gui.tasks import as_error

if TYPE_CHECKING:
    from realstyler.video.frames import Frame
    from realstyler.video.target import Writer

INSTALL = "pip install 'realstyler[video]'"
_WAITING_FRAMES = 8
_MILLISECOND = Fraction(1, 1000)
_RATE = Fraction(30)
_CRF, _PRESET = 19, "veryfast"
Done = Callable[[Path | None, RealstylerError | None], None]


def available() -> bool:
    """Whether PyAV is installed."""
    return find_spec("av") is not None


class Recorder:
    """Writes images to a file until it is stopped. The file appears whole, at the end."""

    def __init__(self, target: Path, done: Done) -> None:
        """Record to `target`; `done` is called in the recorder's thread when that has ended."""
        self.target = target
        self.started = time.perf_counter()
        self.dropped = 0
        """Images that came faster than they could be written."""
        self._done = done
        self._images: queue.Queue[tuple[QImage, float] | None] = queue.Queue(_WAITING_FRAMES)
        self._thread = threading.Thread(target=self._run, name="recorder")
        self._thread.start()

    def add(self, image: QImage, arrived: float) -> None:
        """Hand over an image and its time; never waits."""
        try:
            self._images.put_nowait((image, arrived))
        except queue.Full:
            self.dropped += 1

    def stop(self) -> None:
        """End the recording and wait for its file."""
        if self._thread.is_alive():
            self._images.put(None)
            self._thread.join()

    def _run(self) -> None:
        try:
            with replacing(self.target, overwrite=False) as temporary:
                self._record(temporary)
        except Exception as problem:  # noqa: BLE001 - a full disk, a missing codec
            self._drain()
            self._done(None, as_error(problem))
        else:
            self._done(self.target, None)

    def _record(self, path: Path) -> None:
        from realstyler.video.frames import lasting

        frames = lasting(self._frames())
        first = next(frames, None)
        if first is None:
            raise RealstylerError("nothing was recorded", "wait for the first picture")
        writer = self._writer(path, first)
        try:
            for frame in chain([first], frames):
                writer.write(frame)
            writer.finish()
        except BaseException:
            writer.abandon()
            raise

    def _frames(self) -> Iterator[Frame]:
        """Yield what arrives, all of the first one's size, until `stop`."""
        from realstyler.video.frames import Frame

        first: tuple[QImage, float] | None = None
        while (item := self._images.get()) is not None:
            first = first or item
            image, arrived = item
            if image.size() != first[0].size():
                image = image.scaled(first[0].size())
            time = Fraction(round((arrived - first[1]) * 1000), 1000)
            yield Frame(as_pixels(image), None, time, 1 / _RATE)

    def _writer(self, path: Path, first: Frame) -> Writer:
        from realstyler.video import VideoOptions
        from realstyler.video.colors import BT709
        from realstyler.video.source import Facts
        from realstyler.video.target import Writer

        height, width = first.pixels.shape[:2]
        facts = Facts(width, height, _RATE, _MILLISECOND, seconds=None, colors=BT709)
        whole = (Fraction(0), None)
        return Writer(
            path, self.target, facts, _MILLISECOND, whole, VideoOptions(crf=_CRF, preset=_PRESET)
        )

    def _drain(self) -> None:
        """Let `stop` get through after an error."""
        while not self._images.empty():
            self._images.get_nowait()
