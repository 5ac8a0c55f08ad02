"""The row below the live picture: countdown, snapshot, recording, full screen."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from realstyler_gui.live.microphone import MicrophoneButton
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.widgets import combo, describe, primary, restyle, row, tool_button

ONE, BURST, GIF = "one", "burst", "gif"
"""What a shot is."""

DELAYS = (0, 3, 5, 10)
"""Seconds before a snapshot."""


class Shutter(QWidget):
    """The row's widgets; the page connects them."""

    def __init__(self, icons: Icons, settings: Settings) -> None:
        super().__init__()
        self._icons = icons
        self.delay = combo(self.tr("Countdown"))
        self.delay.setToolTip(self.tr("Seconds before the snapshot"))
        for seconds in DELAYS:
            name = self.tr("%n second(s)", "", seconds) if seconds else self.tr("At once")
            self.delay.addItem(name, seconds)
        self.kind = combo(self.tr("Kind of shot"))
        self.kind.setToolTip(self.tr("One picture, five in a row, or three seconds as a GIF"))
        self.kind.addItem(self.tr("One shot"), ONE)
        self.kind.addItem(self.tr("Burst of 5"), BURST)
        self.kind.addItem(self.tr("GIF, 3 seconds"), GIF)
        self.kind.setMinimumContentsLength(12)
        self.snapshot = primary(QPushButton(self.tr("Snapshot")))
        icons.put(self.snapshot, "camera", "on_accent")
        describe(self.snapshot, self.tr("Take a snapshot"), "Space")
        self.record = QPushButton(self.tr("Record"))
        icons.put(self.record, "record", "danger")
        describe(self.record, self.tr("Record a video"), "R")
        self.microphone = MicrophoneButton(icons, settings, self)
        hint = self.tr("Repaint snapshots in the camera's own size: finer, takes a few seconds")
        self.finest = tool_button(icons, "star", hint)
        self.finest.setCheckable(True)
        self.folder = tool_button(icons, "open", self.tr("Folder for snapshots and recordings"))
        self.virtual_camera = _virtual_camera_button(icons, self)
        self.full_screen = tool_button(icons, "fullscreen", self.tr("Full screen"), "F11")
        layout = row(-1, self.delay, self.kind, self.snapshot, self.record, self.microphone.button)
        layout.addWidget(self.virtual_camera)
        for part in (self.finest, self.folder, self.full_screen):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)

    def set_ready(self, ready: bool) -> None:
        """Enable what requires a visible picture."""
        for button in (self.snapshot, self.record, self.virtual_camera):
            button.setEnabled(ready)

    def show_recording(self, seconds: int | None) -> None:
        """Show the duration of the recording; None if there is none."""
        on = seconds is not None
        text = f"{seconds // 60:02}:{seconds % 60:02}" if seconds is not None else ""
        self.record.setText(text or self.tr("Record"))
        if self.record.property("recording") != on:
            self.record.setProperty("recording", on)
            icon, colour = ("stop", "window") if on else ("record", "danger")
            self._icons.put(self.record, icon, colour)
            restyle(self.record)


def _virtual_camera_button(icons: Icons, parent: Shutter) -> QToolButton:
    name = parent.tr("Use as a camera in other programs")
    button = tool_button(icons, "live", name)
    button.setCheckable(True)
    return button
