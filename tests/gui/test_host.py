"""Another language brings a new window with the same picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, open_window, save_photo
from realstyler_gui.host import Host
from realstyler_gui.modes import BATCH, LIVE
from realstyler_gui.photo.session import State
from realstyler_gui.settings_dialog import SettingsDialog
from realstyler_gui.shared import dialogs


@pytest.fixture
def host(
    qtbot: QtBot,
    qapp: QApplication,
    styles: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Host]:
    """The host of an English window."""
    from realstyler_gui.application import make_window

    first = open_window(qapp, tmp_path)
    windows = iter((first,))
    made = Host(qapp, lambda: next(windows, None) or make_window(qapp))
    made.window.show()
    yield made
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    made.window.close()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    made.window.deleteLater()
    made.deleteLater()


def choose(host: Host, language: str) -> None:
    """Choose a language in the dialog of settings."""
    dialog = SettingsDialog(host.window)
    dialog.open()
    dialog.language.setCurrentIndex(dialog.language.findData(language))
    dialog.language.activated.emit(dialog.language.currentIndex())


def test_the_language_changes_at_once(qtbot: QtBot, host: Host, photo: Path) -> None:
    """The same picture, folder, style and mode, in Russian; and back."""
    second = save_photo(photo.with_name("second.png"), 60, 40)
    host.window.open([photo])
    qtbot.waitUntil(lambda: host.window.photo.session.state is State.READY, timeout=PATIENCE)
    host.window.photo.strip.choose("quiet")
    host.window.show_mode(LIVE)
    choose(host, "ru")
    qtbot.waitUntil(lambda: host.window.photo.bar.save.text() == "Сохранить…", timeout=PATIENCE)
    window = host.window
    assert window.mode == LIVE
    assert window.photo.session.parameters.style == "quiet"
    qtbot.waitUntil(lambda: window.photo.session.state is State.READY, timeout=PATIENCE)
    window.photo.opener.step(1)
    qtbot.waitUntil(
        lambda: (
            window.photo.session.photo is not None and window.photo.session.photo.path == second
        ),
        timeout=PATIENCE,
    )
    choose(host, "en")
    qtbot.waitUntil(lambda: host.window.photo.bar.save.text() == "Save…", timeout=PATIENCE)


def test_what_is_running_is_not_interrupted(
    qtbot: QtBot, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that paints goes on in its window; the language waits for the next start."""
    window = host.window
    monkeypatch.setattr(type(window.page(BATCH)), "busy", True)
    choose(host, "ru")
    qtbot.wait(50)
    assert host.window is window
    assert "after a restart" in window.toasts.message
    assert window.context.settings.text("language") == "ru"


def test_the_first_start_offers_a_sample(qtbot: QtBot, host: Host, photo: Path) -> None:
    """A photograph of the program is opened and painted; later starts have one's own."""
    page = host.window.photo
    assert page.sample.isVisible()
    page.sample.click()
    qtbot.waitUntil(lambda: page.session.photo is not None, timeout=PATIENCE)
    assert page.session.photo is not None
    assert page.session.photo.picture.pixels.shape == (300, 451, 3)
    host.window.open([photo])
    qtbot.waitUntil(lambda: bool(host.window.context.settings.recent), timeout=PATIENCE)
    host.renew()
    assert not host.window.photo.sample.isVisibleTo(host.window.photo.empty)
