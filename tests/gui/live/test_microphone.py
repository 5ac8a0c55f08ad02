"""Sound of live recordings."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt, QTimer
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices, QVideoFrame
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler_gui.live.live_page import LivePage
from realstyler_gui.live.microphone import Microphone, Samples, SoundFormat, form_of
from realstyler_gui.live.recorder import Recorder
from realstyler_gui.live.sources import FrameSource
from realstyler_gui.modes import LIVE
from realstyler_gui.shared.images import as_image
from realstyler_gui.window import MainWindow

av = pytest.importorskip("av", reason="the extra `video` is not installed")
RATE, PITCH = 48_000, 440


def tone(seconds: float) -> Samples:
    """A sine of 440 Hz, N×1."""
    places = np.arange(round(seconds * RATE)) / RATE
    return (9000 * np.sin(2 * np.pi * PITCH * places)).astype(np.int16)[:, None]


def test_a_recording_has_the_sound_of_its_time(tmp_path: Path) -> None:
    """What was heard before the first picture is left out; the rest lies where it was heard."""
    ended = []
    target = tmp_path / "clip.mp4"
    recorder = Recorder(target, lambda *outcome: ended.append(outcome), SoundFormat(RATE, 1))
    sound = tone(2.0)
    recorder.hear(sound[: RATE // 2], 9.5)
    for number in range(8):
        recorder.add(as_image(np.full((48, 64, 3), 20 * number, np.uint8)), 10 + number / 5)
        while not recorder._images.empty():
            time.sleep(0.01)
    recorder.hear(sound[: RATE // 2], 9.9)
    recorder.hear(sound[RATE // 2 :], 10.4)
    recorder.stop()
    assert ended == [(recorder, target, None)]
    with av.open(str(target)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        assert container.streams.audio[0].rate == RATE
    heard = np.concatenate(frames, axis=1)[0]
    assert len(heard) / RATE == pytest.approx(1.9, abs=0.06)
    strengths = np.abs(np.fft.rfft(heard[RATE // 4 : RATE]))
    assert np.argmax(strengths) * RATE / (RATE - RATE // 4) == pytest.approx(PITCH, abs=3)


def test_a_stream_of_samples_is_passed_on() -> None:
    """In whole samples, with the time of the first one."""
    heard: list[tuple[Samples, float]] = []
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.ReadWrite)
    stereo = np.arange(2 * RATE, dtype=np.int16).reshape(-1, 2)
    buffer.buffer().append(stereo.tobytes() + b"\x01")
    form = SoundFormat(RATE, 2)
    microphone = Microphone(buffer, form, lambda *given: heard.append(given))
    before = time.perf_counter()
    buffer.readyRead.emit()
    ((samples, moment),) = heard
    np.testing.assert_array_equal(samples, stereo)
    assert before - 1 <= moment <= time.perf_counter() - 1
    buffer.readyRead.emit()
    assert len(heard) == 1
    microphone.stop()


def test_without_a_microphone_the_menu_says_so(window: MainWindow) -> None:
    """Silence is chosen at first; what is connected is listed beside it."""
    button = window.page(LIVE).shutter.microphone
    button.fill()
    entries = button.menu.actions()
    assert (entries[0].text(), entries[0].isChecked()) == ("Record without sound", True)
    if not QMediaDevices.audioInputs():
        assert entries[-1].text() == "No microphone found"
        assert not entries[-1].isEnabled()
    assert form_of(QAudioDevice()) is None


def test_a_missing_microphone_is_told_and_the_picture_recorded(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """A microphone that was chosen before and is gone: the clip is silent, and a note says why."""
    window.context.settings.keep_folder("recordings", tmp_path)
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    page.shutter.microphone.choose("of another computer")
    source = FrameSource()
    page.sources.start(source)
    frame = as_image(np.full((48, 64, 3), 90, np.uint8))
    timer = QTimer(source, interval=20)
    timer.timeout.connect(lambda: source.input.sendVideoFrame(QVideoFrame(frame)))
    timer.start()
    qtbot.waitUntil(lambda: page.shown is not None, timeout=PATIENCE)
    qtbot.keyClick(page, Qt.Key.Key_R)
    assert "no sound" in window.toasts.message
    frames = page.frames
    qtbot.waitUntil(lambda: page.frames > frames + 5, timeout=PATIENCE)
    qtbot.keyClick(page, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "Saved" in window.toasts.message, timeout=PATIENCE)
    (path,) = tmp_path.glob("*.mp4")
    with av.open(str(path)) as container:
        assert not container.streams.audio
