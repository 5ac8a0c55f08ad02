"""All styles on the open photograph, side by side, to compare and pick."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QDialog, QListView, QVBoxLayout, QWidget

from realstyler_gui.photo.opener import Opened
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.style_delegate import LARGE, StyleDelegate
from realstyler_gui.shared.style_model import STYLE_ROLE, StyleModel
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.view.focus_ring import FocusRing
from realstyler_gui.shared.widgets import label, line_edit, row

_SIDE = 480
"""Longer side in pixels: enough to distinguish strokes."""

_SIZE = QSize(1090, 720)


class StyleGrid(QDialog):
    """A click or Enter picks a style; typing searches, Esc goes back."""

    picked = Signal(str)

    def __init__(self, context: Context, photo: Opened, current: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All styles on this picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.thumbnails = Thumbnails(context, self, side=_SIDE, network="full")
        self.thumbnails.set_photo(photo.small)
        self.search = line_edit(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(StyleModel(context, self.thumbnails))
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.textChanged.connect(self._shown.setFilterFixedString)
        self.list = self._build_list(context)
        hint = label(self.tr("Click a picture to paint in its style"), muted=True)
        layout = QVBoxLayout(self)
        top = row(hint, -1, self.search)
        layout.addLayout(top)
        layout.addWidget(self.list)
        self.resize(_SIZE.boundedTo(parent.window().size()))
        self._mark(current)
        self.list.setFocus()

    def _build_list(self, context: Context) -> QListView:
        made = QListView()
        made.setObjectName("strip")
        delegate = StyleDelegate(context.theme, made, LARGE)
        delegate.ring = FocusRing(made.viewport())
        delegate.ring.watch(made)
        made.setItemDelegate(delegate)
        made.setModel(self._shown)
        made.setViewMode(QListView.ViewMode.IconMode)
        made.setMovement(QListView.Movement.Static)
        made.setResizeMode(QListView.ResizeMode.Adjust)
        made.setUniformItemSizes(True)
        made.setMouseTracking(True)
        made.setSpacing(6)
        made.setAccessibleName(self.tr("Styles"))
        made.clicked.connect(self._pick)
        made.activated.connect(self._pick)
        return made

    def _mark(self, name: str) -> None:
        for line in range(self._shown.rowCount()):
            index = self._shown.index(line, 0)
            if index.data(STYLE_ROLE).name == name:
                self.list.setCurrentIndex(index)

    def _pick(self, index: QModelIndex) -> None:
        style = index.data(STYLE_ROLE)
        if style.trained and self.isVisible():
            self.picked.emit(style.name)
            self.accept()

    def done(self, result: int) -> None:
        """Close, and stop painting."""
        self.thumbnails.set_photo(None)
        super().done(result)
