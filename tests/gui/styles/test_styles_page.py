"""The styles panel in the real window: failures, reload, new styles."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler import style_files
from realstyler.installation import backups
from realstyler.registry import find_style
from realstyler_gui.shared import dialogs
from realstyler_gui.styles import new_style
from realstyler_gui.styles.styles_page import StylesPage
from realstyler_gui.training import training
from realstyler_gui.window import PHOTO, STYLES, MainWindow
from support import add_style


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


def test_origin_and_training_are_shown(page: StylesPage, drop_ins: Path) -> None:
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
    qtbot: QtBot, window: MainWindow, page: StylesPage, drop_ins: Path
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


def test_a_style_is_used_in_photo_mode(qtbot: QtBot, window: MainWindow, page: StylesPage) -> None:
    """The button for it goes to photo mode with the style chosen."""
    page.show_style("quiet")
    qtbot.mouseClick(page.details.use_button, Qt.MouseButton.LeftButton)
    assert window.mode == PHOTO
    assert window.photo.session.parameters.style == "quiet"


def test_a_picture_becomes_a_style(
    qtbot: QtBot, window: MainWindow, page: StylesPage, tmp_path: Path
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


def test_a_style_that_exists_is_refused(qtbot: QtBot, page: StylesPage, tmp_path: Path) -> None:
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


def test_a_style_file_is_added(
    window: MainWindow,
    page: StylesPage,
    drop_ins: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Opened or dropped, it becomes a style that is shown; a damaged one says why it does not."""
    folder = add_style(drop_ins, "shared")
    texture(folder / "style.jpg")
    page.reload()
    file = style_files.write(find_style("shared"), tmp_path / "shared.realstyle")
    shutil.rmtree(folder)
    page.reload()
    window.show_mode(PHOTO)
    window.open([file])
    assert page.isVisible()
    assert page.current is not None
    assert page.current.name == "shared"
    (drop_ins / "shared" / "LICENSE").write_text("mine")
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    window.open([file])
    assert not (drop_ins / "shared" / "LICENSE").exists()
    assert len(list(backups().glob("shared-*/shared/LICENSE"))) == 1
    file.write_bytes(b"damaged")
    window.open([file])
    assert "shared.realstyle" in window.toasts.message
