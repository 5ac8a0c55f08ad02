"""The losses of a training as lines over its steps, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from realstyler_gui.shared.theme import Theme
from realstyler_gui.training.progress import Progress

_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 12, 26, 24
_MOST = 3


class LossCurve(QWidget):
    """Draws up to three losses; the horizontal axis is the whole training."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._history: Sequence[Progress] = ()
        self.setMinimumHeight(110)
        self.setAccessibleName(self.tr("Loss curve"))
        theme.changed.connect(self.update)

    def show_history(self, history: Sequence[Progress]) -> None:
        """Draw the progress so far."""
        self._history = history
        if history:
            losses = ", ".join(f"{name} {value:.3g}" for name, value in history[-1].losses.items())
            self.setAccessibleDescription(losses)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        names = list(self._history[-1].losses)[:_MOST] if self._history else []
        values = [each.losses[n] for each in self._history for n in names if _positive(each, n)]
        painter.setPen(QColor(self._theme.colours.muted))
        if not values:
            text = self.tr("The curve begins with the first line of progress")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
            return
        low = math.floor(math.log10(min(values)) * 2) / 2
        high = max(low + 0.5, math.ceil(math.log10(max(values)) * 2) / 2)
        self._draw_grid(painter, area, low, high)
        for number, name in enumerate(names):
            self._draw_line(painter, area, low, high, name, number)

    def _colour(self, number: int) -> QColor:
        colours = self._theme.colours
        return QColor((colours.accent, colours.text, colours.muted)[number])

    def _draw_grid(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        colours = self._theme.colours
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for level in (low, (low + high) / 2, high):
            y = area.bottom() - (level - low) / (high - low) * area.height()
            painter.setPen(QColor(colours.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colours.muted))
            painter.drawText(QRectF(0, y - 9, _LEFT - 8, 18), right, f"{10**level:.1e}")
        steps = str(self._history[-1].steps)
        place = QRectF(area.left(), area.bottom() + 4, area.width(), 18)
        painter.drawText(place, right, steps)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, "0")

    def _draw_line(
        self, painter: QPainter, area: QRectF, low: float, high: float, name: str, number: int
    ) -> None:
        points = [
            QPointF(
                area.left() + each.step / each.steps * area.width(),
                area.bottom()
                - (math.log10(each.losses[name]) - low) / (high - low) * area.height(),
            )
            for each in self._history
            if _positive(each, name)
        ]
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
        painter.setPen(QPen(self._colour(number), 2, styles[number]))
        painter.drawPolyline(points)
        if points:
            painter.drawEllipse(points[-1], 2, 2)
        legend = QRectF(area.left() + number * 110, 2, 104, 18)
        y = legend.center().y()
        painter.drawLine(QPointF(legend.left(), y), QPointF(legend.left() + 18, y))
        painter.setPen(QColor(self._theme.colours.text))
        painter.drawText(legend.adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)


def _positive(progress: Progress, name: str) -> bool:
    value = progress.losses.get(name, 0.0)
    return math.isfinite(value) and value > 0
