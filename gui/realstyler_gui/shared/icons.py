"""The app's icons: line drawings on a 24×24 grid, in the colours of the theme."""

from __future__ import annotations

import weakref
from importlib.resources import files

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from realstyler_gui.shared.theme import Colours, Theme

_SIZES = (20, 40, 60)


class Icons(QObject):
    """Sets icons on buttons and actions, and redraws them when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._places: weakref.WeakKeyDictionary[QAbstractButton | QAction, tuple[str, str]] = (
            weakref.WeakKeyDictionary()
        )
        theme.changed.connect(self._redraw)

    def put(self, place: QAbstractButton | QAction, name: str, colour: str = "text") -> None:
        """Set an icon on a button or action, in a colour of the theme."""
        self._places[place] = (name, colour)
        place.setIcon(self._icon(name, colour))

    def pixmap(self, name: str, size: int, colour: str = "muted") -> QPixmap:
        """Draw an icon for a label, with high-DPI support."""
        return _pixmap(name, getattr(self._theme.colours, colour), 2 * size, 2)

    def _icon(self, name: str, colour: str) -> QIcon:
        return icon(name, self._theme.colours, colour)

    def _redraw(self) -> None:
        for place, (name, colour) in list(self._places.items()):
            place.setIcon(self._icon(name, colour))


def icon(name: str, colours: Colours, colour: str = "text") -> QIcon:
    """Draw an icon; accent colour when checked, faint when disabled."""
    result = QIcon()
    states = {
        (QIcon.Mode.Normal, QIcon.State.Off): getattr(colours, colour),
        (QIcon.Mode.Normal, QIcon.State.On): colours.accent,
        (QIcon.Mode.Disabled, QIcon.State.Off): colours.line,
        (QIcon.Mode.Disabled, QIcon.State.On): colours.line,
    }
    for (mode, state), shade in states.items():
        for size in _SIZES:
            result.addPixmap(_pixmap(name, shade, size, 1), mode, state)
    return result


def application_icon() -> QIcon:
    """Return the icon of the window and the desktop entry."""
    return QIcon(str(files("realstyler_gui").joinpath("resources/realstyler.svg")))


def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    drawing = files("realstyler_gui").joinpath(f"resources/icons/{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
