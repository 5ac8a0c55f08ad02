"""Live mode in the real window: frames in, painted pixels out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.engine import Stream, Stylizer
from realstyler.errors import OutputError
from realstyler_gui.live.live_page import LivePage
from realstyler_gui.live.sources import FrameSource
from realstyler_gui.modes import LIVE, PHOTO
from realstyler_gui.shared import video_support
from realstyler_gui.shared.images import as_image, as_pixels
from realstyler_gui.window import MainWindow

WIDTH, HEIGHT = 160, 120


class Camera:
    """Writes frames of one picture to a source, 50 times a second."""

    def __init__(self, source: FrameSource, image: QImage) -> None:
        self.source, self.image = source, image
        self.sent = 0
        self._timer = QTimer(source, interval=20)
        self._timer.timeout.connect(self.send)
        self._timer.start()

    def send(self) -> None:
        """Write one frame."""
        self.sent += self.source.input.sendVideoFrame(QVideoFrame(self.image))


@pytest.fixture
def frame() -> QImage:
    """A frame that is red on the left and blue on the right."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:, : WIDTH // 2, 0] = pixels[:, WIDTH // 2 :, 2] = 200
    return as_image(pixels)


@pytest.fixture
def live(qtbot: QtBot, window: MainWindow) -> LivePage:
    """The live page, without a camera."""
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    qtbot.waitUntil(lambda: page.pipeline.stream is not None, timeout=PATIENCE)
    return page


@pytest.fixture
def camera(live: LivePage, frame: QImage) -> Camera:
    """A running source of generated frames."""
    source = FrameSource()
    live.sources.start(source)
    return Camera(source, frame)


def shown(live: LivePage) -> np.ndarray:
    """The screen's colours at the centres of the picture's pixels, H×W×3."""
    image = live.view.grab().toImage()
    rect = live.view.picture_rect()
    across = rect.left() + (np.arange(WIDTH) + 0.5) * rect.width() / WIDTH
    down = rect.top() + (np.arange(HEIGHT) + 0.5) * rect.height() / HEIGHT
    pixels = as_pixels(image)
    return pixels[down.astype(int)][:, across.astype(int)].astype(int)


def looks_like(live: LivePage, wanted: np.ndarray) -> Callable[[], bool]:
    """Return whether the screen shows these pixels, allowing for smoothing when enlarged."""
    return lambda: (
        live.canvas.currentWidget() is live.view and np.abs(shown(live) - wanted).mean() < 12
    )


def painted(image: QImage, name: str = "painted") -> np.ndarray:
    """The frame as painted by the engine directly with the live network."""
    return Stylizer(name, network="live").stylize(as_pixels(image)).astype(int)


def test_frames_are_shown_painted(
    qtbot: QtBot, live: LivePage, camera: Camera, frame: QImage
) -> None:
    """The screen shows what the engine paints, with frame rate and latency."""
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    qtbot.waitUntil(lambda: "fps" in live.bar.reading.text(), timeout=PATIENCE)


def test_mirroring_swaps_left_and_right(
    qtbot: QtBot, live: LivePage, camera: Camera, frame: QImage
) -> None:
    """M mirrors the frame before it is painted."""
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    qtbot.keyClick(live, Qt.Key.Key_M)
    mirrored = painted(frame.flipped(Qt.Orientation.Horizontal))
    qtbot.waitUntil(looks_like(live, mirrored), timeout=PATIENCE)


