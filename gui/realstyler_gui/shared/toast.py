"""Unobtrusive messages at the top of the window, where they cover no buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QHBoxLayout, QWidget
from typing_extensions import override

from realstyler.errors import RealstylerError
from realstyler_gui.shared.widgets import label, once, push_button, restyle
from realstyler_gui.shared.wording import in_words

_SHOWN, _ERROR_SHOWN, _FADING = 4_000, 9_000, 180
_MARGIN, _TOP, _WIDEST = 26, 84, 640


class Toasts(QFrame):
    """One message at a time; a newer one replaces it. Never takes the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setObjectName("toast")
        self._label = label(wrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button = push_button("", self._act)
        self._action: Callable[[], None] | None = None
        self._layout = layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 10, 12, 10)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        self._close = push_button("×", self.hide)
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self._close)
        self._effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(_FADING)
        self._timer = once(self, _SHOWN, self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def message(self) -> str:
        """Return the message shown; empty if none."""
        return "" if self.isHidden() else self._label.text()

    def show(
        self, message: str = "", action: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Show a message for some seconds, with an optional button."""
        self._look_like_an_error(False)
        self._present(message, action, on_action, _SHOWN if not action else _ERROR_SHOWN)

    def error(self, error: RealstylerError) -> None:
        """Show an error with its remedy on one line, a little longer than a message."""
        self._look_like_an_error(True)
        self._present(in_words(error), "", None, _ERROR_SHOWN)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _look_like_an_error(self, error: bool) -> None:
        if self.property("error") != error:
            self.setProperty("error", error)
            for part in (self, self._label, self._button, self._close):
                restyle(part)

    def _present(
        self, message: str, action: str, on_action: Callable[[], None] | None, milliseconds: int
    ) -> None:
        self._label.setText(message)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._action = on_action
        super().show()
        self._place()
        self.raise_()
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.start()
        self._timer.start(milliseconds)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message))

    def _place(self) -> None:
        area = self._area.size()
        widest = min(_WIDEST, area.width() - 2 * _MARGIN)
        text = self._label.fontMetrics().horizontalAdvance(self._label.text())
        button = self._button.sizeHint().width() + 12 if not self._button.isHidden() else 0
        width = min(widest, text + button + self._close.sizeHint().width() + 56)
        self.setFixedWidth(width)
        self._layout.activate()
        height = max(self._layout.heightForWidth(width), self._layout.minimumSize().height())
        self.resize(width, height)
        self.move((area.width() - width) // 2, _TOP)

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
