"""Whether a widget should mark its focus: only who travels by keyboard needs it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusRing(QObject):
    """Watches the focus of a widget and updates it when its ring comes or goes."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.visible = False
        self.watch(widget)

    def watch(self, widget: QWidget) -> None:
        """Follow the focus of another widget: that of a list is not its viewport's."""
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            self.visible = event.gotFocus() and event.reason() in _BY_KEY
            self._widget.update()
        return False
