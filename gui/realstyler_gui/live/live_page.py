"""The live page: connects the source, pipeline, captures and widgets."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from realstyler_gui.live.captures import Captures
from realstyler_gui.live.countdown import Countdown
from realstyler_gui.live.meter import Meter
from realstyler_gui.live.notice import Notice
from realstyler_gui.live.pipeline import Pipeline, Shown
from realstyler_gui.live.shooting import Shooting
from realstyler_gui.live.shots import Shots
from realstyler_gui.live.shutter import Shutter
from realstyler_gui.live.source_switcher import SourceSwitcher
from realstyler_gui.live.sources import VideoSource, resolutions
from realstyler_gui.live.style_switcher import StyleSwitcher
from realstyler_gui.live.toolbar import LiveToolbar
from realstyler_gui.live.transport import STEP, Transport
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.controls_panel import ControlsPanel
from realstyler_gui.shared.images import Pyramid, as_pixels, reduced
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.style_shelf import StyleShelf
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.view.empty import EmptyState
from realstyler_gui.shared.view.picture_view import PictureView
from realstyler_gui.shared.widgets import (
    every,
    keep_keys,
    primary,
    push_button,
    select_data,
    side_panel,
)

_READING_MILLISECONDS = 400
_THUMBNAILS_AFTER = 10
_SAMPLE_SIDE = 640
_KEPT = "live/parameters"


class LivePage(QWidget):
    """Live mode."""

    full_screen_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.pipeline = Pipeline(self)
        self.switcher = StyleSwitcher(context, self.pipeline)
        self.captures = Captures(context, self.pipeline)
        self.thumbnails = Thumbnails(context, self)
        self.bar = LiveToolbar(context.icons)
        self.sources = SourceSwitcher(context.settings, self.pipeline, self.bar.sources)
        self.shutter = Shutter(context.icons, context.settings)
        self.transport = Transport(context.icons)
        self.shots = Shots()
        self.shown: Shown | None = None
        """The frame on screen, if any."""
        self.frames = 0
        """Frames of this source shown so far."""
        self._meter = Meter()
        self._unseen = False
        self._paused = True
        self.bar.steady.setChecked(self.switcher.steady)
        self._build()
        self.shooting = Shooting(
            context,
            self.pipeline,
            self.switcher,
            self.captures,
            self.shutter,
            self.countdown,
            lambda: self.shown,
        )
        keep_keys(self)
        self._connect_widgets()
        self._connect_parts()
        self._restore()

    # Building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 14, 8)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        self.controls = ControlsPanel(self._context, strokes=False)
        self._side = side_panel(self.controls)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self._build_canvas(), 1)
        middle.addWidget(self.shots)
        middle.addWidget(self._side)
        layout.addLayout(middle, 1)
        layout.addWidget(self.transport)
        layout.addWidget(self.shutter)
        self.shelf = StyleShelf(self._context, self.thumbnails)
        self.strip = self.shelf.strip
        layout.addWidget(self.shelf)

    def _build_canvas(self) -> QWidget:
        context = self._context
        self.view = PictureView(context.theme, zoomable=False)
        self.view.setAccessibleName(self.tr("Live picture"))
        video = push_button(self.tr("Play a video…"), self.ask_video)
        self.retry = primary(push_button(self.tr("Try again"), self.sources.restart))
        self.empty = EmptyState(
            context.theme, context.icons, "live", self.tr("No camera"), "", self.retry, video
        )
        self.canvas = QStackedWidget()
        self.canvas.addWidget(self.empty)
        self.canvas.addWidget(self.view)
        self.countdown = Countdown(self.view)
        self.notice = Notice(self.view)
        return self.canvas

    def _connect_widgets(self) -> None:
        bar, shutter = self.bar, self.shutter
        bar.mirror.toggled.connect(self.sources.set_mirrored)
        bar.compare.toggled.connect(lambda on: self.view.set_split(0.5 if on else None))
        bar.frame_size.activated.connect(lambda: self._set_size(bar.frame_size.currentData()))
        bar.network.activated.connect(
            lambda: self._change(self.switcher.parameters.but(network=bar.network.currentData()))
        )
        bar.steady.toggled.connect(self.switcher.set_steady)
        shutter.snapshot.clicked.connect(self.shooting.start)
        shutter.record.clicked.connect(self.toggle_recording)
        shutter.virtual_camera.toggled.connect(self.captures.set_virtual_camera)
        shutter.folder.clicked.connect(lambda: self.captures.choose_folder(self))
        shutter.full_screen.clicked.connect(self.full_screen_wanted)
        shutter.delay.activated.connect(
            lambda: self._context.settings.keep("live/countdown", shutter.delay.currentData())
        )
        shutter.finest.toggled.connect(
            lambda on: self._context.settings.keep("live/finest_snapshots", on)
        )
        self.captures.saved.connect(self._add_shot)
        self.controls.changed.connect(lambda parameters, *_: self._change(parameters))
        self.strip.chosen.connect(self._choose_style)
        self.strip.untrained_chosen.connect(self._refuse_untrained)

    def _connect_parts(self) -> None:
        notifier, shutter_camera = self._context.notifier, self.shutter.virtual_camera
        self.pipeline.ready.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.pipeline.failed.connect(notifier.error)
        self.switcher.failed.connect(notifier.error)
        self.switcher.parameters_changed.connect(self._show_parameters)
        self.sources.changed.connect(self._follow_source)
        self.sources.stopped.connect(self._show_empty)
        self.sources.failed.connect(notifier.error)
        self.sources.video_wanted.connect(self.ask_video)
        self.captures.recording_changed.connect(
            lambda _: self.shutter.show_recording(self.captures.seconds)
        )
        self.view.painted_frame.connect(self._count)
        self.captures.virtual_camera_changed.connect(shutter_camera.setChecked)
        self._context.catalogue.changed.connect(self.switcher.restart)
        self._reader = every(self, _READING_MILLISECONDS, self._show_reading)

    def _restore(self) -> None:
        settings = self._context.settings
        self.pipeline.longer_side = int(settings.number("live/size", 640, 160, 7680))
        self.sources.longer_side = self.pipeline.longer_side
        self.bar.show_sizes([], self.pipeline.longer_side)
        select_data(self.shutter.delay, int(settings.number("live/countdown", 0, 0, 60)))
        self.shutter.finest.setChecked(settings.flag("live/finest_snapshots", default=False))
        self.shutter.set_ready(False)
        kept = settings.parameters(_KEPT)
        style = kept.style or settings.parameters("photo/parameters").style
        self._change(kept.but(style=style, network=kept.network if kept.style else "live"))

    # User actions

    def resume(self) -> None:
        """Start the source when the page is shown."""
        self._paused = False
        self._reader.start()
        self.sources.resume()

    def pause(self) -> None:
        """Stop the source, the recording and the countdown when the page is left."""
        self._paused = True
        self.shooting.stop()
        self.captures.stop_recording()
        self.captures.set_virtual_camera(False)
        self._reader.stop()
        self.sources.pause()

    def ask_video(self) -> None:
        """Ask for a video file and play it."""
        settings = self._context.settings
        path = dialogs.ask_video(self, settings.folder("videos"))
        if path is not None:
            settings.keep_folder("videos", path.parent)
            self.sources.open_video(path)
        else:
            self.sources.refill()

    def toggle_recording(self) -> None:
        """Start or stop recording."""
        if self.captures.recorder is not None:
            self.captures.stop_recording()
        elif self.shown is not None:
            microphone = self.shutter.microphone
            self.captures.start_recording(microphone.device)
            if microphone.wanted and microphone.device is None:
                self._context.notifier.show(
                    self.tr("The microphone is not connected: this recording has no sound")
                )

    def _add_shot(self, path: Path, image: QImage | None) -> None:
        if image is None and self.shown is not None:
            image = self.shown.painted  # a recording looks like its end
        self.shots.add(path, image or QImage())

    # Frames

    def _follow_source(self) -> None:
        source, device = self.sources.source, self.sources.device
        self.captures.stop_recording()
        self.pipeline.forget()
        self.transport.follow(source.player if isinstance(source, VideoSource) else None)
        self.frames = 0
        self._meter.clear()
        self.bar.mirror.blockSignals(True)
        self.bar.mirror.setChecked(self.pipeline.mirrored)
        self.bar.mirror.blockSignals(False)
        self.bar.show_sizes(resolutions(device) if device else [], self.pipeline.longer_side)

    def _show_empty(self, title: str, hint: str) -> None:
        self.empty.title.setText(title)
        self.empty.hint.setText(hint)
        self.canvas.setCurrentWidget(self.empty)
        self.shown = None
        self.shutter.set_ready(False)

    def _take(self) -> None:
        shown = self.pipeline.take()
        if shown is None or self._paused or self.sources.source is None:
            return
        if self._meter.is_late(shown.arrived, time.perf_counter()):
            return
        if self.shown is None:
            self.shutter.set_ready(True)
        self.shown, self._unseen = shown, True
        self.frames += 1
        if self.frames == _THUMBNAILS_AFTER:
            self.thumbnails.set_photo(reduced(as_pixels(shown.original), _SAMPLE_SIDE))
            self.strip.viewport().update()
        self.canvas.setCurrentWidget(self.view)
        compared = self.view.split is not None
        self.view.show_pictures(
            Pyramid(shown.original, halvings=False) if compared else None,
            Pyramid(shown.painted, halvings=False),
        )

    def _count(self) -> None:
        if self._unseen and self.shown is not None:
            self._unseen = False
            self._meter.count(self.shown.arrived, time.perf_counter())

    def _show_reading(self) -> None:
        paused, preparing = self.transport.paused, self.switcher.preparing
        reading = self._meter.read(time.perf_counter()) if not paused else None
        self.bar.show_reading(reading, preparing)
        title = self._context.catalogue.title(self.switcher.parameters.style)
        self.notice.say(self.tr("Preparing {title}…").format(title=title) if preparing else "")
        if paused:
            self.pipeline.repeat()  # whatever was changed meanwhile shows
        self.shutter.show_recording(self.captures.seconds)

    # Parameters

    def _change(self, parameters: Parameters) -> None:
        self.switcher.set_parameters(parameters)

    def _choose_style(self, name: str) -> None:
        # Speed matters in live mode: return to the live network whenever a style has one.
        wanted = self.bar.network.currentData() or "live"
        self._change(self.switcher.parameters.with_style(name).but(network=wanted))

    def _refuse_untrained(self, name: str) -> None:
        title = self._context.catalogue.title(name)
        self._context.notifier.show(self.tr("{title} is not trained yet").format(title=title))

    def _show_parameters(self, parameters: Parameters) -> None:
        self.controls.show_parameters(parameters)
        self.strip.set_style(parameters.style)
        self.bar.show_networks(parameters.network, self._context.catalogue.networks(parameters))
        self._context.settings.keep_parameters(_KEPT, parameters)

    def _set_size(self, side: int) -> None:
        self.pipeline.longer_side = side
        self._context.settings.keep("live/size", side)
        self.sources.set_size(side)

    # Window

    def set_full_screen(self, full: bool) -> None:
        """Hide everything except the picture and the shutter."""
        for part in (self.bar, self._side, self.shelf):
            part.setVisible(not full)
        self.shots.setVisible(not full and bool(self.shots.paths))

    @property
    def busy(self) -> bool:
        """Return whether something is being recorded."""
        return self.captures.recorder is not None

    def shut_down(self) -> None:
        """Stop everything for good."""
        self.pause()
        self.sources.drop()
        self.pipeline.close()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[int, Any] = {
            Qt.Key.Key_Space: self.shooting.start,
            Qt.Key.Key_R: self.toggle_recording,
            Qt.Key.Key_M: self.bar.mirror.click,
            Qt.Key.Key_C: self.bar.compare.click,
            Qt.Key.Key_P: self.transport.toggle,
            Qt.Key.Key_Comma: lambda: self.transport.step(-STEP),
            Qt.Key.Key_Period: lambda: self.transport.step(STEP),
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
