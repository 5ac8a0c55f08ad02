"""The settings dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from realstyler_gui.settings_dialog import SettingsDialog
from realstyler_gui.shared import dialogs
from realstyler_gui.window import MainWindow


def test_changes_apply_and_are_remembered(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+, opens it; theme and threads apply at once, folders are saved."""
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(SettingsDialog)
    assert dialog.isVisible()
    for box, value in ((dialog.appearance, "dark"), (dialog.threads, "1"), (dialog.language, "ru")):
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
    assert window.context.theme.choice == "dark"
    assert window.context.stylizers.threads == 1
    assert window.context.settings.text("language") == "ru"
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: tmp_path)
    for button in dialog.findChildren(QPushButton):
        if button.toolTip():
            button.click()
    for key in ("snapshots", "recordings"):
        assert window.context.settings.kept_folder(key) == tmp_path
    dialog.reject()
