"""Drawing of a picture view: the painting over its photograph, and the divider."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from realstyler_gui.shared.images import Pyramid

_GRIP = 17.0


class Layers:
    """The pictures and how they are composed."""

    def __init__(self) -> None:
        self.original: Pyramid | None = None
        self.painted: Pyramid | None = None
        self.opacity = 1.0
        """Opacity of the painting over its photograph."""
        self.split: float | None = None
        """Share of the width left of which the photograph is shown; None shows no divider."""
        self.peeking = False
        """Whether only the photograph is shown."""

    def draw(self, painter: QPainter, rect: QRectF, area: QRectF, scale: float) -> None:
        """Draw the pictures into `rect`, clipped to `area`, at a scale."""
        peeking = self.peeking or self.painted is None
        if self.original is not None and (peeking or self.opacity < 1 or self.split is not None):
            _draw(painter, rect, area, self.original.level(scale))
        if peeking or self.painted is None:
            return
        divider = rect.left() + rect.width() * (self.split or 0.0)
        painter.save()
        if self.split is not None:
            painter.setClipRect(QRectF(divider, 0, area.width() - divider, area.height()))
        painter.setOpacity(self.opacity if self.original is not None else 1.0)
        _draw(painter, rect, area, self.painted.level(scale))
        painter.restore()
        if self.split is not None:
            _draw_divider(painter, divider, rect.intersected(area))


def _draw(painter: QPainter, rect: QRectF, area: QRectF, image: QImage) -> None:
    visible = rect.intersected(area)
    if not visible.isEmpty():
        painter.drawImage(visible, image, _part(image, rect, visible))


def _draw_divider(painter: QPainter, x: float, visible: QRectF) -> None:
    middle = QPointF(x, visible.center().y())
    painter.fillRect(QRectF(x - 2, visible.top(), 4, visible.height()), QColor(0, 0, 0, 60))
    painter.fillRect(QRectF(x - 1, visible.top(), 2, visible.height()), Qt.GlobalColor.white)
    painter.setPen(QColor(0, 0, 0, 70))
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawEllipse(middle, _GRIP, _GRIP)
    painter.setBrush(QColor("#3a3733"))
    painter.setPen(Qt.PenStyle.NoPen)
    for side in (-1, 1):
        tip = middle + QPointF(side * 10, 0)
        base = middle + QPointF(side * 4, 0)
        painter.drawPolygon([tip, base + QPointF(0, -5), base + QPointF(0, 5)])


def _part(image: QImage, rect: QRectF, visible: QRectF) -> QRectF:
    """Return the visible part of an image that fills `rect`."""
    across, down = image.width() / rect.width(), image.height() / rect.height()
    offset = visible.topLeft() - rect.topLeft()
    return QRectF(
        offset.x() * across, offset.y() * down, visible.width() * across, visible.height() * down
    )
