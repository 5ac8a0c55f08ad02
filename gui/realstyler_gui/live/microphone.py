"""Sound of recordings: the microphone that is chosen, if any."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QIODevice, QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource, QMediaDevices
from PySide6.QtWidgets import QMenu, QToolButton

from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.widgets import describe, tool_button

Samples = NDArray[np.int16]
"""N×C."""

Hear = Callable[[Samples, float], None]
"""Takes samples, and when the first of them was heard (`time.perf_counter`)."""

_KEY = "live/microphone"
_RATE = 48_000
_INT16 = QAudioFormat.SampleFormat.Int16


class SoundFormat(NamedTuple):
    """The form of samples."""

    rate: int
    """Samples a second."""
    channels: int


class Microphone(QObject):
    """Passes on what a stream of 16-bit samples delivers, until it is stopped."""

    def __init__(
        self, stream: QIODevice, form: SoundFormat, hear: Hear, source: QAudioSource | None = None
    ) -> None:
        super().__init__()
        self._stream, self._form, self._hear, self._source = stream, form, hear, source
        stream.readyRead.connect(self.read)

    def read(self) -> None:
        """Pass on what has arrived."""
        data = bytes(self._stream.readAll().data())
        whole = len(data) - len(data) % (2 * self._form.channels)
        samples = np.frombuffer(data[:whole], np.int16).reshape(-1, self._form.channels)
        if len(samples):
            self._hear(samples, time.perf_counter() - len(samples) / self._form.rate)

    def stop(self) -> None:
        """Turn it off."""
        self._stream.readyRead.disconnect(self.read)
        if self._source is not None:
            self._source.stop()


def open_microphone(device: QAudioDevice, form: SoundFormat, hear: Hear) -> Microphone:
    """Turn a microphone on, with a form that `form_of` has found."""
    source = QAudioSource(device, _format(form))
    microphone = Microphone(source.start(), form, hear, source)
    source.setParent(microphone)
    return microphone


def form_of(device: QAudioDevice) -> SoundFormat | None:
    """Return how a microphone can be recorded; None if it offers no 16-bit samples."""
    preferred = device.preferredFormat()
    own = SoundFormat(preferred.sampleRate(), min(2, preferred.channelCount()))
    forms = (SoundFormat(_RATE, 1), SoundFormat(_RATE, 2), own)
    return next((form for form in forms if device.isFormatSupported(_format(form))), None)


def _format(form: SoundFormat) -> QAudioFormat:
    made = QAudioFormat()
    made.setSampleRate(form.rate)
    made.setChannelCount(form.channels)
    made.setSampleFormat(_INT16)
    return made


class MicrophoneButton(QObject):
    """The button with the menu of microphones; none is chosen at first."""

    def __init__(self, icons: Icons, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._icons, self._settings = icons, settings
        self.button = tool_button(icons, "microphone", "")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self.fill)
        self.button.setMenu(self.menu)
        self._show()

    @property
    def wanted(self) -> bool:
        """Return whether recordings are to have sound."""
        return bool(self._settings.text(_KEY))

    @property
    def device(self) -> QAudioDevice | None:
        """Return the chosen microphone, if it is connected."""
        chosen = self._settings.text(_KEY)
        return next((each for each in QMediaDevices.audioInputs() if _name(each) == chosen), None)

    def fill(self) -> None:
        """Fill the menu with what is connected now."""
        self.menu.clear()
        group = QActionGroup(self.menu)
        devices = QMediaDevices.audioInputs()
        chosen = self._settings.text(_KEY)
        entries = [("", self.tr("Record without sound"))]
        entries += [(_name(device), device.description()) for device in devices]
        for value, text in entries:
            entry = self.menu.addAction(text, partial(self.choose, value))
            entry.setCheckable(True)
            entry.setChecked(value == chosen)
            group.addAction(entry)
        if not devices:
            self.menu.addAction(self.tr("No microphone found")).setEnabled(False)

    def choose(self, identity: str) -> None:
        """Choose a microphone by its identity; empty for none."""
        self._settings.keep(_KEY, identity)
        self._show()

    def _show(self) -> None:
        self._icons.put(self.button, "microphone", "accent" if self.wanted else "muted")
        with_sound = self.tr("Sound of recordings: the microphone is on")
        without = self.tr("Sound of recordings: none")
        describe(self.button, with_sound if self.wanted else without)


def _name(device: QAudioDevice) -> str:
    """Return a microphone's persistent identity."""
    return bytes(device.id().data()).decode("utf-8", "replace")
