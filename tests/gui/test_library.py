"""The styles panel in the real window: failures, reload, new styles, a real training."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.errors import RealstylerError
from realstyler.registry import find_style
from realstyler_gui import dialogs
from realstyler_gui.library import new_style, training
from realstyler_gui.library.adoption import adopt, slug
from realstyler_gui.library.library_page import LibraryPage
from realstyler_gui.library.training import State
from realstyler_gui.library.training_dialog import TrainingDialog
from realstyler_gui.library.training_log import Progress, parse
from realstyler_gui.window import PHOTO, STYLES, MainWindow
from support import add_style


@pytest.fixture
def page(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LibraryPage:
    """The styles panel, whose packages and runs go to a temporary folder."""
    for module in (training, new_style):
        monkeypatch.setattr(module, "data_folder", lambda: tmp_path / "data")
    window.show_mode(STYLES)
    page: LibraryPage = window.page(STYLES)
    return page


def texture(path: Path) -> Path:
    """A picture of noise, 160×160 pixels."""
    noise = np.random.default_rng(3).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


def test_origin_and_training_are_shown(page: LibraryPage, drop_ins: Path) -> None:
    """A trained style names its folder, licence and steps; an untrained one says so."""
    page.show_style("painted")
    assert page.details.title.text() == "Painted"
    assert str(drop_ins / "painted") in page.details.fields["from"].text()
    assert page.details.fields["licence"].text() == "CC0-1.0"
    assert "0 steps" in page.details.fields["networks"].text()
    page.show_style("raw")
    assert page.details.fields["networks"].text() == "not yet"
    assert not page.details.use_button.isEnabled()


def test_failed_plugins_are_listed_until_they_work(
    qtbot: QtBot, window: MainWindow, page: LibraryPage, drop_ins: Path
) -> None:
    """F5 finds a broken style with its reason; mended, it joins the list."""
    broken = add_style(drop_ins, "broken")
    hook = broken / "__init__.py"
    good = hook.read_text()
    hook.write_text("import a_module_that_is_not_there")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    labels = [page.failures.itemAt(n).widget().text() for n in range(page.failures.count())]
    assert any("broken" in text and "a_module_that_is_not_there" in text for text in labels)
    assert page.failures_panel.isVisible()
    hook.write_text(good)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert not page.failures_panel.isVisible()
    assert window.context.catalogue.find("broken") is not None


def test_a_style_is_used_in_photo_mode(qtbot: QtBot, window: MainWindow, page: LibraryPage) -> None:
    """The button for it goes to photo mode with the style chosen."""
    page.show_style("quiet")
    qtbot.mouseClick(page.details.use_button, Qt.MouseButton.LeftButton)
    assert window.mode == PHOTO
    assert window.photo.session.look.style == "quiet"


def test_a_picture_becomes_a_style(
    qtbot: QtBot, window: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    """The dialog makes a package, the style is registered at once and selected."""
    page.new_style()
    dialog = page.findChild(new_style.NewStyleDialog)
    dialog.set_image(texture(tmp_path / "red_chalk.png"))
    assert dialog.title.text() == "Red chalk"
    dialog.title.setText("Ölkreide №1")
    assert dialog.name.text() == "olkreide-no1"
    qtbot.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.current.name == "olkreide-no1", timeout=PATIENCE)
    assert find_style("olkreide-no1").title == "Ölkreide №1"
    assert (tmp_path / "data/packages/realstyler-olkreide-no1/pyproject.toml").is_file()


def test_a_style_that_exists_is_refused(qtbot: QtBot, page: LibraryPage, tmp_path: Path) -> None:
    """The dialog stays open and says what is wrong; nothing is left behind."""
    page.new_style()
    dialog = page.findChild(new_style.NewStyleDialog)
    dialog.set_image(texture(tmp_path / "painted.png"))
    qtbot.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(dialog.problem.text()), timeout=PATIENCE)
    assert "painted" in dialog.problem.text()
    assert dialog.isVisible()
    assert not list((tmp_path / "data").rglob("realstyler-*"))
    dialog.reject()


def test_a_name_in_the_way_leaves_no_package(drop_ins: Path, tmp_path: Path) -> None:
    """Where the folder of styles cannot take the new one, its package goes again."""
    (drop_ins / "chalk").write_text("in the way")
    with pytest.raises(RealstylerError, match="cannot add chalk"):
        adopt("chalk", texture(tmp_path / "chalk.png"), tmp_path / "packages", "", "", "")
    assert not list((tmp_path / "packages").iterdir())


@pytest.mark.timeout(600)
def test_a_training_is_paused_resumed_and_finished(
    qtbot: QtBot,
    window: MainWindow,
    page: LibraryPage,
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
    monkeypatch.setattr(training, "_PREVIEWS", 1)  # only the last step writes one
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


def test_a_training_that_fails_says_why(
    qtbot: QtBot, window: MainWindow, page: LibraryPage, tmp_path: Path
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
    page: LibraryPage,
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


def test_a_line_of_progress_is_read() -> None:
    """The trainer's line becomes numbers; other lines are left alone."""
    line = "step 120/4000  content 8.51e5  style 1.2e6  12.3 pictures/s  1:02:03 left"
    losses = {"content": 851000.0, "style": 1200000.0}
    assert parse(line) == Progress(120, 4000, losses, 12.3, "1:02:03")
    assert parse("Stopping after this step") is None


@given(st.text(max_size=60))
def test_any_title_gives_a_name_that_fits(title: str) -> None:
    """Proposed names are empty or what the registry allows."""
    import re

    from realstyler.registry.style import NAME_LENGTH, NAME_PATTERN

    name = slug(title)
    assert name == "" or (re.fullmatch(NAME_PATTERN, name) and len(name) <= NAME_LENGTH)
