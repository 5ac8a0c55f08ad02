"""Small widgets used by several pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from realstyler_gui.shared.icons import Icons

SCROLL_BAR = 12
"""Width of a scroll bar in pixels."""


def centred(text: str = "", name: str = "") -> QLabel:
    """Create a centred label; `name` is its object name for the style sheet."""
    made = label(text)
    made.setObjectName(name)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def line_edit(hint: str) -> QLineEdit:
    """Create a line edit with a placeholder text."""
    made = QLineEdit()
    made.setPlaceholderText(hint)
    return made


def push_button(text: str, run: Callable[[], object]) -> QPushButton:
    """Create a button that calls `run` when pressed."""
    made = QPushButton(text)
    made.clicked.connect(lambda _: run())
    return made


def progress_bar(name: str) -> QProgressBar:
    """Create a thin progress bar in thousandths, with an accessible name."""
    made = QProgressBar()
    made.setTextVisible(False)
    made.setMaximum(1000)
    made.setAccessibleName(name)
    return made


def once(parent: QObject, milliseconds: int, run: Callable[[], object]) -> QTimer:
    """Create a timer that calls `run` once after each start."""
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(milliseconds)
    made.timeout.connect(run)
    return made


def every(parent: QObject, milliseconds: int, run: Callable[[], object]) -> QTimer:
    """Create a timer that calls `run` repeatedly once started."""
    made = QTimer(parent)
    made.setInterval(milliseconds)
    made.timeout.connect(run)
    return made


def scrolling(inside: QWidget) -> QScrollArea:
    """Make a widget scroll vertically if space is short."""
    made = QScrollArea()
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click must not take the focus from the page
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(inside)
    return made


def tool_button(icons: Icons, icon: str, name: str, shortcut: str = "") -> QToolButton:
    """Create a flat icon button with a tooltip and an accessible name."""
    button = QToolButton()
    button.setProperty("flat", True)
    button.setIconSize(QSize(20, 20))
    icons.put(button, icon)
    describe(button, name, shortcut)
    return button


def describe(button: QToolButton | QPushButton, name: str, shortcut: str = "") -> None:
    """Set a button's tooltip and accessible name."""
    keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{name} ({keys})" if keys else name)
    button.setAccessibleName(name)


def action(
    parent: QWidget,
    text: str,
    run: Callable[[], object],
    shortcut: str | QKeySequence.StandardKey = "",
) -> QAction:
    """Create an action that calls `run` when triggered."""
    made = QAction(text, parent)
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
    made.triggered.connect(lambda _: run())
    # Otherwise its shortcut would not work while the menu bar is hidden, in full screen.
    parent.addAction(made)
    return made


def primary(button: QPushButton) -> QPushButton:
    """Mark a button as the primary one."""
    button.setProperty("primary", True)
    return button


def panel(name: str = "panel") -> QFrame:
    """Create a panel with rounded corners."""
    made = QFrame()
    made.setObjectName(name)
    return made


def label(text: str = "", *, muted: bool = False, role: str = "", wrap: bool = False) -> QLabel:
    """Create a label; `role` is heading, subheading or error."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if muted:
        made.setProperty("muted", True)
    if role:
        made.setProperty(role, True)
    return made


class ElidedLabel(QLabel):
    """A muted line of text, elided to the available width; the tooltip shows it in full."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("muted", True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = Qt.TextElideMode.ElideMiddle
        text = self.fontMetrics().elidedText(self.text(), middle, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


def elided_label() -> ElidedLabel:
    """Create a label that takes the remaining width and never asks for more."""
    return ElidedLabel()


def form_layout() -> QFormLayout:
    """Create a form layout: fields in a column, each with its name beside it."""
    made = QFormLayout()
    made.setVerticalSpacing(10)
    return made


def add_field(form: QFormLayout, name: str, field: QWidget) -> None:
    """Add a field with a vertically centred name, also set as its accessible name."""
    title = label(name)
    title.setMinimumHeight(field.sizeHint().height())
    title.setBuddy(field)
    form.addRow(title, field)


def side_panel(inside: QWidget) -> QFrame:
    """Create a panel of fixed width that scrolls vertically."""
    side = panel()
    layout = QVBoxLayout(side)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scrolling(inside))
    side.setFixedWidth(inside.width() + SCROLL_BAR)
    return side


def row(*widgets: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Create a row of widgets; a number is a gap, -1 a stretch."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, QWidget):
            layout.addWidget(widget)
        elif widget < 0:
            layout.addStretch(1)
        else:
            layout.addSpacing(widget)
    return layout


def combo(name: str) -> QComboBox:
    """Create a combo box with an accessible name."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    return made


def select_data(box: QComboBox, data: object) -> None:
    """Select the entry with this data, without emitting signals."""
    box.blockSignals(True)
    box.setCurrentIndex(max(0, box.findData(data)))
    box.blockSignals(False)


def keep_keys(page: QWidget) -> None:
    """Keep the focus, and thus the page's shortcuts, when controls are clicked."""
    for kind in (QAbstractButton, QAbstractSlider, QComboBox):
        for widget in page.findChildren(kind):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def restyle(widget: QWidget) -> None:
    """Reapply the style sheet after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
