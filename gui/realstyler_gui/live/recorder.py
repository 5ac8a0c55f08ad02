"""Recording of what is shown, as H.264 in an MP4 file, by PyAV in a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from realstyler.errors import RealstylerError
from realstyler.files import replacing
from realstyler_gui.images import as_pixels
from realstyler_gui.tasks import as_error

if TYPE_CHECKING:
    from realstyler_gui.images import Pixels

INSTALL = "pip install 'realstyler[video]'"
_WAITING_FRAMES = 8
_MILLISECOND = Fraction(1, 1000)
_CODECS = ("libx264", "h264", "mpeg4")
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
        import av

        first = self._images.get()
        if first is None:
            raise RealstylerError("nothing was recorded", "wait for the first picture")
        image, began = first
        with av.open(str(path), "w", format="mp4") as container:
            stream = _video_stream(container, image)
            last = -1
            item: tuple[QImage, float] | None = first
            while item is not None:
                image, arrived = item
                moment = max(last + 1, round((arrived - began) * 1000))
                last = moment
                container.mux(stream.encode(_frame(image, stream, moment)))
                item = self._images.get()
            container.mux(stream.encode(None))

    def _drain(self) -> None:
        """Let `stop` get through after an error."""
        while not self._images.empty():
            self._images.get_nowait()


def _video_stream(container: Any, image: QImage) -> Any:
    import av

    codec = next(name for name in _CODECS if name in av.codecs_available)
    stream = container.add_stream(codec, rate=30)
    stream.width, stream.height = image.width() // 2 * 2, image.height() // 2 * 2
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = _MILLISECOND
    if codec == "libx264":
        stream.options = {"preset": "veryfast", "crf": "19"}
    return stream


def _frame(image: QImage, stream: Any, moment: int) -> Any:
    import av

    if (image.width(), image.height()) != (stream.width, stream.height):
        image = image.scaled(stream.width, stream.height)
    pixels: Pixels = as_pixels(image)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame.pts, frame.time_base = moment, _MILLISECOND
    return frame
