"""The strip of styles below the picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QListView, QMenu
from typing_extensions import override

from realstyler.registry import Style
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.style_delegate import StyleDelegate
from realstyler_gui.shared.style_model import STYLE_ROLE, StyleModel
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.view.focus_ring import FocusRing


class StyleStrip(QListView):
    """A row of styles to choose from by arrow keys or clicks."""

    chosen = Signal(str)
    untrained_chosen = Signal(str)
    menu_opening = Signal(object, object)
    """The menu of a `Style`, to which more may be added."""

    def __init__(self, context: Context, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._settings = context.settings
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
        self._model.modelReset.connect(lambda: self.set_style(self._marked))
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

    def shows(self, name: str) -> bool:
        """Return whether a style is among those that are shown."""
        return self._model.row(name) >= 0

    def show_only(self, text: str, favourites: bool) -> None:
        """Show only styles whose title contains `text`, and of these only the favourites."""
        self._model.show_only(text, favourites)

    def step_to_first(self) -> None:
        """Choose the first trained style that is shown, if there is one."""
        first = next((style for style in self._model.styles if style.trained), None)
        if first is not None:
            self.choose(first.name)

    def toggle_favourite(self) -> None:
        """Make the style in use a favourite, or no longer one."""
        if self._marked:
            self._set_favourite(self._marked, self._marked not in self._settings.favourites)

    def menu(self, style: Style) -> QMenu:
        """Create the context menu of a style."""
        menu, name = QMenu(self), style.name
        favourite = menu.addAction(self.tr("Favourite"))
        favourite.setCheckable(True)
        favourite.setChecked(name in self._settings.favourites)
        favourite.toggled.connect(lambda on: self._set_favourite(name, on))
        self.menu_opening.emit(menu, style)
        return menu

    def _set_favourite(self, name: str, on: bool) -> None:
        self._settings.set_favourite(name, on)

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
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.styles:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(self.viewport().rect(), middle, self.tr("No style is called that"))
            painter.end()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        style = index.data(STYLE_ROLE) if index.isValid() else None
        if style is not None:
            menu = self.menu(style)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

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