def test_the_split_shows_the_original_on_the_left(
    qtbot: QtBot, live: LivePage, camera: Camera, frame: QImage
) -> None:
    """C compares: the left half shows the camera's picture."""
    wanted = painted(frame)
    wanted[:, : WIDTH // 2] = as_pixels(frame)[:, : WIDTH // 2]
    qtbot.keyClick(live, Qt.Key.Key_C)
    qtbot.waitUntil(looks_like(live, wanted), timeout=PATIENCE)


def test_a_style_is_switched_under_load(
    qtbot: QtBot, live: LivePage, camera: Camera, frame: QImage
) -> None:
    """The old style keeps painting while a new one is prepared; the last of many switches wins."""
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    streams = set()
    for _ in range(7):
        live.strip.step(1)
        frames = live.frames
        qtbot.waitUntil(lambda frames=frames: live.frames > frames, timeout=PATIENCE)
        assert live.pipeline.stream is not None
        streams.add(live.pipeline.stream)
    live.strip.set_style("painted")
    live.strip.chosen.emit("quiet")
    qtbot.waitUntil(looks_like(live, painted(frame, "quiet")), timeout=PATIENCE)


def test_strength_changes_at_once(
    qtbot: QtBot, live: LivePage, camera: Camera, frame: QImage
) -> None:
    """Strength 0 shows the camera's picture through the same stream."""
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    stream = live.pipeline.stream
    live.controls.strength.setValue(0)
    qtbot.waitUntil(looks_like(live, as_pixels(frame).astype(int)), timeout=PATIENCE)
    assert live.pipeline.stream is stream


def test_an_error_while_painting_shows_the_camera(
    qtbot: QtBot,
    window: MainWindow,
    live: LivePage,
    camera: Camera,
    frame: QImage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A painting error is one message; frames go on unpainted, another style paints again."""
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    with monkeypatch.context() as patch:
        patch.setattr(Stream, "stylize", lambda *_, **__: 1 / 0)
        qtbot.waitUntil(lambda: "ZeroDivisionError" in window.toasts.message, timeout=PATIENCE)
        qtbot.waitUntil(looks_like(live, as_pixels(frame).astype(int)), timeout=PATIENCE)
    live.strip.chosen.emit("quiet")
    qtbot.waitUntil(looks_like(live, painted(frame, "quiet")), timeout=PATIENCE)


def test_frames_are_dropped_not_queued(
    qtbot: QtBot, live: LivePage, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a slow network only the latest frame is painted, and the window stays responsive."""
    gate = Event()
    stylize = Stream.stylize

    def slow(self: Stream, *arguments: object, **named: object) -> np.ndarray:
        gate.wait(0.2)
        return stylize(self, *arguments, **named)

    monkeypatch.setattr(Stream, "stylize", slow)
    sent = camera.sent
    qtbot.waitUntil(lambda: camera.sent > sent + 25, timeout=PATIENCE)
    assert live.pipeline.dropped > 10
    assert live.shown is not None
    gate.set()


def test_a_snapshot_is_what_is_shown(
    qtbot: QtBot, window: MainWindow, live: LivePage, camera: Camera, frame: QImage, tmp_path: Path
) -> None:
    """Space saves the painted frame; a second one gets its own name."""
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    pattern = "realstyler-*.png"
    for count in (1, 2):
        qtbot.keyClick(live, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda n=count: len(list(tmp_path.glob(pattern))) == n, timeout=PATIENCE)
    for path in tmp_path.glob(pattern):
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), painted(frame))


def test_a_finest_snapshot_has_the_size_of_the_camera(
    qtbot: QtBot, window: MainWindow, live: LivePage, camera: Camera, frame: QImage, tmp_path: Path
) -> None:
    """However small the live frames are, the camera's frame is repainted by the full network."""
    live._set_size(WIDTH // 2)
    live.shutter.finest.click()
    qtbot.waitUntil(lambda: live.shown is not None, timeout=PATIENCE)
    live.shown = None
    half = WIDTH // 2
    qtbot.waitUntil(
        lambda: live.shown is not None and live.shown.painted.width() == half, timeout=PATIENCE
    )
    live.shooting.take()
    pattern = "realstyler-*.png"
    qtbot.waitUntil(lambda: len(list(tmp_path.glob(pattern))) == 1, timeout=PATIENCE)
    [path] = tmp_path.glob(pattern)
    wanted = Stylizer(live.switcher.parameters.style, "full").stylize(as_pixels(frame))
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), wanted)
    qtbot.waitUntil(lambda: window.toasts.message.startswith("Saved realstyler-"), timeout=PATIENCE)


def test_the_countdown_can_be_stopped(
    qtbot: QtBot, live: LivePage, camera: Camera, tmp_path: Path
) -> None:
    """The countdown shows its number; Esc aborts it and nothing is saved."""
    qtbot.waitUntil(lambda: live.shown is not None, timeout=PATIENCE)
    live.shutter.delay.setCurrentIndex(1)
    qtbot.keyClick(live, Qt.Key.Key_Space)
    assert live.countdown.isVisible()
    assert live.countdown.text() == "3"
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    assert not live.countdown.isVisible()
    assert not list(tmp_path.glob("*.png"))


def test_a_recording_holds_what_was_shown(
    qtbot: QtBot,
    window: MainWindow,
    live: LivePage,
    camera: Camera,
    frame: QImage,
    tmp_path: Path,
) -> None:
    """R starts and stops a video file with the painted frames at their times."""
    av = pytest.importorskip("av", reason="the extra `video` is not installed")
    window.context.settings.keep_folder("recordings", tmp_path)
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    qtbot.keyClick(live, Qt.Key.Key_R)
    frames = live.frames
    qtbot.waitUntil(lambda: live.frames > frames + 10, timeout=PATIENCE)
    qtbot.keyClick(live, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "Saved" in window.toasts.message, timeout=PATIENCE)
    (path,) = tmp_path.glob("*.mp4")
    with av.open(str(path)) as container:
        decoded = [(each.time, each.to_ndarray(format="rgb24")) for each in container.decode()]
    assert len(decoded) > 8
    assert np.abs(blocks(decoded[-1][1]) - blocks(painted(frame))).mean() < 8
    times = [moment for moment, _ in decoded]
    assert times == sorted(set(times))


