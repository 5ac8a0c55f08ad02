"""Small parts that several pages use."""

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
"""Pixels that a scroll bar takes."""


def centred(text: str = "", name: str = "") -> QLabel:
    """A label in the middle of its room; `name` is what the style sheet calls it."""
    made = label(text)
    made.setObjectName(name)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def line_edit(hint: str) -> QLineEdit:
    """A line of text; the hint is shown while it is empty."""
    made = QLineEdit()
    made.setPlaceholderText(hint)
    return made


def push_button(text: str, run: Callable[[], object]) -> QPushButton:
    """A button that calls `run` when it is pressed."""
    made = QPushButton(text)
    made.clicked.connect(lambda _: run())
    return made


def progress_bar(name: str) -> QProgressBar:
    """A thin bar in thousandths, with its name for screen readers."""
    made = QProgressBar()
    made.setTextVisible(False)
    made.setMaximum(1000)
    made.setAccessibleName(name)
    return made


def once(parent: QObject, milliseconds: int, run: Callable[[], object]) -> QTimer:
    """A timer that calls `run` once after each start."""
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(milliseconds)
    made.timeout.connect(run)
    return made


def every(parent: QObject, milliseconds: int, run: Callable[[], object]) -> QTimer:
    """A timer that calls `run` again and again once it is started."""
    made = QTimer(parent)
    made.setInterval(milliseconds)
    made.timeout.connect(run)
    return made


def scrolling(inside: QWidget) -> QScrollArea:
    """A widget that scrolls up and down where its room is too small."""
    made = QScrollArea()
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click beside a control keeps the page's keys
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(inside)
    return made


def tool_button(icons: Icons, icon: str, name: str, shortcut: str = "") -> QToolButton:
    """A flat button with an icon; its tooltip and accessible name say what it does."""
    button = QToolButton()
    button.setProperty("flat", True)
    button.setIconSize(QSize(20, 20))
    icons.put(button, icon)
    describe(button, name, shortcut)
    return button


def describe(button: QToolButton | QPushButton, name: str, shortcut: str = "") -> None:
    """Name a button for the pointer and for screen readers."""
    keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{name} ({keys})" if keys else name)
    button.setAccessibleName(name)


def action(
    parent: QWidget,
    text: str,
    run: Callable[[], object],
    shortcut: str | QKeySequence.StandardKey = "",
) -> QAction:
    """An action that calls `run` when it is triggered."""
    made = QAction(text, parent)
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
    made.triggered.connect(lambda _: run())
    # Otherwise its keys would be dead while the menu bar is hidden, in full screen.
    parent.addAction(made)
    return made


def primary(button: QPushButton) -> QPushButton:
    """Make a button the one that stands out."""
    button.setProperty("primary", True)
    return button


def panel(name: str = "panel") -> QFrame:
    """A rounded area."""
    made = QFrame()
    made.setObjectName(name)
    return made


def label(text: str = "", *, muted: bool = False, role: str = "", wrap: bool = False) -> QLabel:
    """A label; `role` is heading, subheading or error."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if muted:
        made.setProperty("muted", True)
    if role:
        made.setProperty(role, True)
    return made


class ElidedLabel(QLabel):
    """A muted line of text that is shortened to the room it gets, and told whole by its tooltip."""

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
    """A label that takes the room that is left and never asks for more."""
    return ElidedLabel()


def form_layout() -> QFormLayout:
    """Fields below one another, each beside its name."""
    made = QFormLayout()
    made.setVerticalSpacing(10)
    return made


def add_field(form: QFormLayout, name: str, field: QWidget) -> None:
    """Add a field with its name beside its middle, and for screen readers."""
    title = label(name)
    title.setMinimumHeight(field.sizeHint().height())
    title.setBuddy(field)
    form.addRow(title, field)


def side_panel(inside: QWidget) -> QFrame:
    """A panel of fixed width whose content scrolls up and down."""
    side = panel()
    layout = QVBoxLayout(side)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scrolling(inside))
    side.setFixedWidth(inside.width() + SCROLL_BAR)
    return side


def row(*widgets: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """A row of widgets; a number is a gap, -1 takes the room that is left."""
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
    """A list to choose from, with its name for screen readers."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    return made


def select_data(box: QComboBox, data: object) -> None:
    """Select the entry with this data, without telling anyone."""
    box.blockSignals(True)
    box.setCurrentIndex(max(0, box.findData(data)))
    box.blockSignals(False)


def keep_keys(page: QWidget) -> None:
    """Let clicks on controls leave the focus, and so the page's keys, where it is."""
    for kind in (QAbstractButton, QAbstractSlider, QComboBox):
        for widget in page.findChildren(kind):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
