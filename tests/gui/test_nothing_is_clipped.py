"""No widget of any page is clipped, on small and large screens, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QApplication,
)
from pytestqt.qtbot import QtBot

from clipping import popup_problems, problems
from gui_support import PATIENCE, open_dialogs, save_photo
from realstyler_gui.application import make_window
from realstyler_gui.modes import BATCH, LIVE, PHOTO, STYLES
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.settings import Settings
from realstyler_gui.window import MainWindow

SIZES = [QSize(1024, 700), QSize(1366, 768), QSize(1440, 900)]


@pytest.fixture(params=["en", "ru"])
def translated(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, styles: list[str]
) -> Iterator[MainWindow]:
    """The window in a language, with a blend, so that all controls are visible."""
    from PySide6.QtCore import QTranslator

    settings = Settings()
    settings.keep("language", request.param)
    settings.keep_parameters("photo/parameters", Parameters("painted", second="quiet"))
    window = make_window(qapp)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_pages_fit(
    qtbot: QtBot, translated: MainWindow, size: QSize, tmp_path: object, photo: object
) -> None:
    """All four pages, light and dark, with a very long picture name and a full batch."""
    window = translated
    path = save_photo(
        photo.with_name("a photograph with quite a long name " * 3 + ".png"), 900, 700
    )
    window.open([path])
    qtbot.waitUntil(lambda: window.photo.session.photo is not None, timeout=PATIENCE)
    window.resize(size)
    found = []
    for theme in ("light", "dark"):
        window.set_appearance(theme)
        for mode in (PHOTO, LIVE, BATCH, STYLES):
            window.show_mode(mode)
            if mode == BATCH and not window.page(BATCH).batch.items:
                window.open([path])
                qtbot.waitUntil(lambda: bool(window.page(BATCH).batch.items), timeout=PATIENCE)
            _settle()
            assert window.size() == size, "the page asks for more than the screen has"
            found += [f"{theme} {mode}: {each}" for each in problems(window)]
        window.show_mode(LIVE)
        found += popup_problems(window)
    assert not found, "\n".join(found)


def _settle() -> None:
    """Process events until styles and layouts have settled."""
    for _ in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def test_dialogs_fit(qtbot: QtBot, translated: MainWindow) -> None:
    """New style, training, export and settings, each in its own size."""
    dialogs = open_dialogs(translated)
    found = [problem for dialog in dialogs for problem in problems(dialog)]
    for dialog in dialogs:
        dialog.reject()
    assert not found, "\n".join(found)
