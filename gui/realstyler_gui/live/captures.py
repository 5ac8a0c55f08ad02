"""Output of live mode: snapshots, recordings, a virtual camera."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QAudioDevice
from PySide6.QtWidgets import QWidget

from realstyler import pictures
from realstyler.errors import RealstylerError
from realstyler.pictures import Picture
from realstyler_gui.live.animation import write_gif
from realstyler_gui.live.microphone import Microphone, form_of, open_microphone
from realstyler_gui.live.pipeline import Pipeline, Shown
from realstyler_gui.live.recorder import Recorder
from realstyler_gui.live.virtual_camera import VirtualCamera
from realstyler_gui.shared import dialogs, video_support
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.file_names import free_name
from realstyler_gui.shared.folders import pictures_folder, videos_folder
from realstyler_gui.shared.images import as_image, as_pixels
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.tasks import Task


class Captures(QObject):
    """Captures what is shown; never overwrites files."""

    saved = Signal(object, object)
    """The file, and the `QImage` that it shows; None for a recording."""
    recording_changed = Signal(bool)
    virtual_camera_changed = Signal(bool)
    _camera_failed = Signal(object)
    _recorded = Signal(object, object, object)

    def __init__(self, context: Context, pipeline: Pipeline) -> None:
        super().__init__(pipeline)
        self._context, self._pipeline = context, pipeline
        self._naming = threading.Lock()
        self.recorder: Recorder | None = None
        self._microphone: Microphone | None = None
        self.virtual_camera: VirtualCamera | None = None
        self._camera_failed.connect(self._lose_camera, Qt.ConnectionType.QueuedConnection)
        self._recorded.connect(self._end_recording, Qt.ConnectionType.QueuedConnection)

    @property
    def seconds(self) -> int | None:
        """Return how long it has been recording; None if it isn't."""
        return int(time.perf_counter() - self.recorder.started) if self.recorder else None

    def save(self, image: QImage) -> None:
        """Save an image as a picture file."""
        self._write(lambda _: image, lambda _, target: _write_picture(image, target), ".png")

    def save_animation(self, frames: Sequence[QImage], times: Sequence[float]) -> None:
        """Save frames that arrived at `times`, in seconds, as an animated GIF."""
        self._write(lambda _: frames[0], lambda _, target: write_gif(frames, times, target), ".gif")

    def save_finest(self, shown: Shown, parameters: Parameters) -> None:
        """Repaint a frame in the camera's own size with the given parameters, and save it."""
        stylizers = self._context.stylizers

        def paint(task: Task[Any]) -> QImage:
            pixels = as_pixels(shown.full_size())
            return as_image(stylizers.paint_mixed(task, pixels, parameters))

        self._context.notifier.show(self.tr("Painting the snapshot…"))
        self._write(paint, _write_picture, ".png")

    def _write(
        self,
        make: Callable[[Task[Any]], QImage],
        write: Callable[[QImage, Path], None],
        suffix: str,
    ) -> None:
        """Make an image in the background, write it under a free name, and tell about it."""
        wanted = self._folder("snapshots", pictures_folder) / f"{_now()}{suffix}"

        def work(task: Task[Any]) -> tuple[Path, QImage]:
            image = make(task)
            wanted.parent.mkdir(parents=True, exist_ok=True)
            with self._naming:  # two shots of one second must not find the same name
                target = free_name(wanted)
                write(image, target)
            return target, image

        self._context.tasks.run(work, lambda saved: self._tell_saved(*saved))

    def start_recording(self, microphone: QAudioDevice | None = None) -> None:
        """Start recording what is painted, and what a microphone hears."""
        if not video_support.available():
            self._context.notifier.error(video_support.missing())
            return
        folder = self._folder("recordings", videos_folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            about = {"folder": folder, "reason": error.strerror}
            self._context.notifier.error(
                RealstylerError(code="recording-folder-unwritable", **about)
            )
            return
        target, form = free_name(folder / f"{_now()}.mp4"), form_of(microphone or QAudioDevice())
        self.recorder = Recorder(target, self._recorded.emit, form)
        if microphone is not None and form is not None:
            self._microphone = open_microphone(microphone, form, self.recorder.hear)
        self._pipeline.taps.append(self.recorder.add)
        self.recording_changed.emit(True)

    def stop_recording(self) -> None:
        """Stop recording, if active, and wait for the file."""
        if self.recorder is not None:
            ending, self.recorder = self.recorder, None
            self._pipeline.taps.remove(ending.add)
            if self._microphone is not None:
                self._microphone.stop()
                self._microphone = None
            self.recording_changed.emit(False)
            ending.stop()

    def set_virtual_camera(self, on: bool) -> None:
        """Start or stop sending what is painted to other programs as a camera."""
        if on == (self.virtual_camera is not None):
            return
        if not on and self.virtual_camera is not None:
            ending, self.virtual_camera = self.virtual_camera, None
            self._pipeline.taps.remove(ending.add)
            ending.stop()
        else:
            try:
                self.virtual_camera = VirtualCamera(self._camera_failed.emit)
            except RealstylerError as error:
                self._context.notifier.error(error)
            else:
                self._pipeline.taps.append(self.virtual_camera.add)
        self.virtual_camera_changed.emit(self.virtual_camera is not None)

    def _lose_camera(self, error: RealstylerError) -> None:
        self.set_virtual_camera(False)
        self._context.notifier.error(error)

    def choose_folder(self, parent: QWidget) -> None:
        """Ask for the folder of snapshots and recordings."""
        now = self._folder("snapshots", pictures_folder)
        title = self.tr("Folder for snapshots and recordings")
        chosen = dialogs.ask_folder(parent, now if now.is_dir() else pictures_folder(), title)
        if chosen is not None:
            for kind in ("snapshots", "recordings"):
                self._context.settings.keep_folder(kind, chosen)

    def _end_recording(
        self, ended: Recorder, path: Path | None, error: RealstylerError | None
    ) -> None:
        if ended is self.recorder:  # it ended by itself, e.g. because the disk is full
            self.stop_recording()
        if error is not None and path is not None:
            about = {"reason": error, "name": path.name}
            self._context.notifier.error(RealstylerError(code="recording-cut-short", **about))
        elif error is not None:
            self._context.notifier.error(error)
        elif path is not None:
            self._tell_saved(path)

    def _tell_saved(self, path: Path, image: QImage | None = None) -> None:
        self.saved.emit(path, image)
        self._context.notifier.show(
            self.tr("Saved {name}").format(name=path.name),
            self.tr("Show"),
            partial(dialogs.show_folder, path.parent),
        )

    def _folder(self, key: str, default: Callable[[], Path]) -> Path:
        return self._context.settings.kept_folder(key) or default() / "realstyler"


def _write_picture(image: QImage, target: Path) -> None:
    pictures.write(Picture(as_pixels(image)), target)


def _now() -> str:
    return datetime.now().astimezone().strftime("realstyler-%Y-%m-%d-%H%M%S")
