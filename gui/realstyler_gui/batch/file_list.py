"""The files of a batch."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeView

from realstyler_gui.batch.items import Item
from realstyler_gui.batch.model import FOLDER, NAME, STATE, BatchModel
from realstyler_gui.batch.run import Batch
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.theme import Theme


class FileList(QTreeView):
    """Shows the files and how far they are; a double click opens one, a right click offers more."""

    again_wanted = Signal()
    removal_wanted = Signal()
    """Both are about what is selected."""

    def __init__(self, batch: Batch, theme: Theme) -> None:
        super().__init__()
        self._batch = batch
        self.paintable = False
        """Whether there is a style in which files could be painted again."""
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setModel(BatchModel(batch, theme))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(self.tr("Files of the batch"))
        header = self.header()
        header.setStretchLastSection(False)
        header.resizeSection(NAME, 190)
        header.resizeSection(FOLDER, 170)
        header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def selected(self) -> list[Item]:
        """Return the selected files."""
        rows = self.selectionModel().selectedRows()
        return [self._batch.items[index.row()] for index in rows]

    def row_menu(self) -> QMenu:
        """Create the context menu for the selected files."""
        menu = QMenu(self)
        items, idle = self.selected(), not self._batch.running
        if len(items) == 1:
            item = items[0]
            shown = item.target or item.found.path
            title = self.tr("Open the result") if item.target else self.tr("Open the original")
            menu.addAction(title, lambda: dialogs.show_file(shown))
            menu.addAction(self.tr("Show in its folder"), lambda: dialogs.show_folder(shown.parent))
            menu.addSeparator()
        again = menu.addAction(self.tr("Paint again"), self.again_wanted.emit)
        again.setEnabled(idle and self.paintable)
        menu.addAction(self.tr("Remove"), self.removal_wanted.emit).setEnabled(idle)
        return menu

    def _open(self, row: int) -> None:
        """Open the result of a row, or its source if there is no result yet."""
        item = self._batch.items[row]
        dialogs.show_file(item.target or item.found.path)

    def _show_menu(self, place: QPoint) -> None:
        if self.selected():
            self.row_menu().popup(self.viewport().mapToGlobal(place))
