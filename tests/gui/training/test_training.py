"""Training from the window: a real child process."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.registry import find_style
from realstyler_gui.modes import STYLES
from realstyler_gui.shared import dialogs
from realstyler_gui.styles import new_style
from realstyler_gui.styles.styles_page import StylesPage
from realstyler_gui.training import plan, training
from realstyler_gui.training.dialog import TrainingDialog
from realstyler_gui.training.training import State
from realstyler_gui.window import MainWindow


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StylesPage:
    """The styles panel, whose packages and runs go to a temporary folder."""
    for module in (training, new_style):
        monkeypatch.setattr(module, "data_folder", lambda: tmp_path / "data")
    window.show_mode(STYLES)
    page: StylesPage = window.page(STYLES)
    return page


def texture(path: Path) -> Path:
    """A picture of noise, 160×160 pixels."""
    noise = np.random.default_rng(3).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.mark.timeout(600)
def test_a_training_is_paused_resumed_and_finished(
    qtbot: QtBot,
    window: MainWindow,
    page: StylesPage,
    drop_ins: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real training in the background: progress, a preview, pause with a checkpoint, weights."""
    if find_spec("lightning") is None:
        pytest.skip("the extra `train` is not installed")
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(4):
        texture(photos / f"{number}.png")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # several threads on a busy machine spin in vain
    monkeypatch.setattr(shutil, "which", lambda _: None)  # no `nice`: tests are in a hurry
    monkeypatch.setattr(plan, "PREVIEWS", 1)  # only the last step writes one
    patience = 300_000
    page.show_style("raw")
    page.train_current()
    dialog = page.findChild(TrainingDialog)
    dialog.set_data(photos)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=PATIENCE)
    dialog.steps.setValue(8)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    running = page.training
    qtbot.waitUntil(lambda: len(running.history) > 0, timeout=patience)
    assert "Step" in page.training_panel.line.text()
    qtbot.mouseClick(page.training_panel.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: running.state is State.PAUSED, timeout=patience)
    assert running.plan.has_checkpoint
    assert not find_style("raw").trained
    qtbot.mouseClick(page.training_panel.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: running.state in (State.DONE, State.FAILED), timeout=patience)
    assert running.state is State.DONE, window.toasts.message
    assert find_style("raw").trained
    assert running.preview.name == "step-0000008.jpg"
    assert running.history[-1].step == 8
    assert "raw" in [style.name for style in window.context.catalogue.trained]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that are in a hurry, where there is something to train with."""
    if find_spec("lightning") is None:
        pytest.skip("the extra `train` is not installed")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(shutil, "which", lambda _: None)


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("quick")
def test_a_new_style_is_trained_for_photographs_and_for_video(
    qtbot: QtBot, window: MainWindow, page: StylesPage, photo: Path
) -> None:
    """Without a question: previews on one's own photograph, both networks, a place in the strip."""
    running = page.training
    running.start_new("raw", photo)
    networks: list[str] = []
    running.finished.connect(lambda _: networks.append(running.plan.network))
    qtbot.waitUntil(lambda: "full" in networks, timeout=300_000)
    assert page.training_panel.preview.pixmap().width() > page.training_panel.preview.height()
    strip = window.photo.strip.model()
    assert "raw" in [style.name for style in strip.styles if style.trained]
    qtbot.waitUntil(lambda: running.state is State.DONE, timeout=300_000)
    assert networks == ["full", "live"]
    assert find_style("raw").networks == ("full", "live")
    assert running.preview.name == "photograph-0000004.jpg"
    assert page.training_panel.go_on_button.isVisible()


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("quick")
def test_good_enough_keeps_what_was_learned_and_goes_on_from_it(
    qtbot: QtBot, window: MainWindow, page: StylesPage
) -> None:
    """Stopped long before its end, the style paints; going on begins with what it had."""
    running, panel = page.training, page.training_panel
    running.start("raw", "full", None, 100_000)
    page.show_style("raw")
    assert not panel.accept_button.isEnabled()
    weights = running.plan.weights
    qtbot.waitUntil(panel.accept_button.isEnabled, timeout=300_000)
    qtbot.mouseClick(panel.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: running.state is State.DONE, timeout=300_000)
    reached = find_style("raw").load_weights("full").metadata.steps
    assert 0 < reached < 100_000
    qtbot.mouseClick(panel.go_on_button, Qt.MouseButton.LeftButton)
    assert running.state is State.RUNNING
    assert running.plan.begin == str(weights)
    assert "--install" in running.plan.arguments()
    running.close()
    assert find_style("raw").load_weights("full").metadata.steps == reached


def test_a_training_that_fails_says_why(
    qtbot: QtBot, window: MainWindow, page: StylesPage, tmp_path: Path
) -> None:
    """The child's own line of error is shown, and the training can be given up."""
    page.training.start("raw", "full", tmp_path / "nowhere", 5)
    qtbot.waitUntil(lambda: page.training.state is State.FAILED, timeout=PATIENCE)
    assert "nowhere" in window.toasts.message
    page.training.stop()
    assert page.training.state is State.IDLE


def test_closing_asks_while_a_training_runs(
    qtbot: QtBot,
    window: MainWindow,
    page: StylesPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No keeps the window; yes interrupts the child, ends it and remembers the training."""
    answers = [False, True]
    monkeypatch.setattr(dialogs, "confirm", lambda *_: answers.pop(0))
    (tmp_path / "photos").mkdir()
    texture(tmp_path / "photos" / "a.png")
    page.training.start("raw", "full", tmp_path / "photos", 100_000)
    assert not window.close()
    process = page.training._process.processId()
    assert window.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert "raw" in window.context.settings.text("training/plan")


def test_two_windows_do_not_train_in_one_folder(
    qtbot: QtBot, window: MainWindow, page: StylesPage, tmp_path: Path
) -> None:
    """While the first one's child runs, another window refuses to resume the same run."""
    (tmp_path / "photos").mkdir()
    texture(tmp_path / "photos" / "a.png")
    page.training.start("raw", "full", tmp_path / "photos", 100_000)
    other = training.Training(window.context.settings)
    with qtbot.waitSignal(other.failed, timeout=PATIENCE) as failed:
        other.resume()
    assert "another window" in str(failed.args[0])
    assert other.state is State.PAUSED
    page.training.close()
    qtbot.waitUntil(lambda: not page.training.running, timeout=PATIENCE)
