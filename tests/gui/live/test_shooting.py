"""Shots, bursts and animations of live mode, and the strip of the last ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtMultimedia import QVideoFrame
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler_gui.live import shooting
from realstyler_gui.live.animation import write_gif
from realstyler_gui.live.live_page import LivePage
from realstyler_gui.live.shots import KEPT, Shots
from realstyler_gui.live.shutter import BURST, GIF
from realstyler_gui.live.sources import FrameSource
from realstyler_gui.modes import LIVE, PHOTO
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.images import as_image
from realstyler_gui.shared.widgets import select_data
from realstyler_gui.window import MainWindow


@pytest.fixture
def live(qtbot: QtBot, window: MainWindow) -> LivePage:
    """Live mode with a source whose frames change."""
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    qtbot.waitUntil(lambda: page.pipeline.stream is not None, timeout=PATIENCE)
    source = FrameSource()
    page.sources.start(source)
    generator = np.random.default_rng(0)

    def send() -> None:
        pixels = generator.integers(0, 256, (120, 160, 3), dtype=np.uint8)
        source.input.sendVideoFrame(QVideoFrame(as_image(pixels)))

    timer = QTimer(source, interval=20)
    timer.timeout.connect(send)
    timer.start()
    qtbot.waitUntil(lambda: page.shown is not None, timeout=PATIENCE)
    return page


def test_a_burst_is_five_pictures(qtbot: QtBot, live: LivePage, tmp_path: Path) -> None:
    """One press, five different pictures, though all are of the same second or two."""
    select_data(live.shutter.kind, BURST)
    qtbot.keyClick(live, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(live.shots.paths) == shooting.SHOTS, timeout=PATIENCE)
    files = list(tmp_path.glob("realstyler-*.png"))
    assert sorted(live.shots.paths) == sorted(files)
    assert len({path.read_bytes() for path in files}) == shooting.SHOTS


def test_shots_of_one_moment_get_their_own_names(
    qtbot: QtBot, live: LivePage, tmp_path: Path
) -> None:
    """Ten at once: none is lost, none replaces another."""
    for _ in range(10):
        live.shooting.take()
    qtbot.waitUntil(lambda: len(live.shots.paths) == 10, timeout=PATIENCE)
    assert len(list(tmp_path.glob("realstyler-*.png"))) == 10


def test_an_animation_moves(
    qtbot: QtBot, live: LivePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GIF of several frames that repeats for ever; a second press meanwhile is ignored."""
    select_data(live.shutter.kind, GIF)
    live.shooting.take()
    live.shooting.take()
    qtbot.waitUntil(lambda: bool(live.shots.paths), timeout=PATIENCE)
    (path,) = tmp_path.glob("realstyler-*.gif")
    with Image.open(path) as image:
        assert image.n_frames > 3
        assert image.info["loop"] == 0
        assert image.size == (160, 120)
    assert not live.pipeline.taps


def test_leaving_the_page_ends_a_burst_and_saves_an_animation(
    qtbot: QtBot, window: MainWindow, live: LivePage, tmp_path: Path
) -> None:
    """Nothing goes on behind another page; what an animation has is saved."""
    select_data(live.shutter.kind, GIF)
    live.shooting.take()
    book = live.shooting._flipbook
    assert book is not None
    qtbot.waitUntil(lambda: len(book.frames) >= 2, timeout=PATIENCE)
    window.show_mode(PHOTO)
    qtbot.waitUntil(lambda: len(live.shots.paths) == 1, timeout=PATIENCE)
    assert live.shots.paths[0].suffix == ".gif"
    assert not live.pipeline.taps
    window.show_mode(LIVE)
    select_data(live.shutter.kind, BURST)
    live.shooting.take()
    window.show_mode(PHOTO)
    count = len(list(tmp_path.glob("*.png")))
    qtbot.wait(500)
    assert len(list(tmp_path.glob("*.png"))) <= count + 1


def test_a_gif_keeps_its_times(tmp_path: Path) -> None:
    """Frames last as long as they did, none shorter than browsers show."""
    frames = [as_image(np.full((20, 30, 3), 60 * number, np.uint8)) for number in range(4)]
    write_gif(frames, [10.0, 10.1, 10.4, 10.401], tmp_path / "a.gif")
    durations = []
    with Image.open(tmp_path / "a.gif") as image:
        for number in range(image.n_frames):
            image.seek(number)
            durations.append(image.info["duration"])
    assert durations == [100, 300, 20, 100]


def test_the_last_shots_are_at_hand(
    qtbot: QtBot, live: LivePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They appear with the first shot; one is opened, shown in its folder, copied."""
    assert not live.shots.isVisible()
    live.shooting.take()
    qtbot.waitUntil(live.shots.isVisible, timeout=PATIENCE)
    opened: list[Path] = []
    monkeypatch.setattr(dialogs, "show_file", opened.append)
    monkeypatch.setattr(dialogs, "show_folder", opened.append)
    item = live.shots.item(0)
    live.shots.itemActivated.emit(item)
    for action in live.shots.menu(item).actions():
        action.trigger()
    path = live.shots.paths[0]
    assert opened == [path, path, path.parent]
    assert QGuiApplication.clipboard().image().size() == QSize(160, 120)


def test_only_the_last_shots_are_kept(qtbot: QtBot, tmp_path: Path) -> None:
    """The strip forgets the oldest; the files stay."""
    shots = Shots()
    qtbot.addWidget(shots)
    image = as_image(np.zeros((30, 40, 3), np.uint8))
    for number in range(KEPT + 3):
        shots.add(tmp_path / f"{number}.png", image)
    assert len(shots.paths) == KEPT
    assert shots.paths[0].name == f"{KEPT + 2}.png"
