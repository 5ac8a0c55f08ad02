"""Application startup and shutdown: display, language, theme, window."""

from __future__ import annotations

import signal
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from realstyler.errors import UsageError
from realstyler_gui.display import require_display
from realstyler_gui.host import Host
from realstyler_gui.shared.icons import application_icon
from realstyler_gui.shared.logs import write_log
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.theme import SYSTEM, Theme
from realstyler_gui.shared.widgets import every
from realstyler_gui.shared.wording import use_language
from realstyler_gui.single_instance import Receiver, hand_over
from realstyler_gui.window import MainWindow

_SIGNALS_MILLISECONDS = 200
LANGUAGES = ("en", "ru")


def run(picture: Path | None = None) -> int:
    """Show the window and return when it is closed; a running window opens the picture instead.

    Raises:
        UsageError: there is no display, or the picture does not exist.
    """
    if picture is not None and not picture.exists():
        raise UsageError(code="picture-missing", picture=picture)
    require_display()
    application = make_application()
    pictures = [picture.resolve()] if picture is not None else []
    identity = Settings().file
    if hand_over(identity, pictures):
        return 0
    write_log()
    host = Host(application, lambda: make_window(application))
    receiver = Receiver(identity, host)
    receiver.started.connect(host.come_forward)
    host.window.show()
    if pictures:
        host.window.open(pictures)
    let_signals_through(application, lambda: host.window)
    return application.exec()


def make_application() -> QApplication:
    """Create the application object, with its name and icon."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["realstyler"])
    application.setApplicationName("realstyler")
    application.setDesktopFileName("realstyler")
    application.setWindowIcon(application_icon())
    return application


def make_window(application: QApplication) -> MainWindow:
    """Create the window, with the language and theme of the last session."""
    settings = Settings()
    translate(application, settings.text("language"))
    theme = Theme(application, settings.text("appearance", SYSTEM))
    return MainWindow(theme, settings)


def translate(application: QApplication, language: str) -> None:
    """Install the translations for a language, or for the system's; English as the fallback."""
    folder = str(files("realstyler_gui").joinpath("translations"))
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    chosen = language if language in LANGUAGES else _system_language()
    use_language(application, chosen)
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    for name, where in (("qtbase", qt_folder), ("realstyler_gui", folder)):
        translator = QTranslator(application)
        if translator.load(QLocale(chosen), name, "_", where):
            application.installTranslator(translator)


def _system_language() -> str:
    """Return the first of the system's languages that has translations."""
    wanted = (tag.partition("-")[0] for tag in QLocale.system().uiLanguages())
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def let_signals_through(application: QApplication, window: Callable[[], MainWindow]) -> None:
    """Close the present window on signals such as Ctrl+C; on logout, do so without questions.

    Python handles signals only while it runs, so a timer wakes it up.
    """

    def end(*_: object) -> None:
        window().shut_down()
        application.exit(0)

    signal.signal(signal.SIGINT, lambda *_: window().close())
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    every(application, _SIGNALS_MILLISECONDS, lambda: None).start()
