"""The page of live mode: chooses the source, shows the stream, takes snapshots and records."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from realstyler import pictures
from realstyler.errors import RealstylerError
from realstyler.pictures import Picture
from realstyler_gui.live.cameras import Cameras, camera_identity
from realstyler_gui.live.countdown import Countdown
from realstyler_gui.live.meter import Meter
from realstyler_gui.live.pipeline import Pipeline, Shown
from realstyler_gui.live.recorder import Recorder
from realstyler_gui.live.sources import CameraSource, ScreenSource, Source, VideoSource
from realstyler_gui.live.style_switcher import StyleSwitcher
from realstyler_gui.shared import dialogs, video_support
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.controls_panel import ControlsPanel
from realstyler_gui.shared.file_names import free_name
from realstyler_gui.shared.folders import pictures_folder, videos_folder
from realstyler_gui.shared.images import Pyramid, as_pixels, reduced
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.style_strip import StyleStrip
from realstyler_gui.shared.tasks import Task
from realstyler_gui.shared.thumbnails import THUMBNAIL_SIDE, Thumbnails
from realstyler_gui.shared.view.empty import EmptyState
from realstyler_gui.shared.view.picture_view import PictureView
from realstyler_gui.shared.widgets import (
    combo,
    describe,
    every,
    keep_keys,
    label,
    panel,
    primary,
    push_button,
    restyle,
    row,
    scrolling,
    select_data,
    tool_button,
)

_READING_MILLISECONDS = 400
_THUMBNAILS_AFTER = 10
_SCREEN, _VIDEO, _ASK = "screen", "video", "ask"
SIZES = (320, 480, 640, 960, 1280)


class LivePage(QWidget):
    """You, painted."""

    full_screen_wanted = Signal()
    _recorded = Signal(object, object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.pipeline = Pipeline(self)
        self.switcher = StyleSwitcher(context, self.pipeline)
        self.cameras = Cameras(self)
        self.thumbnails = Thumbnails(context, self)
        self.source: Source | None = None
        self._camera = ""
        """Identity of the camera that is wanted, plugged in or not."""
        self._meter = Meter()
        self._shown: Shown | None = None
        self._unseen = False
        self._frames = 0
        self._paused = True
        self.recorder: Recorder | None = None
        self._build()
        keep_keys(self)
        self._connect()
        self._restore()

    # Building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 14, 8)
        layout.setSpacing(8)
        self._bar = QWidget()
        bar = self._build_bar()
        bar.setContentsMargins(0, 0, 0, 0)
        self._bar.setLayout(bar)
        layout.addWidget(self._bar)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self._build_canvas(), 1)
        self._side = self._build_side()
        middle.addWidget(self._side)
        layout.addLayout(middle, 1)
        layout.addLayout(self._build_shutter())
        self.strip = StyleStrip(self._context, self.thumbnails)
        layout.addWidget(self.strip)

    def _build_bar(self) -> QHBoxLayout:
        icons = self._context.icons
        self.sources = combo(self.tr("Source"))
        self.sources.setMinimumContentsLength(22)
        self.sources.setPlaceholderText(self.tr("Choose a source"))
        self.sources.setToolTip(self.tr("Camera, video file or screen"))
        self.mirror = tool_button(icons, "mirror", self.tr("Mirror"), "M")
        self.mirror.setCheckable(True)
        self.compare = tool_button(icons, "compare", self.tr("Compare side by side"), "C")
        self.compare.setCheckable(True)
        self.frame_size = combo(self.tr("Size of the painted frames"))
        for side in SIZES:
            self.frame_size.addItem(f"{side} px", side)
        self.frame_size.setToolTip(self.tr("Longer side of the painted frames: smaller is faster"))
        self.network = combo(self.tr("Quality"))
        self.network.addItem(self.tr("Fastest"), "live")
        self.network.addItem(self.tr("Finest"), "full")
        self.network.setToolTip(
            self.tr("Fastest is made for video; finest needs a strong computer")
        )
        self.reading = label(muted=True)
        self.reading.setToolTip(self.tr("Frames a second, and time from camera to screen"))
        return row(
            self.sources,
            self.mirror,
            self.compare,
            8,
            self.frame_size,
            self.network,
            -1,
            self.reading,
        )

    def _build_canvas(self) -> QWidget:
        context = self._context
        self.view = PictureView(context.theme, zoomable=False)
        self.view.setAccessibleName(self.tr("Live picture"))
        video = push_button(self.tr("Play a video…"), self.ask_video)
        self.retry = primary(push_button(self.tr("Try again"), self.restart))
        self.empty = EmptyState(
            context.theme, context.icons, "live", self.tr("No camera"), "", self.retry, video
        )
        self.canvas = QStackedWidget()
        self.canvas.addWidget(self.empty)
        self.canvas.addWidget(self.view)
        self.countdown = Countdown(self.view)
        return self.canvas

    def _build_side(self) -> QWidget:
        self.controls = ControlsPanel(self._context, strokes=False)
        side = panel()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(self.controls))
        side.setFixedWidth(self.controls.width() + 12)
        return side

    def _build_shutter(self) -> QHBoxLayout:
        icons = self._context.icons
        self.delay = combo(self.tr("Countdown"))
        self.delay.setToolTip(self.tr("Seconds before the snapshot"))
        for seconds in (0, 3, 5, 10):
            name = self.tr("%n second(s)", "", seconds) if seconds else self.tr("At once")
            self.delay.addItem(name, seconds)
        self.snapshot_button = primary(QPushButton(self.tr("Snapshot")))
        icons.put(self.snapshot_button, "camera", "on_accent")
        describe(self.snapshot_button, self.tr("Take a snapshot"), "Space")
        self.record_button = QPushButton(self.tr("Record"))
        icons.put(self.record_button, "record", "danger")
        describe(self.record_button, self.tr("Record a video"), "R")
        self.full_screen = tool_button(icons, "fullscreen", self.tr("Full screen"), "F11")
        return row(-1, self.delay, self.snapshot_button, self.record_button, self.full_screen, -1)

    def _connect(self) -> None:
        self.sources.activated.connect(self._choose_source)
        self.mirror.toggled.connect(self._set_mirror)
        self.compare.toggled.connect(lambda on: self.view.set_split(0.5 if on else None))
        self.frame_size.activated.connect(lambda: self._set_size(self.frame_size.currentData()))
        self.network.activated.connect(
            lambda: self._set_parameters(
                self.switcher.parameters.but(network=self.network.currentData())
            )
        )
        self.snapshot_button.clicked.connect(self.start_snapshot)
        self.record_button.clicked.connect(self.toggle_recording)
        self.full_screen.clicked.connect(self.full_screen_wanted)
        self.countdown.finished.connect(self.take_snapshot)
        self.controls.changed.connect(lambda parameters, *_: self._set_parameters(parameters))
        self.strip.chosen.connect(self._choose_style)
        self.strip.untrained_chosen.connect(self._refuse_untrained)
        self.pipeline.ready.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.pipeline.failed.connect(self._context.notifier.error)
        self.switcher.failed.connect(self._context.notifier.error)
        self.switcher.parameters_changed.connect(self._show_parameters)
        self.view.painted_frame.connect(self._count)
        self.cameras.changed.connect(self._follow_cameras)
        self._recorded.connect(self._tell_recorded, Qt.ConnectionType.QueuedConnection)
        self._context.catalogue.changed.connect(self.restart_engine)
        self._reader = every(self, _READING_MILLISECONDS, self._show_reading)

    def _restore(self) -> None:
        settings = self._context.settings
        self._set_size(int(settings.number("live/size", 640)))
        select_data(self.frame_size, self.pipeline.longer_side)
        style = settings.text("live/style") or settings.text("look/style")
        self.switcher.set_parameters(Parameters(style=style, network="live"))
        self._fill_sources()

    # Sources

    def resume(self) -> None:
        """Start the source when the page is shown."""
        if not self._paused:
            return
        self._paused = False
        self._reader.start()
        if self.source is not None:
            self.source.start(self.pipeline.sink)
        else:
            self._start_first_camera()

    def pause(self) -> None:
        """Stop the source, the recording and the countdown when the page is left."""
        self._paused = True
        self.countdown.cancel()
        self.stop_recording()
        self._reader.stop()
        if self.source is not None:
            self.source.stop()

    def start(self, source: Source) -> None:
        """Show the frames of a source in place of the present one."""
        self._drop_source()
        self.source = source
        source.setParent(self)
        source.failed.connect(self._source_failed)
        self.pipeline.mirrored = source.mirrors and self._mirrors()
        self.mirror.blockSignals(True)
        self.mirror.setChecked(self.pipeline.mirrored)
        self.mirror.blockSignals(False)
        self._frames = 0
        self._meter.clear()
        self._fill_sources()
        if not self._paused:
            source.start(self.pipeline.sink)

    def restart(self) -> None:
        """Start again what failed."""
        device = self.cameras.find(self._camera)
        if isinstance(self.source, VideoSource):
            self.start(VideoSource(self.source.path))
        elif device is not None:
            self.start(CameraSource(device))
        else:
            self._start_first_camera()

    def open_video(self, path: Path) -> None:
        """Play a video file, painted."""
        self._camera = ""
        self.start(VideoSource(path))

    def ask_video(self) -> None:
        """Ask for a video file and play it."""
        settings = self._context.settings
        path = dialogs.ask_video(self, settings.folder("videos"))
        if path is not None:
            settings.keep_folder("videos", path.parent)
            self.open_video(path)
        else:
            self._fill_sources()

    def _start_first_camera(self) -> None:
        kept = self.cameras.find(self._context.settings.text("live/camera"))
        devices = [kept] if kept else self.cameras.devices
        if devices:
            self._camera = camera_identity(devices[0])
            self.start(CameraSource(devices[0]))
        else:
            self._drop_source()
            self._show_empty(
                self.tr("No camera found"),
                self.tr("Plug one in and it starts by itself, or choose a video or the screen"),
            )

    def _choose_source(self) -> None:
        kind, value = self.sources.currentData()
        if kind == _ASK:
            self.ask_video()
        elif kind == _SCREEN:
            self._start_screen(value)
        elif kind == _VIDEO:
            self.restart()
        else:
            self._camera = value
            self._context.settings.keep("live/camera", value)
            device = self.cameras.find(value)
            if device is not None:
                self.start(CameraSource(device))

    def _start_screen(self, name: str) -> None:
        self._camera = ""
        screen = next((s for s in QGuiApplication.screens() if s.name() == name), None)
        self.start(ScreenSource(screen or QGuiApplication.primaryScreen()))

    def _fill_sources(self) -> None:
        box = self.sources
        box.blockSignals(True)
        box.clear()
        for device in self.cameras.devices:
            box.addItem(device.description(), ("camera", camera_identity(device)))
        for screen in QGuiApplication.screens():
            name = self.tr("Screen {name}").format(name=screen.name())
            box.addItem(name, (_SCREEN, screen.name()))
        if isinstance(self.source, VideoSource):
            box.addItem(self.source.path.name, (_VIDEO, str(self.source.path)))
        box.addItem(self.tr("Video file…"), (_ASK, ""))
        box.setCurrentIndex(self._current_entry())
        box.blockSignals(False)

    def _current_entry(self) -> int:
        wanted: tuple[str, object] = ("camera", self._camera)
        if isinstance(self.source, VideoSource):
            wanted = (_VIDEO, str(self.source.path))
        elif isinstance(self.source, ScreenSource):
            wanted = (_SCREEN, self.source.screen)
        entries = (self.sources.itemData(index) for index in range(self.sources.count()))
        return next((index for index, entry in enumerate(entries) if entry == wanted), -1)

    def _follow_cameras(self) -> None:
        self._fill_sources()
        device = self.cameras.find(self._camera)
        if isinstance(self.source, CameraSource) and device is None:
            self._drop_source()
            self._show_empty(
                self.tr("The camera was unplugged"), self.tr("Plug it in again and it goes on")
            )
        elif self.source is None and not self._paused:
            if device is not None:
                self.start(CameraSource(device))
            else:
                self._start_first_camera()

    def _source_failed(self, error: RealstylerError) -> None:
        self._context.notifier.error(error)
        if not isinstance(self.source, VideoSource):
            self._drop_source()
        self._show_empty(self.tr("Nothing to see"), str(error))

    def _drop_source(self) -> None:
        self.stop_recording()
        if self.source is not None:
            self.source.stop()
            self.source.deleteLater()
            self.source = None

    def _show_empty(self, title: str, hint: str) -> None:
        self.empty.title.setText(title)
        self.empty.hint.setText(hint)
        self.canvas.setCurrentWidget(self.empty)
        self._shown = None

    # Frames

    @property
    def shown(self) -> Shown | None:
        """The frame that is on the screen, if there is one."""
        return self._shown

    def _take(self) -> None:
        shown = self.pipeline.take()
        if shown is None or self._paused or self.source is None:
            return
        if self._meter.is_late(shown.arrived, time.perf_counter()):
            return
        self._shown, self._unseen = shown, True
        self._frames += 1
        if self._frames == _THUMBNAILS_AFTER:
            self._make_thumbnails(shown)
        self.canvas.setCurrentWidget(self.view)
        compared = self.view.split is not None
        self.view.show_pictures(
            Pyramid(shown.original, halvings=False) if compared else None,
            Pyramid(shown.painted, halvings=False),
        )

    def _make_thumbnails(self, shown: Shown) -> None:
        self.thumbnails.set_photo(reduced(as_pixels(shown.original), THUMBNAIL_SIDE))
        self.strip.viewport().update()

    def _count(self) -> None:
        if self._unseen and self._shown is not None:
            self._unseen = False
            self._meter.count(self._shown.arrived, time.perf_counter())

    def _show_reading(self) -> None:
        reading = self._meter.read(time.perf_counter())
        if reading is None:
            self.reading.setText("")
        else:
            text = self.tr("{rate} fps · {latency} ms")
            rate, latency = round(reading.frames_per_second), round(reading.latency * 1000)
            self.reading.setText(text.format(rate=rate, latency=latency))
        if self.recorder is not None:
            seconds = int(time.perf_counter() - self.recorder.started)
            self.record_button.setText(f"{seconds // 60:02}:{seconds % 60:02}")

    # The parameters

    def restart_engine(self) -> None:
        """Prepare the style anew, e.g. after a reload."""
        self.switcher.restart()

    def _set_parameters(self, parameters: Parameters) -> None:
        self.switcher.set_parameters(parameters)

    def _choose_style(self, name: str) -> None:
        # Fast is what live mode is for: a style's live network comes back when there is one.
        wanted = self.network.currentData() or "live"
        parameters = self.switcher.parameters.with_style(name).but(network=wanted)
        self.switcher.set_parameters(parameters)
        self._context.settings.keep("live/style", name)

    def _refuse_untrained(self, name: str) -> None:
        title = self._context.catalogue.title(name)
        self._context.notifier.show(self.tr("{title} is not trained yet").format(title=title))

    def _show_parameters(self, parameters: Parameters) -> None:
        self.controls.show_parameters(parameters)
        self.strip.set_style(parameters.style)
        select_data(self.network, parameters.network)
        available = self._context.catalogue.networks(parameters)
        for index in range(self.network.count()):
            item = self.network.model().item(index)  # type: ignore[attr-defined]
            item.setEnabled(self.network.itemData(index) in available)

    def _set_size(self, side: int) -> None:
        self.pipeline.longer_side = side if side in SIZES else 640
        self._context.settings.keep("live/size", self.pipeline.longer_side)

    def _set_mirror(self, mirrored: bool) -> None:
        self.pipeline.mirrored = mirrored
        if isinstance(self.source, CameraSource):
            self._context.settings.keep("live/mirror", mirrored)

    def _mirrors(self) -> bool:
        return self._context.settings.flag("live/mirror", default=True)

    # Snapshots and recordings

    def start_snapshot(self) -> None:
        """Take a snapshot after the chosen countdown; a second time stops the countdown."""
        if self.countdown.running:
            self.countdown.cancel()
        elif self._shown is not None:
            self.countdown.start(self.delay.currentData())

    def take_snapshot(self) -> None:
        """Save what is shown now as a picture."""
        if self._shown is None:
            return
        image = self._shown.painted
        target = free_name(self._folder("snapshots", pictures_folder()) / f"{_now()}.png")

        def work(_: Task[Path]) -> Path:
            target.parent.mkdir(parents=True, exist_ok=True)
            pictures.write(Picture(as_pixels(image)), target)
            return target

        self._context.tasks.run(work, self._tell_saved)

    def toggle_recording(self) -> None:
        """Start or end a recording."""
        if self.recorder is not None:
            self.stop_recording()
        elif not video_support.available():
            self._context.notifier.error(
                RealstylerError(
                    "recording needs PyAV", f"Install it with `{video_support.INSTALL}`"
                )
            )
        elif self._shown is not None:
            self._start_recording()

    def _start_recording(self) -> None:
        folder = self._folder("recordings", videos_folder())
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"cannot record to {folder}: {error.strerror}"
            self._context.notifier.error(RealstylerError(what, "choose another folder"))
            return
        self.recorder = Recorder(free_name(folder / f"{_now()}.mp4"), self._recorded.emit)
        self.pipeline.tap = self.recorder.add
        self._show_recording(True)

    def stop_recording(self) -> None:
        """End the recording, if there is one."""
        if self.recorder is None:
            return
        self.pipeline.tap = None
        ending, self.recorder = self.recorder, None
        self._show_recording(False)
        ending.stop()

    def _show_recording(self, on: bool) -> None:
        self.record_button.setText("00:00" if on else self.tr("Record"))
        self.record_button.setProperty("recording", on)
        icon, colour = ("stop", "window") if on else ("record", "danger")
        self._context.icons.put(self.record_button, icon, colour)
        restyle(self.record_button)

    def _tell_saved(self, path: Path) -> None:
        self._context.notifier.show(
            self.tr("Saved {name}").format(name=path.name),
            self.tr("Show"),
            partial(dialogs.show_folder, path.parent),
        )

    def _tell_recorded(self, path: Path | None, error: RealstylerError | None) -> None:
        if path is not None:
            self._tell_saved(path)
        elif error is not None:
            self._context.notifier.error(error)

    def _folder(self, key: str, default: Path) -> Path:
        kept = self._context.settings.text(f"folder/{key}")
        return Path(kept) if kept else default / "realstyler"

    # Window

    def set_full_screen(self, full: bool) -> None:
        """Hide everything but the picture and the shutter."""
        for part in (self._bar, self._side, self.strip):
            part.setVisible(not full)

    def shut_down(self) -> None:
        """Stop everything; the page is not used afterwards."""
        self._paused = True
        self.countdown.cancel()
        self._drop_source()
        self.pipeline.close()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[int, Any] = {
            Qt.Key.Key_Space: self.start_snapshot,
            Qt.Key.Key_R: self.toggle_recording,
            Qt.Key.Key_M: self.mirror.click,
            Qt.Key.Key_C: self.compare.click,
            Qt.Key.Key_Left: lambda: self.strip.step(-1),
            Qt.Key.Key_Right: lambda: self.strip.step(1),
        }
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() in keys and not event.isAutoRepeat():
            keys[event.key()]()
        elif event.key() == Qt.Key.Key_Escape and self.countdown.running:
            self.countdown.cancel()
        else:
            super().keyPressEvent(event)


def _now() -> str:
    return datetime.now().astimezone().strftime("realstyler-%Y-%m-%d-%H%M%S")
