"""Drawing of a picture view: the painting over its photograph, the divider, a second painting."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from realstyler_gui.shared.images import Pyramid

_GRIP, _REACH = 17.0, 14.0
_MARGIN, _PADDING = 12.0, 8.0


@dataclass(frozen=True)
class Pinned:
    """A second painting, to compare with the first."""

    painted: Pyramid
    opacity: float
    """Over the photograph, 0 to 1."""


class Layers:
    """The pictures and how they are composed."""

    def __init__(self) -> None:
        self.original: Pyramid | None = None
        self.painted: Pyramid | None = None
        self.opacity = 1.0
        """Opacity of the painting over its photograph."""
        self.split: float | None = None
        """Share of the width left of which something else is shown; None shows no divider."""
        self.pinned: Pinned | None = None
        """What is shown left of the divider, instead of the photograph."""
        self.captions: tuple[str, ...] = ()
        """Names of the pinned painting and of the other."""
        self.flipped = False
        """Whether only the pinned painting is shown."""
        self.peeking = False
        """Whether only the photograph is shown."""

    def draw(self, painter: QPainter, rect: QRectF, area: QRectF, scale: float) -> None:
        """Draw the pictures into `rect`, clipped to `area`, at a scale."""
        peeking = self.peeking or self.painted is None
        if self.original is not None and (peeking or self.opacity < 1 or self.split is not None):
            _draw(painter, rect, area, self.original.level(scale))
        if peeking or self.painted is None:
            return
        pinned = self.pinned
        if pinned is not None and self.flipped:
            self._paint_over(painter, rect, area, scale, pinned)
            return
        divider = rect.left() + rect.width() * (self.split or 0.0)
        left, right = QRectF(area), QRectF(area)
        if self.split is not None:
            left.setRight(divider)
            right.setLeft(divider)
        if pinned is not None and self.split is not None:
            self._paint_over(painter, rect, left, scale, pinned)
        self._paint_over(painter, rect, right, scale, Pinned(self.painted, self.opacity))
        if self.split is not None:
            _draw_divider(painter, divider, rect.intersected(area))
            if pinned is not None:
                _draw_captions(painter, rect.intersected(area), self.captions)

    def is_divided_at(self, position: QPointF, rect: QRectF) -> bool:
        """Whether the divider of the pictures in `rect` is within reach of a position."""
        if self.split is None or self.painted is None:
            return False
        divider = rect.left() + rect.width() * self.split
        return abs(position.x() - divider) <= _REACH and rect.top() <= position.y() <= rect.bottom()

    def _paint_over(
        self, painter: QPainter, rect: QRectF, part: QRectF, scale: float, over: Pinned
    ) -> None:
        """Draw a painting over the photograph in one part of the view."""
        painter.save()
        painter.setClipRect(part)
        if self.original is not None and over.opacity < 1:
            _draw(painter, rect, part, self.original.level(scale))
        painter.setOpacity(over.opacity if self.original is not None else 1.0)
        _draw(painter, rect, part, over.painted.level(scale))
        painter.restore()


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


def _draw_captions(painter: QPainter, visible: QRectF, captions: tuple[str, ...]) -> None:
    """Write the names of both paintings into the lower corners."""
    metrics = painter.fontMetrics()
    widest = visible.width() / 2 - 2 * _MARGIN
    for number, caption in enumerate(captions):
        room = widest - 2 * _PADDING
        text = metrics.elidedText(caption, Qt.TextElideMode.ElideRight, int(room))
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * _PADDING, metrics.height() + 6)
        box.moveBottom(visible.bottom() - _MARGIN)
        if number == 0:
            box.moveLeft(visible.left() + _MARGIN)
        else:
            box.moveRight(visible.right() - _MARGIN)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _part(image: QImage, rect: QRectF, visible: QRectF) -> QRectF:
    """Return the visible part of an image that fills `rect`."""
    across, down = image.width() / rect.width(), image.height() / rect.height()
    offset = visible.topLeft() - rect.topLeft()
    return QRectF(
        offset.x() * across, offset.y() * down, visible.width() * across, visible.height() * down
    )
