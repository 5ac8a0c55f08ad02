"""Every widget of every page shows all of itself, on small and large screens, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, save_photo
from realstyler_gui.application import make_window
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.widgets import ElidedLabel
from realstyler_gui.window import BATCH, LIVE, PHOTO, STYLES, MainWindow

SIZES = [QSize(1024, 700), QSize(1366, 768), QSize(1440, 900)]


def problems(top: QWidget) -> Iterator[str]:
    """What is cut off inside a window or dialog."""
    for widget in top.findChildren(QWidget):
        if widget.isVisibleTo(top) and not widget.size().isEmpty():
            name = f"{type(widget).__name__} {widget.objectName()} {_text(widget)!r}"
            if not _scrolls(widget, top) and not _inside(widget, top):
                yield f"{name} reaches out of the window: {_rect(widget, top)}"
            if _too_narrow(widget):
                yield f"{name} is too small for its text: {widget.size().toTuple()}"


def _text(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


def _rect(widget: QWidget, top: QWidget) -> QRect:
    return QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())


def _inside(widget: QWidget, top: QWidget) -> bool:
    parent = widget.parentWidget()
    return top.rect().contains(_rect(widget, top)) and (
        parent is None or parent.rect().contains(widget.geometry())
    )


def _scrolls(widget: QWidget, top: QWidget) -> bool:
    """Whether it lies in something that can be scrolled down to it."""
    parent = widget.parentWidget()
    while parent is not None and parent is not top:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _too_narrow(widget: QWidget) -> bool:
    if isinstance(widget, ElidedLabel):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height() + 1
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.sizeHint().width() > widget.width() + 1
    room, text = widget.width(), ""
    if isinstance(widget, QComboBox):
        room, text = _combo_room(widget), widget.currentText()
    elif isinstance(widget, QSpinBox):
        room, text = widget.lineEdit().width(), widget.text()
    return room < widget.fontMetrics().horizontalAdvance(text)


def _combo_room(box: QComboBox) -> int:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    return (
        box.style()
        .subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            box,
        )
        .width()
    )


def popup_problems(top: QWidget) -> Iterator[str]:
    """Entries that are cut off in the lists of drop-downs."""
    for box in top.findChildren(QComboBox):
        if not box.isVisibleTo(top) or not box.isEnabled() or not box.count():
            continue
        box.showPopup()
        QApplication.processEvents()
        view = box.view()
        widest = max(
            view.fontMetrics().horizontalAdvance(box.itemText(n)) for n in range(box.count())
        )
        if view.viewport().width() < widest + 8:
            yield f"the list of {box.accessibleName()!r} cuts entries off"
        needed = sum(view.sizeHintForRow(n) for n in range(box.count()))
        shown = view.viewport().height()
        if shown + 1 < needed and not view.verticalScrollBar().isVisible():
            yield f"the list of {box.accessibleName()!r} hides entries: {shown} of {needed}"
        box.hidePopup()


@pytest.fixture(params=["en", "ru"])
def translated(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, styles: list[str]
) -> Iterator[MainWindow]:
    """The window in a language, with a blend, so that all controls are there."""
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
    """All four pages, light and dark, with a picture of a very long name and a full batch."""
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
            QApplication.processEvents()
            assert window.size() == size, "the page asks for more than the screen has"
            found += [f"{theme} {mode}: {each}" for each in problems(window)]
        window.show_mode(LIVE)
        found += popup_problems(window)
    assert not found, "\n".join(found)


def test_dialogs_fit(qtbot: QtBot, translated: MainWindow) -> None:
    """New style, training and about, each in its own size."""
    window = translated
    window.show_mode(STYLES)
    page = window.page(STYLES)
    page.show_style("raw")
    page.new_style()
    page.train_current()
    QApplication.processEvents()
    dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
    assert len(dialogs) == 2
    found = [problem for dialog in dialogs for problem in problems(dialog)]
    for dialog in dialogs:
        dialog.reject()
    assert not found, "\n".join(found)
