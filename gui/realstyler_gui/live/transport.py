"""Pause and seek in a video file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QMediaPlayer
from PySide6.QtWidgets import QSlider, QWidget

from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.widgets import label, row, tool_button

STEP = 5000
"""Milliseconds that a key goes forward or back."""

_PLAYING = QMediaPlayer.PlaybackState.PlayingState


class Transport(QWidget):
    """Steers the player that it follows; hidden while there is none."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._player: QMediaPlayer | None = None
        self.paused = False
        """Whether the user has paused the video."""
        self.play = tool_button(icons, "pause", self.tr("Pause"), "P")
        self.play.clicked.connect(self.toggle)
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.place.setAccessibleName(self.tr("Place in the video"))
        self.place.setPageStep(STEP)
        self.place.setSingleStep(STEP)
        self.place.valueChanged.connect(self._seek)
        self.time = label(muted=True)
        layout = row(self.play, self.place, self.time)
        layout.setStretchFactor(self.place, 1)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.hide()

    def follow(self, player: QMediaPlayer | None) -> None:
        """Steer another player, or none."""
        if self._player is not None and self._player is not player:
            self._player.disconnect(self)
        self._player = player
        self.paused = False
        self.setVisible(player is not None)
        if player is not None:
            player.durationChanged.connect(self._show_duration)
            player.positionChanged.connect(self._show_position)
            player.playbackStateChanged.connect(self._show_state)
            self._show_duration(player.duration())
            self._show_state(player.playbackState())

    def toggle(self) -> None:
        """Pause, or go on."""
        if self._player is None:
            return
        self.paused = self._player.playbackState() == _PLAYING
        if self.paused:
            self._player.pause()
        else:
            self._player.play()

    def step(self, milliseconds: int) -> None:
        """Go forward, or back if negative."""
        if self._player is not None:
            self.place.setValue(self._player.position() + milliseconds)

    def _seek(self, milliseconds: int) -> None:
        if self._player is not None:
            self._player.setPosition(milliseconds)
            self._show_time(milliseconds)

    def _show_duration(self, milliseconds: int) -> None:
        self.place.blockSignals(True)
        self.place.setRange(0, milliseconds)
        self.place.blockSignals(False)
        self._show_time(self.place.value())

    def _show_position(self, milliseconds: int) -> None:
        if not self.place.isSliderDown():
            self.place.blockSignals(True)
            self.place.setValue(milliseconds)
            self.place.blockSignals(False)
            self._show_time(milliseconds)

    def _show_time(self, milliseconds: int) -> None:
        self.time.setText(f"{_clock(milliseconds)} / {_clock(self.place.maximum())}")

    def _show_state(self, state: QMediaPlayer.PlaybackState) -> None:
        playing = state == _PLAYING
        self._icons.put(self.play, "pause" if playing else "play")
        name = self.tr("Pause") if playing else self.tr("Play")
        self.play.setToolTip(f"{name} (P)")
        self.play.setAccessibleName(name)


def _clock(milliseconds: int) -> str:
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02}"
