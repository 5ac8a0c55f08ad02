"""Search and favourites in the strip of styles."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from realstyler.registry import Style, find_style
from realstyler_gui.modes import LIVE
from realstyler_gui.shared import style_shelf
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.style_model import FAVOURITE_ROLE
from realstyler_gui.shared.style_shelf import StyleShelf
from realstyler_gui.shared.style_strip import StyleStrip
from realstyler_gui.window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def titles(shelf: StyleShelf) -> list[str]:
    """The styles that the strip shows, in order."""
    model = shelf.strip.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_typing_searches_and_enter_chooses(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+F, a part of the title, Enter: it is chosen, all styles are back, arrows work again."""
    page = window.photo
    before = titles(page.shelf)
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(page.shelf.search, "UIE")
    assert titles(page.shelf) == ["Quiet"]
    assert page.session.parameters.style == "painted"
    qtbot.keyClick(page.shelf.search, Qt.Key.Key_Return)
    assert page.session.parameters.style == "quiet"
    assert titles(page.shelf) == before
    qtbot.keyClick(window.focusWidget() or page, Qt.Key.Key_Left)
    assert page.strip.currentIndex().data() == before[before.index("Quiet") - 1]


def test_escape_ends_the_search(qtbot: QtBot, window: MainWindow) -> None:
    """All styles are shown again, and the one in use is still in use and marked."""
    shelf = window.photo.shelf
    before = titles(shelf)
    shelf.start_search()
    qtbot.keyClicks(shelf.search, "nothing like it")
    assert titles(shelf) == []
    assert not shelf.strip.grab().isNull()
    qtbot.keyClick(shelf.search, Qt.Key.Key_Return)
    shelf.start_search()
    qtbot.keyClicks(shelf.search, "qu")
    qtbot.keyClick(shelf.search, Qt.Key.Key_Escape)
    assert titles(shelf) == before
    assert shelf.strip.currentIndex().data() == "Painted"
    assert window.photo.session.parameters.style == "painted"


def test_favourites_come_first_everywhere(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+D on the style in use; the strip of live mode follows, and it is remembered."""
    live = window.page(LIVE)
    before = titles(live.shelf)
    window.photo.strip.choose("quiet")
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    for shelf in (window.photo.shelf, live.shelf):
        assert titles(shelf)[0] == "Quiet"
        assert sorted(titles(shelf)) == sorted(before)
        assert shelf.strip.model().index(0, 0).data(FAVOURITE_ROLE)
    assert window.photo.strip.currentIndex().data() == "Quiet"
    assert Settings().favourites == {"quiet"}
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    assert titles(live.shelf) == before


def test_only_favourites_are_shown(qtbot: QtBot, window: MainWindow) -> None:
    """The menu of a style makes it one; a hidden style picked elsewhere shows all again."""
    shelf = window.photo.shelf
    menu = shelf.strip.menu(find_style("quiet"))
    menu.actions()[0].trigger()
    shelf.favourites.setChecked(True)
    assert titles(shelf) == ["Quiet"]
    assert window.photo.session.parameters.style == "painted"
    shelf.choose("painted")
    assert len(titles(shelf)) > 2
    assert window.photo.session.parameters.style == "painted"
    assert shelf.strip.currentIndex().data() == "Painted"


def test_the_search_is_offered_when_there_are_many_styles(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few styles fit beside each other and need none, but Ctrl+F shows it."""
    shelf = window.photo.shelf
    monkeypatch.setattr(style_shelf, "MANY", 1000)
    window.reload()
    assert not shelf.search.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert shelf.search.isVisible()
    qtbot.keyClick(shelf.search, Qt.Key.Key_Escape)
    assert not shelf.search.isVisible()
    monkeypatch.setattr(style_shelf, "MANY", 2)
    window.reload()
    assert shelf.search.isVisible()


def test_other_pages_add_to_the_menu(window: MainWindow) -> None:
    """Whoever shows the strip adds what it can do with a style."""
    strip: StyleStrip = window.photo.strip
    added: list[str] = []

    def add(menu: QMenu, style: Style) -> None:
        menu.addAction("more")
        added.append(style.name)

    strip.menu_opening.connect(add)
    menu = strip.menu(find_style("raw"))
    assert added == ["raw"]
    assert menu.actions()[-1].text() == "more"