def test_a_recording_that_cannot_go_on_keeps_what_it_has(
    qtbot: QtBot,
    window: MainWindow,
    live: LivePage,
    camera: Camera,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a full disk recording stops with a message, and the part written so far is playable."""
    av = pytest.importorskip("av", reason="the extra `video` is not installed")
    from realstyler.video import Recording

    write = Recording.write

    def fill_up(self: Recording, pixels: np.ndarray, moment: float) -> None:
        if self.frames > 45:
            raise OutputError(code="disk-full", target="clip.mp4")
        write(self, pixels, moment)

    monkeypatch.setattr(Recording, "write", fill_up)
    window.context.settings.keep_folder("recordings", tmp_path)
    qtbot.waitUntil(live.shutter.record.isEnabled, timeout=PATIENCE)
    qtbot.keyClick(live, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "the disk is full" in window.toasts.message, timeout=PATIENCE)
    assert live.captures.recorder is None
    assert live.shutter.record.text() == "Record"
    (path,) = tmp_path.glob("*.mp4")
    assert path.name in window.toasts.message
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 10
    assert not list(tmp_path.glob(".realstyler-*"))


def test_recording_without_the_extra_says_what_to_install(
    qtbot: QtBot,
    window: MainWindow,
    live: LivePage,
    camera: Camera,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without PyAV the button shows the command that installs it."""
    monkeypatch.setattr(video_support, "available", lambda: False)
    assert not live.shutter.record.isEnabled(), "there is nothing to record yet"
    qtbot.waitUntil(live.shutter.record.isEnabled, timeout=PATIENCE)
    qtbot.mouseClick(live.shutter.record, Qt.MouseButton.LeftButton)
    assert "pip install 'realstyler[video]'" in window.toasts.message


def test_no_camera_is_said_and_lives(qtbot: QtBot, live: LivePage) -> None:
    """Without a camera the page says so and offers other sources."""
    if live.sources.cameras.devices:
        pytest.skip("this machine has a camera")
    assert live.canvas.currentWidget() is live.empty
    assert "No camera" in live.empty.title.text()
    assert live.bar.sources.count() >= 2


def test_a_video_file_is_played_painted(
    qtbot: QtBot, window: MainWindow, live: LivePage, frame: QImage, tmp_path: Path
) -> None:
    """A dropped video plays in a loop, painted."""
    path = write_video(tmp_path / "clip.mp4", frame)
    window.open([path])
    qtbot.waitUntil(looks_like(live, painted(frame)), timeout=PATIENCE)
    assert live.bar.sources.currentText() == "clip.mp4"
    frames = live.frames
    qtbot.waitUntil(lambda: live.frames > frames + 12, timeout=PATIENCE)


def test_a_broken_video_is_an_error(
    qtbot: QtBot, window: MainWindow, live: LivePage, tmp_path: Path
) -> None:
    """A file that is not a video gets one message with its name."""
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"no video at all")
    window.open([path])
    qtbot.waitUntil(lambda: "broken.mp4" in window.toasts.message, timeout=PATIENCE)
    assert live.canvas.currentWidget() is live.empty


def test_other_modes_rest_the_source(
    qtbot: QtBot, window: MainWindow, live: LivePage, camera: Camera
) -> None:
    """Leaving live mode stops the frames, returning restarts them."""
    qtbot.waitUntil(lambda: live.shown is not None, timeout=PATIENCE)
    window.show_mode(PHOTO)
    qtbot.wait(100)
    frames = live.frames
    qtbot.wait(150)
    assert live.frames == frames
    window.show_mode(LIVE)
    qtbot.waitUntil(lambda: live.frames > frames, timeout=PATIENCE)


def test_closing_while_frames_run_ends_every_thread(
    qtbot: QtBot, window: MainWindow, live: LivePage, camera: Camera
) -> None:
    """The window can be closed while painting and recording; no thread is left."""
    qtbot.waitUntil(lambda: live.shown is not None, timeout=PATIENCE)
    started = time.monotonic()
    window.close()
    assert live.pipeline._worker.isFinished()
    assert live.captures.recorder is None
    assert time.monotonic() - started < PATIENCE / 1000


def blocks(pixels: np.ndarray) -> np.ndarray:
    """The means of 8×8 pixel blocks, since video halves the chroma resolution."""
    return pixels.reshape(HEIGHT // 8, 8, WIDTH // 8, 8, 3).mean((1, 3))


def write_video(path: Path, image: QImage) -> Path:
    """Write a short video of one picture."""
    av = pytest.importorskip("av", reason="writing the clip needs PyAV")
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "4"})
        stream.width, stream.height, stream.pix_fmt = image.width(), image.height(), "yuv420p"
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(as_pixels(image), "rgb24")))
        container.mux(stream.encode(None))
    return path
