"""The strip of styles below the picture."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPen, QWheelEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from realstyler.registry import Style
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.thumbnails import Thumbnails

_CELL = QSize(128, 122)
_PICTURE = QSize(116, 84)
_RADIUS = 9
_Index = QModelIndex | QPersistentModelIndex
_STYLE_ROLE = Qt.ItemDataRole.UserRole + 1


class StyleModel(QAbstractListModel):
    """The registered styles with their thumbnails on the open photograph."""

    def __init__(self, context: Context, thumbnails: Thumbnails) -> None:
        super().__init__(thumbnails)
        self._context, self.thumbnails = context, thumbnails
        self.styles: list[Style] = context.catalogue.styles
        self._pictures: dict[str, QImage] = {}
        thumbnails.ready.connect(self._refresh)
        context.catalogue.changed.connect(self.reload)

    def reload(self) -> None:
        """Read the registry again."""
        self.beginResetModel()
        self.styles = self._context.catalogue.styles
        self._pictures.clear()
        self.endResetModel()

    def row(self, name: str) -> int:
        """The row of a style, -1 if it is not there."""
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
                return style.title if style.trained else self._untrained(style)
            case Qt.ItemDataRole.DecorationRole:
                return self._image(style)
            case _ if role == _STYLE_ROLE:
                return style
        return None

    def _untrained(self, style: Style) -> str:
        return self.tr("{title} (not trained yet)").format(title=style.title)

    def _image(self, style: Style) -> QImage:
        thumbnail = self.thumbnails.find(style)
        return thumbnail if thumbnail is not None else self._style_picture(style)

    def _style_picture(self, style: Style) -> QImage:
        if style.name not in self._pictures:
            from PySide6.QtGui import QImageReader

            reader = QImageReader(str(style.picture_path))
            size = reader.size()
            if size.isValid():
                reader.setScaledSize(size.scaled(_PICTURE * 2, _EXPAND))
            self._pictures[style.name] = reader.read()
        return self._pictures[style.name]

    def _refresh(self, name: str) -> None:
        index = self.index(self.row(name))
        self.dataChanged.emit(index, index)


_EXPAND = Qt.AspectRatioMode.KeepAspectRatioByExpanding


class StyleDelegate(QStyledItemDelegate):
    """Draws a style as a small picture over its title."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return _CELL

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        style: Style = index.data(_STYLE_ROLE)
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        corner = cell.topLeft() + QPoint((cell.width() - _PICTURE.width()) // 2, 6)
        frame = QRectF(QRect(corner, _PICTURE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_picture(painter, frame, index.data(Qt.ItemDataRole.DecorationRole), style)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            self._draw_ring(painter, frame, selected)
        self._draw_title(painter, cell, frame, style, selected)
        painter.restore()

    def _draw_picture(self, painter: QPainter, frame: QRectF, image: QImage, style: Style) -> None:
        path = QPainterPath()
        path.addRoundedRect(frame, _RADIUS, _RADIUS)
        painter.fillPath(path, QColor(self._theme.colours.raised))
        if image.isNull():
            return
        painter.save()
        painter.setClipPath(path)
        painter.setOpacity(1.0 if style.trained else 0.35)
        painter.drawImage(frame, image, _middle(image, frame))
        painter.restore()

    def _draw_ring(self, painter: QPainter, frame: QRectF, selected: bool) -> None:
        colours = self._theme.colours
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent if selected else colours.line), 2.5))
        painter.drawRoundedRect(frame.adjusted(-3, -3, 3, 3), _RADIUS + 2, _RADIUS + 2)

    def _draw_title(
        self, painter: QPainter, cell: QRect, frame: QRectF, style: Style, selected: bool
    ) -> None:
        colours = self._theme.colours
        colour = colours.accent if selected else colours.text if style.trained else colours.muted
        painter.setPen(QColor(colour))
        room = QRect(cell.left() + 3, int(frame.bottom()) + 6, cell.width() - 6, 22)
        font = painter.font()
        font.setBold(selected)
        painter.setFont(font)
        text = painter.fontMetrics().elidedText(
            style.title, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class StyleStrip(QListView):
    """A row of styles; arrows and clicks choose one."""

    chosen = Signal(str)
    untrained_chosen = Signal(str)

    def __init__(self, context: Context, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._model = StyleModel(context, thumbnails)
        self.setModel(self._model)
        self.setItemDelegate(StyleDelegate(context.theme, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_CELL.height() + 14)
        self.setAccessibleName(self.tr("Styles"))
        self.selectionModel().currentChanged.connect(lambda current, _: self._choose(current))
        context.theme.changed.connect(self.viewport().update)

    def set_style(self, name: str) -> None:
        """Mark a style without choosing it again."""
        index = self._model.index(self._model.row(name))
        selection = self.selectionModel()
        if index.isValid() and selection.currentIndex() != index:
            selection.blockSignals(True)
            self.setCurrentIndex(index)
            selection.blockSignals(False)
            self.scrollTo(index)
        self.viewport().update()

    def choose(self, name: str) -> None:
        """Choose a style as if it had been clicked."""
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
        style = current.data(_STYLE_ROLE) if current.isValid() else None
        if style is None:
            return
        if style.trained:
            self.chosen.emit(style.name)
        else:
            self.untrained_chosen.emit(style.name)

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


def _middle(image: QImage, frame: QRectF) -> QRectF:
    """The largest part in the middle of an image that has the frame's proportions."""
    size = frame.size().scaled(image.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
    left, top = (image.width() - size.width()) / 2, (image.height() - size.height()) / 2
    return QRectF(left, top, size.width(), size.height())
