"""Soak test of live mode: thousands of frames through the real window.

    python benchmarks/live_soak.py --style mosaic --frames 3600

Frames are generated at a camera's rate (``--rate``), or as fast as they are consumed (0). Reports
memory, frame age, rate and latency as JSON on stdout; exits with 1 if frames older than 200 ms
were shown or memory grew.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")

import numpy as np
from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame

from realstyler_gui.application import make_application, make_window
from realstyler_gui.live.live_page import LivePage
from realstyler_gui.live.sources import FrameSource
from realstyler_gui.modes import LIVE
from realstyler_gui.shared.images import as_image

OLD_SECONDS = 0.2
GROWTH_ALLOWED = 40e6
"""Tolerated growth of resident memory in bytes, due to allocators and caches."""

WARM_UP = 200
PICTURES = 24


class Soak(QObject):
    """Sends frames, records what is shown, and stops after a number of shown frames."""

    finished = Signal()

    def __init__(self, page: LivePage, frames: int, rate: float, switch_every: int) -> None:
        super().__init__(page)
        self.page, self.wanted, self.switch_every = page, frames, switch_every
        self.source = FrameSource()
        self.images = moving_pictures(640, 480)
        self.sent = self.shown = self.unpainted = 0
        self.latencies: list[float] = []
        self.gaps: list[float] = []
        self.began = self.last = self.processor = 0.0
        self.memory: list[int] = []
        self._seen: object = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(1000 / rate) if rate else 1)
        self._timer.timeout.connect(self._send)
        page.view.painted_frame.connect(self._note)

    def start(self) -> None:
        """Start sending frames."""
        self.page.sources.start(self.source)
        self._timer.start()

    def _send(self) -> None:
        image = self.images[self.sent % len(self.images)]
        self.sent += self.source.input.sendVideoFrame(QVideoFrame(image))

    def _note(self) -> None:
        frame, now = self.page.shown, time.perf_counter()
        if frame is None or frame is self._seen:
            return
        self._seen = frame
        self.shown += 1
        if self.shown == WARM_UP:
            self.began, self.processor = now, time.process_time()
        if self.shown > WARM_UP:
            self.latencies.append(now - frame.arrived)
            self.gaps.append(now - self.last)
            self.unpainted += frame.painted == frame.original
        self.last = now
        if self.shown >= WARM_UP and self.shown % 100 == 0:
            self.memory.append(resident())
        if self.switch_every and self.shown % self.switch_every == 0:
            self.page.strip.step(1)
        if self.shown >= self.wanted + WARM_UP:
            self._timer.stop()
            self.processor = time.process_time() - self.processor
            self.finished.emit()

    def report(self) -> dict[str, Any]:
        """Summarize the run."""
        latencies = np.array(self.latencies) * 1000
        quarter = max(1, len(self.memory) // 4)
        growth = np.mean(self.memory[-quarter:]) - np.mean(self.memory[:quarter])
        return {
            "frames_shown": len(latencies),
            "frames_sent": self.sent,
            "frames_dropped": self.page.pipeline.dropped,
            "frames_unpainted": int(self.unpainted),
            "fps": round(len(latencies) / (self.last - self.began), 2),
            "latency_ms": {
                "median": round(float(np.median(latencies)), 1),
                "p95": round(float(np.percentile(latencies, 95)), 1),
                "p99": round(float(np.percentile(latencies, 99)), 1),
                "max": round(float(latencies.max()), 1),
            },
            "longest_gap_ms": round(max(self.gaps) * 1000, 1),
            "longest_gap_at_frame": int(np.argmax(self.gaps)),
            "older_than_200_ms": int((latencies > OLD_SECONDS * 1000).sum()),
            "rss_mb": {
                "first": round(self.memory[0] / 1e6, 1),
                "last": round(self.memory[-1] / 1e6, 1),
                "largest": round(max(self.memory) / 1e6, 1),
                "every_400_frames": [round(value / 1e6, 1) for value in self.memory[::4]],
                "growth": round(float(growth) / 1e6, 1),
            },
            "processor_ms_per_frame": round(1000 * self.processor / len(latencies), 1),
            "load_average": os.getloadavg()[0],
        }


def moving_pictures(width: int, height: int) -> list[QImage]:
    """Return frames of a drifting pattern, so that consecutive ones differ."""
    down, across = np.mgrid[:height, :width]
    pictures = []
    for number in range(PICTURES):
        shift = number * width // PICTURES
        red = 127 + 120 * np.sin((across + shift) / 23)
        green = 127 + 120 * np.sin((down - shift) / 31)
        blue = (across + down + 3 * shift) % 256
        pictures.append(as_image(np.stack([red, green, blue], axis=-1).astype(np.uint8)))
    return pictures


def resident() -> int:
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Run the test and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--style", default="mosaic")
    parser.add_argument("--network", choices=("full", "live"), default="live")
    parser.add_argument("--frames", type=int, default=3600)
    parser.add_argument("--rate", type=float, default=30, help="frames per second; 0: unlimited")
    parser.add_argument("--switch-every", type=int, default=0, help="shown frames per style")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        QSettings.setPath(ini, user, folder)
        return run(options)


def run(options: argparse.Namespace) -> int:
    """Open the window, run, close it."""
    application = make_application()
    window = make_window(application)
    window.show()
    window.show_mode(LIVE)
    page: LivePage = window.page(LIVE)
    parameters = page.switcher.parameters.but(style=options.style, network=options.network)
    soak = Soak(page, options.frames, options.rate, options.switch_every)
    soak.finished.connect(window.close, Qt.ConnectionType.QueuedConnection)
    page.switcher.ready.connect(soak.start, Qt.ConnectionType.SingleShotConnection)
    page.switcher.failed.connect(lambda error: print(error, file=sys.stderr))
    page.switcher.set_parameters(parameters)
    if (
        page.switcher.parameters.network != options.network
        or page.switcher.parameters.style != options.style
    ):
        print(f"{options.style} has no {options.network} network", file=sys.stderr)
        window.close()
        return 2
    application.exec()
    report = soak.report()
    print(json.dumps({"style": options.style, "network": options.network, **report}, indent=2))
    grew = report["rss_mb"]["growth"] * 1e6 > GROWTH_ALLOWED
    return 1 if grew or report["older_than_200_ms"] else 0


if __name__ == "__main__":
    sys.exit(main())
