"""Frame sources: a camera, a video file, a screen, or generated frames."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSize, QUrl, Signal
from PySide6.QtGui import QScreen
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaPlayer,
    QScreenCapture,
    QVideoFrameInput,
    QVideoSink,
)

from realstyler.errors import InputError

_WANTED_RATE = 24.0


class LiveSource(QObject):
    """Sends frames to a sink between `start` and `stop`; restartable."""

    failed = Signal(object)
    """An error after which no more frames arrive."""
    mirrors = False
    """Whether frames are mirrored by default, as users expect of a webcam."""

    def start(self, sink: QVideoSink) -> None:
        """Start sending frames."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop sending frames; returns when none is in flight."""
        raise NotImplementedError


class CameraSource(LiveSource):
    """A webcam."""

    mirrors = True

    def __init__(
        self, device: QCameraDevice, longer_side: int, parent: QObject | None = None
    ) -> None:
        """Use the format of `device` that best suits frames of `longer_side` pixels."""
        super().__init__(parent)
        self.device = device
        self._camera = QCamera(device, self)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        chosen = best_format(device, longer_side)
        if chosen is not None:
            self._camera.setCameraFormat(chosen)
        self._camera.errorOccurred.connect(self._report)

    def start(self, sink: QVideoSink) -> None:
        """Turn the camera on."""
        self._session.setVideoSink(sink)
        self._camera.start()
        # A missing camera reports its error at construction and never again.
        if self.device.isNull() or self._camera.error() != QCamera.Error.NoError:
            self._report(self._camera.error(), self._camera.errorString())

    def stop(self) -> None:
        """Turn the camera off."""
        self._camera.stop()
        self._session.setVideoSink(None)  # type: ignore[arg-type]

    def _report(self, error: QCamera.Error, text: str) -> None:
        if error == QCamera.Error.NoError and text == "" and not self.device.isNull():
            return
        name = self.device.description()
        if name and text:
            self.failed.emit(InputError(code="camera-silent", camera=name, reason=text))
        else:
            self.failed.emit(InputError(code="camera-missing"))


class VideoSource(LiveSource):
    """A video file, in a loop."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._frames = 0
        self._sink: QVideoSink | None = None
        self.player = QMediaPlayer(self)
        self.player.errorOccurred.connect(lambda _, text: self._report(text))
        self.player.mediaStatusChanged.connect(self._follow)

    def start(self, sink: QVideoSink) -> None:
        """Play from the beginning."""
        self._frames = 0
        self._sink = sink
        sink.videoFrameChanged.connect(self._count)
        self.player.setVideoSink(sink)
        if self.player.source().isEmpty():
            self.player.setSource(QUrl.fromLocalFile(str(self.path)))
        self.player.play()

    def stop(self) -> None:
        """Stop playing."""
        if self._sink is not None:
            self._sink.videoFrameChanged.disconnect(self._count)
            self._sink = None
        self.player.stop()
        self.player.setVideoSink(None)  # type: ignore[arg-type]

    def _count(self) -> None:
        self._frames += 1

    def _follow(self, status: QMediaPlayer.MediaStatus) -> None:
        if status is QMediaPlayer.MediaStatus.EndOfMedia and self._sink is not None:
            if self._frames == 0:
                # A codec without a decoder, such as AV1, ends at once without an error.
                self.failed.emit(InputError(code="video-codec-unplayable", source=self.path.name))
            else:
                self.player.setPosition(0)
                self.player.play()

    def _report(self, reason: str) -> None:
        name = self.path.name
        self.failed.emit(InputError(code="video-unplayable", source=name, reason=reason))


class ScreenSource(LiveSource):
    """The contents of a screen."""

    def __init__(self, screen: QScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.screen = screen.name()
        self._capture = QScreenCapture(self)
        self._capture.setScreen(screen)
        self._session = QMediaCaptureSession(self)
        self._session.setScreenCapture(self._capture)
        self._capture.errorOccurred.connect(lambda _, text: self._report(text))

    def start(self, sink: QVideoSink) -> None:
        """Start capturing."""
        self._session.setVideoSink(sink)
        self._capture.start()

    def stop(self) -> None:
        """Stop capturing."""
        self._capture.stop()
        self._session.setVideoSink(None)  # type: ignore[arg-type]

    def _report(self, reason: str) -> None:
        if reason:
            self.failed.emit(InputError(code="screen-unavailable", reason=reason))
        else:
            self.failed.emit(InputError(code="screen-forbidden"))


class FrameSource(LiveSource):
    """Frames generated by a program, which writes them to `input`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.input = QVideoFrameInput(self)
        self._session = QMediaCaptureSession(self)
        self._session.setVideoFrameInput(self.input)

    def start(self, sink: QVideoSink) -> None:
        """Connect the input to the sink."""
        self._session.setVideoSink(sink)

    def stop(self) -> None:
        """Disconnect the sink."""
        self._session.setVideoSink(None)  # type: ignore[arg-type]


def best_format(device: QCameraDevice, longer_side: int) -> QCameraFormat | None:
    """Return the smallest fast format of at least `longer_side` pixels, or the largest one."""
    formats = list(device.videoFormats())
    fluent = [each for each in formats if each.maxFrameRate() >= _WANTED_RATE] or formats
    return min(fluent, key=lambda each: _distance(each, longer_side), default=None)


def _distance(each: QCameraFormat, longer_side: int) -> tuple[bool, int, float]:
    size = each.resolution()
    area = size.width() * size.height()
    too_small = max(size.width(), size.height()) < longer_side
    return (too_small, -area if too_small else area, -min(each.maxFrameRate(), 30.0))


def resolutions(device: QCameraDevice) -> list[QSize]:
    """Return a camera's frame sizes in ascending order, one per longer side."""
    found: dict[int, QSize] = {}
    for each in device.videoFormats():
        size = each.resolution()
        longer = max(size.width(), size.height())
        # For equal longer sides, list the aspect ratio that `best_format` picks.
        if longer not in found or size.height() < found[longer].height():
            found[longer] = size
    return [found[longer] for longer in sorted(found)]
