"""Stress test of the real window with random, seeded user actions.

    python benchmarks/window_stress.py --seconds 120 --seed 1

Opens, paints, compares and saves the pictures of ``--pictures``, searches styles and uses presets,
adds pictures to batches and cancels, while live mode switches styles, sizes and sources, takes
bursts and plays videos. Fails on any exception or wrong row; prints the number of actions.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")

import numpy as np
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtMultimedia import QVideoFrame

from realstyler.video import Recording
from realstyler_gui.application import make_application, make_window
from realstyler_gui.batch.items import Outcome
from realstyler_gui.live.sources import FrameSource
from realstyler_gui.modes import BATCH, LIVE, PHOTO, STYLES
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.images import as_image
from realstyler_gui.shared.view.picture_view import ZOOM_STEP
from realstyler_gui.window import MainWindow

PAUSE_MILLISECONDS = 15


class Stress:
    """Performs random actions and records every exception."""

    def __init__(self, window: MainWindow, pictures: list[Path], out: Path, seed: int) -> None:
        self.window, self.pictures, self.out = window, pictures, out
        self.random = random.Random(seed)
        self.done = 0
        self.problems: list[str] = []
        self.saved = 0
        self.video = a_video(out / "clip.mp4")
        self.actions: list[Callable[[], object]] = [
            self.open,
            self.step,
            self.change,
            self.choose,
            self.compare,
            self.find,
            self.preset,
            self.save,
            window.photo.exporter.copy,
            window.photo.session.undo_stack.undo,
            window.photo.session.undo_stack.redo,
            lambda: window.photo.view.zoom(self.random.choice((ZOOM_STEP, 1 / ZOOM_STEP))),
            window.photo.session.cancel,
            self.show,
            self.batch,
            self.batch,
            self.live,
            self.live,
        ]

    def act(self) -> None:
        """Perform a random action."""
        self.random.choice(self.actions)()
        self.done += 1
        self.check_rows()

    def open(self) -> None:
        """Open one picture, or the folder."""
        one = self.random.choice(self.pictures)
        self.window.photo.open([self.random.choice((one, one.parent))])

    def step(self) -> None:
        """Go to the previous or next picture."""
        self.window.photo.opener.step(self.random.choice((-1, 1)))

    def change(self) -> None:
        """Move a slider or toggle the check box."""
        controls = self.window.photo.controls
        self.random.choice(
            (
                lambda: controls.strength.setValue(self.random.randrange(101)),
                lambda: controls.stroke.setValue(self.random.randrange(8)),
                controls.keep_colors.click,
                controls.reset.click,
            )
        )()

    def choose(self) -> None:
        """Choose another style."""
        self.window.photo.strip.step(self.random.choice((-1, 1)))

    def compare(self) -> None:
        """Pin a result, swap it, flip to it, unpin it."""
        page = self.window.photo
        self.random.choice(
            (
                page.comparison.toggle,
                page.comparison.swap,
                lambda: page.view.flip(self.random.random() < 0.5),
                lambda: page.comparison.compare_with(self.a_style()),
                page.bar.compare.click,
            )
        )()

    def find(self) -> None:
        """Search the strip, show only favourites, make a style one."""
        shelf = self.window.photo.shelf
        self.random.choice(
            (
                shelf.start_search,
                lambda: shelf.search.setText(self.random.choice(("", "a", "no such style"))),
                shelf.search.returnPressed.emit,
                shelf.favourites.click,
                shelf.strip.toggle_favourite,
                lambda: shelf.choose(self.a_style()),
            )
        )()

    def preset(self) -> None:
        """Save, use, copy and paste settings, between all pages that have any."""
        pages = [self.window.page(mode) for mode in (PHOTO, LIVE, BATCH)]
        button = self.random.choice([page.controls.presets for page in pages])
        button.fill()
        self.random.choice((button.ask_name, button.copy, button.paste))()
        entries = [each for each in button.menu().actions() if each.isEnabled() and each.text()]
        if button.presets.names:
            entries[0].trigger()

    def a_style(self) -> str:
        """Return the name of a random trained style."""
        return self.random.choice(self.window.context.catalogue.trained).name

    def save(self) -> None:
        """Save under a new name, possibly before it is painted."""
        if self.window.photo.session.photo is not None:
            self.saved += 1
            self.window.photo.exporter.save_to(self.out / f"saved-{self.saved}.png")

    def show(self) -> None:
        """Switch to another mode."""
        self.window.show_mode(self.random.choice((PHOTO, LIVE, BATCH, STYLES)))

    def batch(self) -> None:
        """Perform an action in batch mode."""
        page = self.window.page(BATCH)
        self.random.choice(
            (
                lambda: page.add(self.random.sample(self.pictures, 2)),
                page.start,
                page.batch.cancel,
                page.clear,
                lambda: page.batch.remove(page.batch.items[:1]),
                page.go_on,
                self.window.intake.offer_to_go_on,
            )
        )()

    def live(self) -> None:
        """Perform an action in live mode."""
        page = self.window.page(LIVE)
        side = self.random.choice((320, 480, 640))
        self.random.choice(
            (
                lambda: page.strip.step(1),
                page.bar.steady.click,
                page.bar.mirror.click,
                page.bar.compare.click,
                page.toggle_recording,
                self.shoot,
                self.shoot,
                page.transport.toggle,
                lambda: page.transport.step(self.random.choice((-1000, 1000))),
                lambda: page.sources.open_video(self.video),
                lambda: page.sources.start(frame_source()),
                lambda: page.controls.strength.setValue(self.random.randrange(101)),
                lambda: page.bar.frame_size.activated.emit(page.bar.frame_size.findData(side)),
            )
        )()

    def shoot(self) -> None:
        """Press the shutter for a shot, a burst or an animation."""
        page = self.window.page(LIVE)
        page.shutter.kind.setCurrentIndex(self.random.randrange(page.shutter.kind.count()))
        page.shooting.start()

    def check_rows(self) -> None:
        """Check that every finished row has its own, existing result."""
        for item in self.window.page(BATCH).batch.items:
            if item.outcome is Outcome.DONE and (
                item.target is None
                or not item.target.exists()
                or not item.target.stem.startswith(item.found.path.stem)
            ):
                self.problems.append(f"{item.found.path.name} says {item.target}")

    def note(
        self, kind: type[BaseException], error: BaseException, _: TracebackType | None
    ) -> None:
        """Record an exception; replaces `sys.excepthook`, to which Qt passes them."""
        self.problems.append(f"{kind.__name__}: {error}")
        sys.__excepthook__(kind, error, error.__traceback__)


def a_video(path: Path) -> Path:
    """Write two seconds of noise."""
    recording = Recording(path, path, 160, 120)
    generator = np.random.default_rng(1)
    for number in range(40):
        recording.write(generator.integers(0, 256, (120, 160, 3), dtype=np.uint8), number / 20)
    recording.finish()
    return path


def frame_source() -> FrameSource:
    """Return a frame source at 50 frames per second."""
    source = FrameSource()
    frame = as_image(np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8))
    timer = QTimer(source, interval=20)
    timer.timeout.connect(lambda: source.input.sendVideoFrame(QVideoFrame(frame)))
    timer.start()
    return source


def main() -> int:
    """Run the test and report."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=Path, default=Path("docs/photographs"))
    options = parser.parse_args()
    out = Path(tempfile.mkdtemp())
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(out / "config"))
    application = make_application()
    window = make_window(application)
    for kind in ("snapshots", "recordings", "batch"):
        (out / kind).mkdir()
        window.context.settings.keep_folder(kind, out / kind)
    pictures = [p for p in sorted(options.pictures.iterdir()) if p.suffix in (".jpg", ".png")]
    stress = Stress(window, pictures, out, options.seed)
    sys.excepthook = stress.note
    dialogs.confirm = lambda *_: True  # no user to answer
    dialogs.ask_text = lambda *_: f"preset {stress.random.randrange(5)}"
    window.show()
    timer = QTimer(window, interval=PAUSE_MILLISECONDS)
    timer.timeout.connect(stress.act)
    timer.start()
    QTimer.singleShot(int(options.seconds * 1000), window, window.close)
    began = time.monotonic()
    code = application.exec()
    print(f"{stress.done} actions in {time.monotonic() - began:.0f} s, seed {options.seed}")
    for problem in sorted(set(stress.problems)):
        print(problem, file=sys.stderr)
    return code or bool(stress.problems)


if __name__ == "__main__":
    sys.exit(main())
