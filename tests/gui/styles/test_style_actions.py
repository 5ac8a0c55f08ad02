"""Renaming, exporting and removing styles on their page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, save_photo
from realstyler import style_files
from realstyler.registry import find_style
from realstyler_gui.modes import LIVE, STYLES
from realstyler_gui.shared import dialogs
from realstyler_gui.styles.styles_page import StylesPage
from realstyler_gui.training.dialog import TrainingDialog
from realstyler_gui.training.pace import PaceKeeper, seconds_per_step
from realstyler_gui.training.progress import Progress
from realstyler_gui.window import MainWindow


@pytest.fixture
def page(window: MainWindow) -> StylesPage:
    """The page with a style of the user's own."""
    window.show_mode(STYLES)
    page: StylesPage = window.page(STYLES)
    page.show_style("quiet")
    return page


def entry(page: StylesPage, text: str) -> None:
    """Choose an entry of the menu; fail if it is disabled."""
    menu = page.details.more_button.menu()
    menu.aboutToShow.emit()
    (found,) = (each for each in menu.actions() if each.text() == text)
    assert found.isEnabled()
    found.trigger()


def test_a_style_is_renamed_everywhere(
    window: MainWindow, page: StylesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the list, both strips and the controls; blanks give its own title back."""
    live = window.page(LIVE)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: "  Still waters ")
    entry(page, "Rename…")
    assert page.details.title.text() == "Still waters"
    assert page.current is not None
    assert page.current.name == "quiet"
    for strip in (window.photo.strip, live.strip):
        assert "Still waters" in [style.title for style in strip.model().styles]
    assert find_style("quiet").title == "Quiet"
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: "")
    entry(page, "Rename…")
    assert page.details.title.text() == "Still waters"
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: " ")
    entry(page, "Rename…")
    assert page.details.title.text() == "Quiet"


def test_an_exported_style_is_a_style_file(
    qtbot: QtBot,
    window: MainWindow,
    page: StylesPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the title that it has here; the file passes the check of the installation."""
    save_photo(find_style("quiet").folder / "style.jpg", 480, 360)  # large enough to learn from
    window.context.catalogue.rename("quiet", "Still waters")
    target = tmp_path / "quiet.realstyle"
    monkeypatch.setattr(dialogs, "ask_save_style", lambda *_: target)
    entry(page, "Export…")
    qtbot.waitUntil(lambda: "Saved" in window.toasts.message, timeout=PATIENCE)
    offered = style_files.look(target)
    assert (offered.name, offered.title) == ("quiet", "Still waters")


def test_a_style_is_removed_and_brought_back(
    qtbot: QtBot, window: MainWindow, page: StylesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a question; the window goes on with another style; one click undoes it."""
    window.photo.strip.choose("quiet")
    monkeypatch.setattr(dialogs, "confirm", lambda *_: False)
    entry(page, "Remove…")
    assert window.context.catalogue.find("quiet") is not None
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    entry(page, "Remove…")
    assert window.context.catalogue.find("quiet") is None
    assert window.photo.session.parameters.style != "quiet"
    buttons = window.toasts.findChildren(QPushButton)
    back = next(each for each in buttons if each.text() == "Bring it back")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    style = window.context.catalogue.find("quiet")
    assert style is not None
    assert style.trained


def test_built_in_styles_stay(page: StylesPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """They belong to the program; their folder can be opened."""
    page.show_style("wave")
    menu = page.details.more_button.menu()
    menu.aboutToShow.emit()
    assert not menu.actions()[-1].isEnabled()
    opened: list[Path] = []
    monkeypatch.setattr(dialogs, "show_folder", opened.append)
    entry(page, "Open its folder")
    assert opened == [find_style("wave").folder]


def test_the_time_of_a_training_is_estimated(
    window: MainWindow, page: StylesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the pace of the last one of that network; before the first it says so."""
    page.train_current()
    dialog = page.findChild(TrainingDialog)
    assert dialog.estimate.text() == "How long it takes is shown once it runs"
    dialog.reject()
    clock = iter((0.0, 5.0, 15.0))
    monkeypatch.setattr("realstyler_gui.training.pace.time.monotonic", lambda: next(clock))
    plan = type("Plan", (), {"network": "full"})()
    monkeypatch.setattr(page.training, "plan", plan)
    for step in (10, 15, 20):
        page.training.progressed.emit(Progress(step, 100, {}, 1.0, 60.0))
    assert isinstance(page.pace, PaceKeeper)
    assert seconds_per_step(window.context.settings, "full") == 1.5
    page.train_current()
    dialog = page.findChildren(TrainingDialog)[-1]
    dialog.steps.setValue(400)
    assert dialog.estimate.text() == "about 10 min, by the last training"
    dialog.steps.setValue(4000)
    assert dialog.estimate.text() == "about 1 h 40 min, by the last training"
    dialog.reject()
