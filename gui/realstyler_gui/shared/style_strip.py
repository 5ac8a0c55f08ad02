"""The strip of styles below the picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QListView
from typing_extensions import override

from realstyler_gui.shared.context import Context
from realstyler_gui.shared.style_delegate import StyleDelegate
from realstyler_gui.shared.style_model import STYLE_ROLE, StyleModel
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.view.focus_ring import FocusRing


class StyleStrip(QListView):
    """A row of styles to choose from by arrow keys or clicks."""

    chosen = Signal(str)
    untrained_chosen = Signal(str)

    def __init__(self, context: Context, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._model = StyleModel(context, thumbnails)
        self._marked = ""
        """The style in use."""
        self.setModel(self._model)
        delegate = StyleDelegate(context.theme, self)
        delegate.ring = FocusRing(self.viewport())
        delegate.ring.watch(self)
        self.setItemDelegate(delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(delegate.cell.height() + 14)
        self.setAccessibleName(self.tr("Styles"))
        self.selectionModel().currentChanged.connect(lambda current, _: self._choose(current))
        context.theme.changed.connect(self.viewport().update)

    def set_style(self, name: str) -> None:
        """Mark a style without emitting a choice."""
        self._marked = name
        index = self._model.index(self._model.row(name))
        selection = self.selectionModel()
        if index.isValid() and selection.currentIndex() != index:
            selection.blockSignals(True)
            self.setCurrentIndex(index)
            selection.blockSignals(False)
            self.scrollTo(index)
        self.viewport().update()

    def choose(self, name: str) -> None:
        """Choose a style as if it were clicked."""
        self.setCurrentIndex(self._model.index(self._model.row(name)))

    def step(self, by: int) -> None:
        """Choose the next or previous trained style."""
        rows = [row for row, style in enumerate(self._model.styles) if style.trained]
        if not rows:
            return
        current = self.currentIndex().row()
        place = rows.index(current) if current in rows else -1 if by > 0 else 0
        self.setCurrentIndex(self._model.index(rows[(place + by) % len(rows)]))

    def _choose(self, current: QModelIndex) -> None:
        style = current.data(STYLE_ROLE) if current.isValid() else None
        if style is None:
            return
        if style.trained:
            self.chosen.emit(style.name)
        else:
            self.untrained_chosen.emit(style.name)
            # Keep the style in use marked; deferred, because Qt is still changing the selection.
            QTimer.singleShot(0, self, lambda: self.set_style(self._marked))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            event.ignore()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - delta)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.tr("Styles"))
        return super().event(event)
