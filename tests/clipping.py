"""Finds what is cut off in a window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from realstyler_gui.shared.widgets import ElidedLabel


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
