"""Selects the source: follows connected cameras and restarts failed sources."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtMultimedia import QCameraDevice
from PySide6.QtWidgets import QComboBox

from realstyler.errors import RealstylerError
from realstyler_gui.live.cameras import Cameras, camera_identity
from realstyler_gui.live.pipeline import Pipeline
from realstyler_gui.live.sources import (
    CameraSource,
    LiveSource,
    ScreenSource,
    VideoSource,
    best_format,
)
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.wording import in_words

_CAMERA, _SCREEN, _VIDEO, _ASK = "camera", "screen", "video", "ask"


class SourceSwitcher(QObject):
    """Connects at most one source at a time to the pipeline."""

    changed = Signal()
    """Another source was selected, or none."""
    stopped = Signal(str, str)
    """There are no frames: what happened, and how to fix it."""
    failed = Signal(object)
    video_wanted = Signal()
    """The user asked for a video file."""

    def __init__(self, settings: Settings, pipeline: Pipeline, box: QComboBox) -> None:
        super().__init__(box)
        self._settings, self._pipeline, self._box = settings, pipeline, box
        self.cameras = Cameras(self)
        self.source: LiveSource | None = None
        self.longer_side = 640
        """Requested longer side of camera frames, in pixels."""
        self._camera = ""
        """Identity of the selected camera, connected or not."""
        self._paused = True
        self.cameras.changed.connect(self._follow_cameras)
        box.activated.connect(self._choose)
        self._fill()

    @property
    def device(self) -> QCameraDevice | None:
        """Return the camera in use."""
        return self.source.device if isinstance(self.source, CameraSource) else None

    def set_size(self, longer_side: int) -> None:
        """Request camera frames of another size."""
        self.longer_side, before = longer_side, self.longer_side
        device = self.device
        if device is not None and best_format(device, before) != best_format(device, longer_side):
            self.start(CameraSource(device, longer_side))

    def resume(self) -> None:
        """Start the source, or the first camera."""
        if not self._paused:
            return
        self._paused = False
        if self.source is not None:
            self.source.start(self._pipeline.sink)
        else:
            self._start_first_camera()

    def pause(self) -> None:
        """Stop the source until `resume`."""
        self._paused = True
        if self.source is not None:
            self.source.stop()

    def start(self, source: LiveSource) -> None:
        """Switch to another source."""
        self.drop()
        self.source = source
        source.setParent(self)
        source.failed.connect(self._fail)
        self._fill()
        mirrored = self._settings.flag("live/mirror", default=True)
        self._pipeline.mirrored = source.mirrors and mirrored
        self.changed.emit()
        if not self._paused:
            source.start(self._pipeline.sink)

    def set_mirrored(self, mirrored: bool) -> None:
        """Set mirroring; remembered for cameras."""
        self._pipeline.mirrored = mirrored
        if self.device is not None:
            self._settings.keep("live/mirror", mirrored)

    def restart(self) -> None:
        """Restart a failed source."""
        device = self.cameras.find(self._camera)
        if isinstance(self.source, VideoSource):
            self.start(VideoSource(self.source.path))
        elif device is not None:
            self._start_camera(device)
        else:
            self._start_first_camera()

    def open_video(self, path: Path) -> None:
        """Play a video file."""
        self._camera = ""
        self.start(VideoSource(path))

    def drop(self) -> None:
        """Drop the source."""
        if self.source is not None:
            self.source.stop()
            self.source.deleteLater()
            self.source = None
            self.changed.emit()

    def refill(self) -> None:
        """Mark the current source again after another choice failed."""
        self._fill()

    def _start_camera(self, device: QCameraDevice) -> None:
        self._camera = camera_identity(device)
        self.start(CameraSource(device, self.longer_side))

    def _start_first_camera(self) -> None:
        kept = self.cameras.find(self._settings.text("live/camera"))
        devices = [kept] if kept else self.cameras.devices
        if devices:
            self._start_camera(devices[0])
            return
        self.drop()
        self.stopped.emit(
            self.tr("No camera found"),
            self.tr("Connect one and it starts by itself, or choose a video or the screen"),
        )

    def _choose(self) -> None:
        kind, value = self._box.currentData()
        if kind == _ASK:
            self.video_wanted.emit()
        elif kind == _SCREEN:
            self._start_screen(value)
        elif kind == _VIDEO:
            self.restart()
        else:
            self._settings.keep("live/camera", value)
            device = self.cameras.find(value)
            if device is not None:
                self._start_camera(device)

    def _start_screen(self, name: str) -> None:
        self._camera = ""
        screen = next((s for s in QGuiApplication.screens() if s.name() == name), None)
        self.start(ScreenSource(screen or QGuiApplication.primaryScreen()))

    def _fill(self) -> None:
        box = self._box
        box.blockSignals(True)
        box.clear()
        for device in self.cameras.devices:
            box.addItem(device.description(), (_CAMERA, camera_identity(device)))
        for screen in QGuiApplication.screens():
            name = self.tr("Screen {name}").format(name=screen.name())
            box.addItem(name, (_SCREEN, screen.name()))
        if isinstance(self.source, VideoSource):
            box.addItem(self.source.path.name, (_VIDEO, str(self.source.path)))
        box.addItem(self.tr("Video file…"), (_ASK, ""))
        box.setCurrentIndex(self._current_entry())
        box.blockSignals(False)

    def _current_entry(self) -> int:
        wanted: tuple[str, object] = (_CAMERA, self._camera)
        if isinstance(self.source, VideoSource):
            wanted = (_VIDEO, str(self.source.path))
        elif isinstance(self.source, ScreenSource):
            wanted = (_SCREEN, self.source.screen)
        entries = (self._box.itemData(index) for index in range(self._box.count()))
        return next((index for index, entry in enumerate(entries) if entry == wanted), -1)

    def _follow_cameras(self) -> None:
        self._fill()
        device = self.cameras.find(self._camera)
        if self.device is not None and device is None:
            self.drop()
            self.stopped.emit(
                self.tr("The camera was unplugged"), self.tr("Plug it in again to continue")
            )
        elif self.source is None and not self._paused:
            if device is not None:
                self._start_camera(device)
            else:
                self._start_first_camera()

    def _fail(self, error: RealstylerError) -> None:
        self.failed.emit(error)
        if not isinstance(self.source, VideoSource):
            self.drop()
        self.stopped.emit(self.tr("No picture"), in_words(error))
