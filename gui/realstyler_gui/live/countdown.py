"""Large countdown before a snapshot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QLabel, QWidget

from realstyler_gui.shared.widgets import every


class Countdown(QLabel):
    """Counts down on top of its parent, second by second."""

    finished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setObjectName("countdown")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 2)
        self.setGraphicsEffect(shadow)
        self._left = 0
        self._timer = every(self, 1000, self._tick)
        self.hide()

    @property
    def running(self) -> bool:
        """Return whether the countdown is running."""
        return self._timer.isActive()

    def start(self, seconds: int) -> None:
        """Start the countdown; with 0 seconds it finishes at once."""
        if seconds <= 0:
            self.finished.emit()
            return
        self._left = seconds
        self._show()
        self._timer.start()

    def cancel(self) -> None:
        """Abort the countdown without taking a snapshot."""
        self._timer.stop()
        self.hide()

    def _tick(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._show()
        else:
            self.cancel()
            self.finished.emit()

    def _show(self) -> None:
        self.setText(str(self._left))
        self.setGeometry(self._area.rect())
        self.show()
        self.raise_()
