"""Helpers for the tests of the window."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QDialog

    from realstyler_gui.window import MainWindow

PATIENCE = 30_000
"""Maximum wait in milliseconds; usually a hundredth suffices."""


def open_window(application: QApplication, folder: Path) -> MainWindow:
    """Create an English window whose folders are inside `folder`."""
    from realstyler_gui.application import make_window
    from realstyler_gui.shared.parameters import Parameters
    from realstyler_gui.shared.settings import Settings

    settings = Settings()
    settings.keep("language", "en")
    for key in ("open", "save", "snapshots"):
        settings.keep_folder(key, folder)
    settings.keep_parameters("photo/parameters", Parameters(style="painted"))
    settings.flush()
    return make_window(application)


def save_photo(path: Path, width: int, height: int) -> Path:
    """Write a picture whose left half is red and whose right half is blue."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 230
    pixels[:, width // 2 :, 2] = 230
    Image.fromarray(pixels).save(path)
    return path


def plug_in(device: Path) -> None:
    """Create the directory entry of a camera: a socket, which never blocks, unlike a FIFO."""
    with socket.socket(socket.AF_UNIX) as entry:
        entry.bind(str(device))


def open_dialogs(window: MainWindow) -> list[QDialog]:
    """Open the dialogs for a new style, training, export and settings."""
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QApplication, QDialog

    from realstyler_gui.modes import STYLES
    from realstyler_gui.photo.export_dialog import ExportDialog
    from realstyler_gui.settings_dialog import SettingsDialog

    window.show_mode(STYLES)
    page = window.page(STYLES)
    page.show_style("raw")
    page.new_style()
    page.train_current()
    ExportDialog(window.context.settings, QSize(4000, 3000), window).open()
    SettingsDialog(window).open()
    QApplication.processEvents()
    dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
    assert len(dialogs) == 4
    return dialogs
