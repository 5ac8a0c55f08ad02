"""The grid of all styles on the open picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.engine import Stylizer
from realstyler_gui.photo.session import State
from realstyler_gui.photo.style_grid import StyleGrid
from realstyler_gui.shared.images import as_pixels
from realstyler_gui.window import MainWindow


def test_a_style_is_picked_from_the_grid(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    """Ctrl+G shows each style on the picture; typing filters them, a click picks one."""
    window.open([photo])
    qtbot.waitUntil(lambda: window.photo.session.state is State.READY, timeout=PATIENCE)
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    grid = window.findChild(StyleGrid)
    model = grid.list.model()
    titles = [model.index(line, 0).data() for line in range(model.rowCount())]
    assert titles == [style.title for style in window.context.catalogue.styles]
    find = window.context.catalogue.find

    def painted() -> bool:
        QApplication.processEvents()
        return bool(grid.list.grab()) and grid.thumbnails.find(find("quiet")) is not None

    qtbot.waitUntil(painted, timeout=PATIENCE)
    pixels = window.photo.session.photo.picture.pixels
    wanted = Stylizer("quiet").stylize(pixels)
    np.testing.assert_array_equal(as_pixels(grid.thumbnails.find(find("quiet"))), wanted)
    grid.search.setText("qui")
    assert model.rowCount() == 1
    place = grid.list.visualRect(model.index(0, 0)).center()
    qtbot.mouseClick(grid.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.photo.session.parameters.style == "quiet"
    assert not grid.isVisible()
