"""Start and end of the app: display, language, appearance, window."""

from __future__ import annotations

import os
import signal
import sys
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from realstyler.errors import UsageError
from realstyler_gui.shared.icons import application_icon
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.theme import SYSTEM, Theme
from realstyler_gui.shared.widgets import every
from realstyler_gui.window import MainWindow

_SIGNALS_MILLISECONDS = 200


def run(picture: Path | None = None) -> int:
    """Show the window and return when it is closed.

    Raises:
        UsageError: there is no display, or the picture does not exist.
    """
    if picture is not None and not picture.exists():
        raise UsageError(f"{picture} does not exist", "check the path")
    _require_display()
    application = make_application()
    window = make_window(application)
    window.show()
    if picture is not None:
        window.open([picture.resolve()])
    _let_interrupts_through(window)
    return application.exec()


def make_application() -> QApplication:
    """The one application object, with its names and icon."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["realstyler"])
    application.setApplicationName("realstyler")
    application.setDesktopFileName("realstyler")
    application.setWindowIcon(application_icon())
    return application


def make_window(application: QApplication) -> MainWindow:
    """The window, in the language and appearance of last time."""
    settings = Settings()
    translate(application, settings.text("language"))
    theme = Theme(application, settings.text("appearance", SYSTEM))
    return MainWindow(theme, settings)


def translate(application: QApplication, language: str) -> None:
    """Install the translations of a language, or of the system's."""
    locale = QLocale(language) if language else QLocale.system()
    folder = str(files("realstyler_gui").joinpath("translations"))
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, where in (("qtbase", qt_folder), ("realstyler_gui", folder)):
        translator = QTranslator(application)
        if translator.load(locale, name, "_", where):
            application.installTranslator(translator)


def _require_display() -> None:
    """Say what is missing: Qt itself would end the process with a page of text."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise UsageError("There is no display to open a window on", "Start it in a desktop session")


def _let_interrupts_through(window: MainWindow) -> None:
    """Close the window at Ctrl+C: Python sees signals only while it runs, so it must wake up."""
    signal.signal(signal.SIGINT, lambda *_: window.close())
    every(window, _SIGNALS_MILLISECONDS, lambda: None).start()
