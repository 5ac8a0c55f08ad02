"""Virtual camera for video calls and OBS. Needs the extra ``camera``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from realstyler.errors import RealstylerError, UsageError
from realstyler_gui.shared.images import as_pixels
from realstyler_gui.shared.latest_value import LatestValue
from realstyler_gui.shared.tasks import as_error

_RATE = 30.0


class VirtualCamera:
    """Sends the latest image, in its own thread, until it is stopped or fails."""

    def __init__(self, failed: Callable[[RealstylerError], None]) -> None:
        """Start with the first image; `failed` is called from the thread just before it ends.

        Raises:
            UsageError: pyvirtualcam is not installed.
        """
        if find_spec("pyvirtualcam") is None:
            raise UsageError(code="needs-extra", module="pyvirtualcam", extra="camera")
        self.sent = 0
        """Images sent so far."""
        self._failed = failed
        self._images: LatestValue[QImage] = LatestValue()
        self._thread = threading.Thread(target=self._run, name="virtual camera")
        self._thread.start()

    def add(self, image: QImage, _: float) -> None:
        """Hand over an image; never blocks."""
        self._images.put(image)

    def stop(self) -> None:
        """Remove the camera."""
        self._images.close()
        self._thread.join()

    def _run(self) -> None:
        first = self._images.take()
        if first is None:
            return
        try:
            with _opened(first.size()) as camera:
                image: QImage | None = first
                while image is not None:
                    camera.send(as_pixels(letterboxed(image, first.size())))
                    self.sent += 1
                    image = self._images.take()
        except Exception as problem:  # noqa: BLE001 - drivers raise anything
            self._failed(as_error(problem))


def _opened(size: QSize) -> Any:
    """Open a camera that accepts RGB frames of a size.

    Raises:
        RealstylerError: there is no virtual camera.
    """
    import pyvirtualcam

    try:
        return pyvirtualcam.Camera(size.width(), size.height(), _RATE)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise RealstylerError(code="no-virtual-camera", reason=reason) from error


def letterboxed(image: QImage, size: QSize) -> QImage:
    """Fit an image into a size, centred on black, keeping its aspect ratio."""
    if image.size() == size:
        return image
    result = QImage(size, QImage.Format.Format_RGB32)
    result.fill(Qt.GlobalColor.black)
    keep = Qt.AspectRatioMode.KeepAspectRatio
    fitted = image.scaled(size, keep, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(result)
    offset = QPoint((size.width() - fitted.width()) // 2, (size.height() - fitted.height()) // 2)
    painter.drawImage(offset, fitted)
    painter.end()
    return result
