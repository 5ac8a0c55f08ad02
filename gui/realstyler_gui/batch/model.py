"""Table model of a batch."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont
from typing_extensions import override

from realstyler_gui.batch.items import Item, Outcome
from realstyler_gui.batch.run import Batch
from realstyler_gui.shared.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
NAME, FOLDER, STATE = range(3)


class BatchModel(QAbstractTableModel):
    """One row per file: name, folder and outcome."""

    def __init__(self, batch: Batch, theme: Theme) -> None:
        super().__init__(batch)
        self._batch, self._theme = batch, theme
        batch.items_changed.connect(self._reset)
        batch.item_changed.connect(self._refresh)

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._batch.items)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("File"), self.tr("Folder"), self.tr("State"))[section]
        return None

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._batch.items[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(item, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return item.remark or str(item.target or item.found.path)
            case Qt.ItemDataRole.FontRole if item.outcome is Outcome.PAINTING:
                bold = QFont()
                bold.setBold(True)
                return bold
            case Qt.ItemDataRole.ForegroundRole if index.column() == STATE:
                return QColor(self._colour(item))
        return None

    def _text(self, item: Item, column: int) -> str:
        if column == NAME:
            return item.found.path.name
        if column == FOLDER:
            return str(item.found.path.parent)
        return self._state(item)

    def _state(self, item: Item) -> str:
        match item.outcome:
            case Outcome.WAITING:
                return self.tr("waiting")
            case Outcome.PAINTING:
                share = f"{item.share:.0%}" if item.share else ""
                return " ".join(filter(None, [self.tr("painting…"), share, item.remark]))
            case Outcome.DONE:
                name = item.target.name if item.target else ""
                saved = self.tr("saved as {name}").format(name=name)
                return "; ".join(filter(None, [saved, item.remark]))
        return item.remark or self.tr("failed")

    def _colour(self, item: Item) -> str:
        colours = self._theme.colours
        if item.outcome is Outcome.FAILED:
            return colours.danger
        return colours.text if item.outcome is Outcome.PAINTING else colours.muted

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _refresh(self, item: Item) -> None:
        row = self._batch.items.index(item)
        self.dataChanged.emit(self.index(row, 0), self.index(row, STATE))
