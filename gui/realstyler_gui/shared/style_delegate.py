"""Draws styles in lists: a small picture above its title."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from realstyler.registry import Style
from realstyler_gui.shared.style_model import FAVOURITE_ROLE, STYLE_ROLE
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.view.focus_ring import FocusRing

SMALL, LARGE = QSize(116, 84), QSize(236, 177)
"""Picture sizes: in the strip, and in the comparison grid."""

_RADIUS = 9
_Index = QModelIndex | QPersistentModelIndex


class StyleDelegate(QStyledItemDelegate):
    """Draws a style as a small picture above its title."""

    def __init__(self, theme: Theme, parent: QWidget, picture: QSize = SMALL) -> None:
        super().__init__(parent)
        self._theme, self._picture = theme, picture
        self._cell = picture + QSize(12, 38)
        self.ring: FocusRing | None = None
        """Decides whether to draw the focus ring; None draws none."""

    @property
    def cell(self) -> QSize:
        """Return the size of a style with its title."""
        return self._cell

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self._cell

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        style: Style = index.data(STYLE_ROLE)
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        corner = cell.topLeft() + QPoint((cell.width() - self._picture.width()) // 2, 6)
        frame = QRectF(QRect(corner, self._picture))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_picture(painter, frame, index.data(Qt.ItemDataRole.DecorationRole), style)
        if index.data(FAVOURITE_ROLE):
            self._draw_star(painter, frame)
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

    def _draw_star(self, painter: QPainter, frame: QRectF) -> None:
        centre = frame.topRight() + QPointF(-14, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 130))  # visible on any picture, in any theme
        painter.drawEllipse(centre, 10, 10)
        painter.setBrush(QColor("#ffd166"))
        painter.drawPolygon(_star(centre, 7.5))

    def _draw_ring(self, painter: QPainter, frame: QRectF, selected: bool) -> None:
        colours = self._theme.colours
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if selected and self.ring is not None and self.ring.visible:
            painter.setPen(QPen(QColor(colours.text), 1.5, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(frame.adjusted(2, 2, -2, -2), _RADIUS - 2, _RADIUS - 2)
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


def _star(centre: QPointF, radius: float) -> list[QPointF]:
    """Return the ten corners of a star that stands on two of its points."""
    corners = []
    for number in range(10):
        angle = math.pi * (number / 5 - 0.5)
        reach = radius if number % 2 == 0 else 0.45 * radius
        corners.append(centre + QPointF(reach * math.cos(angle), reach * math.sin(angle)))
    return corners


def _middle(image: QImage, frame: QRectF) -> QRectF:
    """Return the largest centred part of an image with the frame's aspect ratio."""
    size = frame.size().scaled(image.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
    left, top = (image.width() - size.width()) / 2, (image.height() - size.height()) / 2
    return QRectF(left, top, size.width(), size.height())
