"""Every control has a name that a screen reader can say, and can be reached by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QSlider,
    QSpinBox,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui_support import open_dialogs
from realstyler_gui.modes import BATCH, LIVE, PHOTO, STYLES
from realstyler_gui.window import MainWindow

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QSlider,
    QSpinBox,
)
SILENT = ("qt_spinbox_lineedit", "qt_toolbar_ext_button")
"""Parts of Qt's own controls, which speak for them."""


def controls(top: QWidget) -> Iterator[QWidget]:
    """The controls in a window or dialog, shown or not, without the insides of others."""
    for widget in top.findChildren(QWidget):
        # Headers are read out with their table.
        inside = isinstance(widget.parentWidget(), QComboBox | QLineEdit | QSpinBox | QTreeView)
        popup = "QComboBox" in type(widget).__name__ or widget.objectName() in SILENT
        owner = widget.parentWidget()
        in_popup = owner is not None and "QComboBox" in owner.metaObject().className()
        if isinstance(widget, CONTROLS) and not (inside or popup or in_popup):
            yield widget


def nameless(top: QWidget) -> list[str]:
    """The controls that a screen reader can't name."""
    found = []
    for widget in controls(top):
        spoken = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        if not spoken.strip():
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def unreachable(top: QWidget) -> list[str]:
    """The controls that Tab does not reach, except those with a key or place of their own."""
    return [
        f"{type(widget).__name__} {widget.accessibleName()}"
        for widget in controls(top)
        if not isinstance(widget, QProgressBar)
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_every_control_of_the_pages_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    """All four pages; the message's own buttons never take the focus."""
    for mode in (PHOTO, LIVE, BATCH, STYLES):
        window.show_mode(mode)
        assert not nameless(window.page(mode))
        assert not unreachable(window.page(mode))


def test_every_control_of_the_dialogs_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    """New style, training, export and settings."""
    dialogs = open_dialogs(window)
    found = [each for dialog in dialogs for each in nameless(dialog) + unreachable(dialog)]
    for dialog in dialogs:
        dialog.reject()
    assert not found
