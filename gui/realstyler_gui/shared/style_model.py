"""List model of styles and their pictures for Qt views."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from typing_extensions import override

from realstyler.registry import Style
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.thumbnails import Thumbnails

STYLE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Style` of a row."""

FAVOURITE_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether the style is a favourite."""

_LARGEST = QSize(480, 360)
"""Maximum size at which style pictures are loaded."""

_EXPAND = Qt.AspectRatioMode.KeepAspectRatioByExpanding
_Index = QModelIndex | QPersistentModelIndex


class StyleModel(QAbstractListModel):
    """The registered styles, favourites first, with thumbnails of the open photograph."""

    def __init__(self, context: Context, thumbnails: Thumbnails) -> None:
        super().__init__(thumbnails)
        self._context, self.thumbnails = context, thumbnails
        self._text, self._favourites_only = "", False
        self.styles: list[Style] = self._wanted()
        self._pictures: dict[str, QImage] = {}
        thumbnails.ready.connect(self._refresh)
        context.catalogue.changed.connect(self.reload)
        context.settings.favourites_changed.connect(self.reload)

    def reload(self) -> None:
        """Reread the registry."""
        self.beginResetModel()
        self.styles = self._wanted()
        self._pictures.clear()
        self.endResetModel()

    def show_only(self, text: str, favourites: bool) -> None:
        """Show only styles whose title contains `text`, and of these only the favourites."""
        self._text, self._favourites_only = text.strip().casefold(), favourites
        self.reload()

    def _wanted(self) -> list[Style]:
        favourites = self._context.settings.favourites
        styles = [
            style
            for style in self._context.catalogue.styles
            if self._text in style.title.casefold()
            and (style.name in favourites or not self._favourites_only)
        ]
        return sorted(styles, key=lambda style: style.name not in favourites)

    def row(self, name: str) -> int:
        """Return a style's row, or -1."""
        return next((row for row, style in enumerate(self.styles) if style.name == name), -1)

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.styles)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        style = self.styles[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return style.title
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._described(style)
            case Qt.ItemDataRole.DecorationRole:
                return self._image(style)
            case _ if role == STYLE_ROLE:
                return style
            case _ if role == FAVOURITE_ROLE:
                return style.name in self._context.settings.favourites
        return None

    def _described(self, style: Style) -> str:
        if not style.trained:
            return self.tr("{title} (not trained yet)").format(title=style.title)
        if style.name in self._context.settings.favourites:
            return self.tr("{title} (favourite)").format(title=style.title)
        return style.title

    def _image(self, style: Style) -> QImage:
        thumbnail = self.thumbnails.find(style)
        return thumbnail if thumbnail is not None else self._style_picture(style)

    def _style_picture(self, style: Style) -> QImage:
        if style.name not in self._pictures:
            reader = QImageReader(str(style.picture_path))
            size = reader.size()
            if size.isValid():
                reader.setScaledSize(size.scaled(_LARGEST, _EXPAND))
            self._pictures[style.name] = reader.read()
        return self._pictures[style.name]

    def _refresh(self, name: str) -> None:
        index = self.index(self.row(name))
        if index.isValid():
            self.dataChanged.emit(index, index)
