"""Focus ring shown for keyboard navigation only."""

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
    """Watches a widget's focus and repaints it when its ring appears or disappears."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.visible = False
        self.watch(widget)

    def watch(self, widget: QWidget) -> None:
        """Watch another widget's focus: a list has the focus, not its viewport."""
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            self.visible = event.gotFocus() and event.reason() in _BY_KEY
            self._widget.update()
        return False
