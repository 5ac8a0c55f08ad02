"""Scenarios that need their own process: ``scenarios.py NAME``, run by `test_processes.py`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QApplication

import clipping
from gui_support import plug_in
from realstyler.engine import Stylizer
from realstyler_gui.application import let_signals_through, make_application, make_window
from realstyler_gui.live.live_page import LivePage
from realstyler_gui.live.sources import FrameSource
from realstyler_gui.modes import LIVE, STYLES
from realstyler_gui.photo.session import State
from realstyler_gui.shared.images import as_image, as_pixels
from realstyler_gui.window import MainWindow

PATIENCE = 60.0


def wait(application: QApplication, condition: Callable[[], bool], what: str) -> None:
    """Run the event loop until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        application.processEvents()
        time.sleep(0.005)
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain for {what}")


def close_while_painting(application: QApplication, window: MainWindow) -> int:
    """Close while painting a large picture, and while live mode is preparing."""
    window.open([Path(os.environ["PHOTO"])])
    wait(application, lambda: window.photo.session.state is State.PREVIEW, "the preview")
    wait(application, lambda: window.photo.status.progress.value() > 0, "some progress")
    window.show_mode(LIVE)
    QTimer.singleShot(0, window.close)
    return application.exec()


def sharp(application: QApplication, window: MainWindow) -> int:
    """On a high-DPI screen, one picture pixel is one device pixel at 100 %."""
    window.open([Path(os.environ["PHOTO"])])
    wait(application, lambda: window.photo.session.state is State.READY, "the painting")
    view = window.photo.view
    assert view.devicePixelRatioF() == 2.0
    view.actual_size()
    left, top = int(view.viewport.left), int(view.viewport.top)
    shown = as_pixels(view.grab().toImage())[top : top + 64, left : left + 96]
    original = window.photo.session.photo.picture.pixels  # type: ignore[union-attr]
    assert np.array_equal(shown, Stylizer("painted").stylize(original))
    window.close()
    return 0


def camera(application: QApplication, window: MainWindow) -> int:
    """The stand-in webcam is painted, unplugged and plugged in again."""
    device = Path("/dev/video0")
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    page.bar.mirror.setChecked(False)
    wait(application, lambda: page.frames > 5 and painted_as_by_the_engine(page), "the camera")
    print("painted", flush=True)
    sizes = [page.bar.frame_size.itemText(n) for n in range(page.bar.frame_size.count())]
    assert sizes == ["320 px", "480 px", "640 × 480", "960 px", "1280 × 720", "1920 × 1080"], sizes
    page.bar.frame_size.setCurrentIndex(4)
    page.bar.frame_size.activated.emit(4)
    wait(application, lambda: of_width(page, 1280), "larger frames")
    page.bar.frame_size.setCurrentIndex(2)
    page.bar.frame_size.activated.emit(2)
    wait(application, lambda: of_width(page, 640), "small frames again")
    print("sized", flush=True)
    device.unlink()
    wait(application, lambda: page.canvas.currentWidget() is page.empty, "the unplugging")
    assert "unplugged" in page.empty.title.text(), page.empty.title.text()
    assert page.sources.source is None
    print("unplugged", flush=True)
    plug_in(device)
    wait(
        application, lambda: page.sources.source is not None and page.frames > 5, "the camera again"
    )
    wait(application, lambda: painted_as_by_the_engine(page), "painted frames again")
    print("back", flush=True)
    window.close()
    return 0


def of_width(page: LivePage, width: int) -> bool:
    """Return whether frames of a width are shown."""
    return page.shown is not None and page.shown.original.width() == width


def painted_as_by_the_engine(page: LivePage) -> bool:
    """Return whether the frame shown is exactly what the engine makes of its original."""
    shown = page.shown
    if shown is None or page.pipeline.stream is None or shown.original == shown.painted:
        return False
    original = as_pixels(shown.original)
    assert original.shape == (480, 640, 3), original.shape
    assert original.std() > 10, "the camera shows nothing"
    wanted = Stylizer(page.switcher.parameters.style, network="live").stylize(original)
    return bool(np.array_equal(as_pixels(shown.painted), wanted))


def logged_out(application: QApplication, window: MainWindow) -> int:
    """SIGTERM during a recording and a training ends both properly."""
    training = window.page(STYLES).training
    training.start("raw", "full", Path(os.environ["PHOTOS"]), 100_000)
    print(training._process.processId())
    window.context.settings.keep_folder("recordings", Path(os.environ["RECORDINGS"]))
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    source = FrameSource()
    page.sources.start(source)
    frame = as_image(np.full((120, 160, 3), 90, np.uint8))
    timer = QTimer(window, interval=20)
    timer.timeout.connect(lambda: source.input.sendVideoFrame(QVideoFrame(frame)))
    timer.start()
    wait(application, lambda: page.frames > 3, "frames")
    page.toggle_recording()
    count = page.frames
    wait(application, lambda: page.frames > count + 10, "recorded frames")
    let_signals_through(application, lambda: window)
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    return application.exec()


def fits(application: QApplication, window: MainWindow) -> int:
    """On a high-DPI screen nothing on any page is clipped."""
    window.open([Path(os.environ["PHOTO"])])
    wait(application, lambda: window.photo.session.state is State.READY, "the painting")
    window.resize(1024, 700)
    for mode in range(4):
        window.show_mode(mode)
        application.processEvents()
        found = list(clipping.problems(window))
        assert not found, found
    window.close()
    return 0


SCENARIOS = {
    "fits": fits,
    "logged_out": logged_out,
    "close_while_painting": close_while_painting,
    "camera": camera,
    "sharp": sharp,
}


def main() -> int:
    """Run one scenario in a real application."""
    application = make_application()
    window = make_window(application)
    window.show()
    return SCENARIOS[sys.argv[1]](application, window)


if __name__ == "__main__":
    sys.exit(main())
