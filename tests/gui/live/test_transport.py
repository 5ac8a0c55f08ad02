"""Videos in live mode are paused and searched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QMediaPlayer
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler_gui.live.live_page import LivePage
from realstyler_gui.live.recorder import Recorder
from realstyler_gui.live.sources import FrameSource, VideoSource
from realstyler_gui.modes import LIVE
from realstyler_gui.shared.images import as_image, as_pixels
from realstyler_gui.window import MainWindow

av = pytest.importorskip("av", reason="writing the clip needs PyAV")
RATE, SECONDS = 10, 8


@pytest.fixture
def live(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> LivePage:
    """A video of eight seconds that is red at first and blue in its second half; unpainted."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "4", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(RATE * SECONDS):
            pixels = np.zeros((96, 160, 3), np.uint8)
            pixels[:, :, 0 if number < RATE * SECONDS / 2 else 2] = 200
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    qtbot.waitUntil(lambda: page.pipeline.stream is not None, timeout=PATIENCE)
    page.controls.strength.setValue(0)
    page.sources.open_video(path)
    qtbot.waitUntil(lambda: page.shown is not None, timeout=PATIENCE)
    return page


def player(live: LivePage) -> QMediaPlayer:
    """The player of the video."""
    assert isinstance(live.sources.source, VideoSource)
    return live.sources.source.player


def colour(live: LivePage) -> list[int]:
    """The mean colour of what is shown."""
    assert live.shown is not None
    return as_pixels(live.shown.painted).mean((0, 1)).round().astype(int).tolist()


def test_a_video_is_paused_and_goes_on(qtbot: QtBot, live: LivePage) -> None:
    """P stops it at its place and P again continues; the button says what it does."""
    assert live.transport.isVisible()
    qtbot.keyClick(live, Qt.Key.Key_P)
    state = QMediaPlayer.PlaybackState
    qtbot.waitUntil(lambda: player(live).playbackState() == state.PausedState, timeout=PATIENCE)
    assert live.transport.play.accessibleName() == "Play"
    place = player(live).position()
    qtbot.wait(300)
    assert player(live).position() == place
    qtbot.mouseClick(live.transport.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: player(live).position() > place, timeout=PATIENCE)
    assert live.transport.play.accessibleName() == "Pause"


def test_a_paused_picture_follows_the_controls(qtbot: QtBot, live: LivePage) -> None:
    """Another strength shows on the frame that stands still."""
    live.transport.toggle()
    qtbot.wait(100)
    before = colour(live)
    live.controls.strength.setValue(100)
    qtbot.waitUntil(lambda: np.abs(np.subtract(colour(live), before)).max() > 10, timeout=PATIENCE)


def test_a_video_is_searched(qtbot: QtBot, live: LivePage) -> None:
    """The slider and the keys go to another place, and the picture there is shown."""
    qtbot.waitUntil(lambda: live.transport.place.maximum() > 7000, timeout=PATIENCE)
    live.transport.toggle()
    live.transport.place.setValue(6000)
    qtbot.waitUntil(lambda: colour(live)[2] > 150 > colour(live)[0], timeout=PATIENCE)
    assert live.transport.time.text() == "0:06 / 0:08"
    qtbot.keyClick(live, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: colour(live)[0] > 150 > colour(live)[2], timeout=PATIENCE)


def test_other_sources_have_nothing_to_pause(qtbot: QtBot, live: LivePage) -> None:
    """The row is gone, and its keys do nothing."""
    live.sources.start(FrameSource())
    assert not live.transport.isVisible()
    for key in (Qt.Key.Key_P, Qt.Key.Key_Comma, Qt.Key.Key_Period):
        qtbot.keyClick(live, key)
    assert not live.transport.paused


def test_live_pictures_stand_on_black(qtbot: QtBot, window: MainWindow, live: LivePage) -> None:
    """In the light theme, too."""
    window.set_appearance("light")
    image = live.view.grab().toImage()
    rect = live.view.picture_rect()
    outside = (image.width() // 2, 3) if rect.top() > 6 else (3, image.height() // 2)
    assert image.pixelColor(*outside).name() == "#000000"


def test_a_style_that_is_prepared_is_named(
    qtbot: QtBot, live: LivePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the picture, until it is ready."""
    monkeypatch.setattr(type(live.switcher), "preparing", True)
    live._show_reading()
    assert live.notice.isVisible()
    assert live.notice.text() == "Preparing Painted…"
    monkeypatch.setattr(type(live.switcher), "preparing", False)
    live._show_reading()
    assert not live.notice.isVisible()


def test_a_recording_keeps_proportions(tmp_path: Path) -> None:
    """When frames change their shape, the later ones stand on black instead of being stretched."""
    recorder = Recorder(tmp_path / "clip.mp4", lambda *_: None)
    white = np.full((96, 160, 3), 255, np.uint8)
    for number in range(4):
        recorder.add(as_image(white if number < 2 else white[:, :96]), number / 10)
    recorder.stop()
    with av.open(str(tmp_path / "clip.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert frames[0][:, :16].mean() > 230
    assert frames[-1][:, :16].mean() < 25
    assert frames[-1][:, 72:88].mean() > 230
