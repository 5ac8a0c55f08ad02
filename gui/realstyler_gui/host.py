"""The window of this process, which another one replaces when the language changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from realstyler_gui.window import MainWindow


class Host(QObject):
    """Keeps one window; a new one goes on with the mode and the picture of the old one."""

    def __init__(self, application: QApplication, make: Callable[[], MainWindow]) -> None:
        super().__init__(application)
        self._application, self._make = application, make
        self.window = self._made()

    def come_forward(self, paths: Sequence[Path]) -> None:
        """Raise the window after another start of the app, and open its pictures."""
        self.window.come_forward(paths)

    def _made(self) -> MainWindow:
        window = self._make()
        # Later: the menu or dialog that asked for it must not be destroyed under its own feet.
        window.renewal_wanted.connect(lambda: QTimer.singleShot(0, self, self.renew))
        return window

    def renew(self) -> None:
        """Replace the window, e.g. by one in another language."""
        old, mode = self.window, self.window.mode
        stays_open = self._application.quitOnLastWindowClosed()
        self._application.setQuitOnLastWindowClosed(False)
        old.close()
        self.window = self._made()
        self.window.show()
        self.window.photo.take_over(old.photo)
        self.window.show_mode(mode)
        old.deleteLater()
        self._application.setQuitOnLastWindowClosed(stays_open)
