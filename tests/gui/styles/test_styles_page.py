"""The styles panel in the real window: failures, reload, new styles."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler import style_files
from realstyler.installation import backups
from realstyler.registry import find_style
from realstyler_gui.modes import PHOTO, STYLES
from realstyler_gui.shared import dialogs
from realstyler_gui.styles import new_style
from realstyler_gui.styles.offer import OfferDialog
from realstyler_gui.styles.styles_page import StylesPage
from realstyler_gui.training import training
from realstyler_gui.window import MainWindow
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


def test_the_open_picture_becomes_a_style(
    qtbot: QtBot,
    window: MainWindow,
    page: StylesPage,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the photo page, with training shown on the photograph that was open before it."""
    started: list[tuple[str, Path | None]] = []
    monkeypatch.setattr(page.training, "start_new", lambda *wanted: started.append(wanted))
    window.show_mode(PHOTO)
    for path in (photo, texture(tmp_path / "chalk.png")):
        window.open([path])
        qtbot.waitUntil(lambda path=path: shown(window) == path, timeout=PATIENCE)
    qtbot.mouseClick(window.photo.bar.new_style, Qt.MouseButton.LeftButton)
    dialog = page.findChild(new_style.NewStyleDialog)
    assert dialog.image == tmp_path / "chalk.png"
    assert dialog.photograph == photo
    qtbot.mouseClick(dialog.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: started == [("chalk", photo)], timeout=PATIENCE)
    assert page.current.name == "chalk"


def shown(window: MainWindow) -> Path | None:
    """The file of the picture in photo mode."""
    return window.photo.session.photo.path if window.photo.session.photo else None


def test_a_picture_that_is_dropped_on_the_styles_becomes_one(
    qtbot: QtBot, window: MainWindow, page: StylesPage, tmp_path: Path
) -> None:
    """A file, or an image from a browser; elsewhere both are opened as before."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(texture(tmp_path / "chalk.png")))])
    drop(window, content)
    dialog = page.findChild(new_style.NewStyleDialog)
    assert dialog.image == tmp_path / "chalk.png"
    drop(dialog, content)
    dialog.reject()
    content = QMimeData()
    content.setImageData(QImage(str(tmp_path / "chalk.png")))
    drop(window, content)
    made = partial(page.findChildren, new_style.NewStyleDialog)
    qtbot.waitUntil(lambda: len(made()) == 2, timeout=PATIENCE)
    assert made()[1].image.is_file()
    made()[1].reject()
    window.show_mode(PHOTO)
    drop(window, content)
    qtbot.waitUntil(lambda: window.photo.session.photo is not None, timeout=PATIENCE)


def drop(target: QWidget, content: QMimeData) -> None:
    """Drop something on a widget, as another program would."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    nothing = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(5, 5), copy, content, left, nothing))
    QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), copy, content, left, nothing))


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
    qtbot: QtBot,
    window: MainWindow,
    page: StylesPage,
    drop_ins: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Opened or dropped, it is shown first and added if wanted; a damaged one says why not."""
    folder = add_style(drop_ins, "shared")
    texture(folder / "style.jpg")
    page.reload()
    file = style_files.write(find_style("shared"), tmp_path / "shared.realstyle")
    shutil.rmtree(folder)
    page.reload()
    window.show_mode(PHOTO)
    window.open([file])
    assert page.isVisible()
    offers = partial(page.findChildren, OfferDialog)
    qtbot.waitUntil(lambda: len(offers()) == 1, timeout=PATIENCE)
    assert window.context.catalogue.find("shared") is None
    qtbot.mouseClick(offers()[0].add, Qt.MouseButton.LeftButton)
    assert page.current is not None
    assert page.current.name == "shared"
    (drop_ins / "shared" / "LICENSE").write_text("mine")
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    window.open([file])
    qtbot.waitUntil(lambda: len(offers()) == 2, timeout=PATIENCE)
    qtbot.mouseClick(offers()[1].add, Qt.MouseButton.LeftButton)
    assert not (drop_ins / "shared" / "LICENSE").exists()
    assert len(list(backups().glob("shared-*/shared/LICENSE"))) == 1
    file.write_bytes(b"damaged")
    window.open([file])
    qtbot.waitUntil(lambda: "shared.realstyle" in window.toasts.message, timeout=PATIENCE)
