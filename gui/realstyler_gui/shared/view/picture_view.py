"""The large picture: painted over original, split slider, zoom and pan."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from realstyler_gui.shared.images import Pyramid
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.view.viewport import Viewport

_STEP = 1.25
_NOTCH = 120.0
_GRIP, _REACH = 17.0, 14.0
_RADIUS = 12.0


class PictureView(QWidget):
    """Shows the original, the painted picture over it, and a divider between both if wanted."""

    zoom_changed = Signal(float)
    """Device pixels a picture pixel; 1.0 is 100 %."""
    split_changed = Signal(float)
    painted_frame = Signal()
    """The view has just been drawn."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, zoomable: bool = True
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._original: Pyramid | None = None
        self._painted: Pyramid | None = None
        self._zoomable = zoomable
        self.viewport = Viewport()
        self._opacity = 1.0
        self._split: float | None = None
        self._peeking = False
        self._drag: QPointF | None = None
        self._ringed = False
        """Whether a ring shows the focus; only who travels by keyboard needs it."""
        self._drags_split = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        theme.changed.connect(self.update)

    # What is shown

    def show_pictures(self, original: Pyramid | None, painted: Pyramid | None) -> None:
        """Show a photograph and its painted version; either may be missing."""
        self._original, self._painted = original, painted
        shown = original or painted
        if shown is not None:
            self.viewport.show(shown.size.width(), shown.size.height())
            self._tell_zoom()
        self.update()

    def set_strength(self, strength: float) -> None:
        """Show the painted picture over the original with this opacity, 0 to 1."""
        self._opacity = strength
        self.update()

    def set_split(self, split: float | None) -> None:
        """Show the original left of this share of the picture's width; None ends the comparison."""
        self._split = None if split is None else min(1.0, max(0.0, split))
        if self._split is not None:
            self.split_changed.emit(self._split)
        self.update()

    @property
    def split(self) -> float | None:
        """Where the divider is, as a share of the picture's width."""
        return self._split

    def peek(self, original: bool) -> None:
        """Show only the original for as long as something is held."""
        self._peeking = original
        self.update()

    # Zoom

    def fit(self) -> None:
        """Show the whole picture."""
        self.viewport.fit()
        self._tell_zoom()

    def zoom(self, factor: float) -> None:
        """Zoom about the centre."""
        self.viewport.zoom(factor)
        self._tell_zoom()

    def zoom_in(self) -> None:
        """Zoom in by a step."""
        self.zoom(_STEP)

    def zoom_out(self) -> None:
        """Zoom out by a step."""
        self.zoom(1 / _STEP)

    def actual_size(self) -> None:
        """Show one picture pixel on one device pixel."""
        self.zoom(1 / self.viewport.scale)

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget, in the widget's coordinates."""
        port, ratio = self.viewport, self.devicePixelRatioF()
        size = QSizeF(port.width * port.scale, port.height * port.scale) / ratio
        return QRectF(QPointF(port.left, port.top) / ratio, size)

    def _tell_zoom(self) -> None:
        self.zoom_changed.emit(self.viewport.scale)
        self.update()

    # Drawing

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.fillPath(outline, QColor(self._theme.colours.canvas))
        if self._original is not None or self._painted is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth())
            self._draw_pictures(painter)
        if self._ringed:
            painter.setPen(QColor(self._theme.colours.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        painter.end()
        self.painted_frame.emit()

    def _draw_pictures(self, painter: QPainter) -> None:
        rect = self.picture_rect()
        peeking = self._peeking or self._painted is None
        if self._original is not None and (peeking or self._opacity < 1 or self._split is not None):
            self._draw(painter, rect, self._original)
        if peeking or self._painted is None:
            return
        divider = rect.left() + rect.width() * (self._split or 0.0)
        painter.save()
        if self._split is not None:
            painter.setClipRect(QRectF(divider, 0, self.width() - divider, self.height()))
        painter.setOpacity(self._opacity if self._original is not None else 1.0)
        self._draw(painter, rect, self._painted)
        painter.restore()
        if self._split is not None:
            self._draw_divider(painter, divider, rect)

    def _draw(self, painter: QPainter, rect: QRectF, pyramid: Pyramid) -> None:
        image = pyramid.level(self.viewport.scale)
        visible = rect.intersected(QRectF(self.rect()))
        if visible.isEmpty():
            return
        painter.drawImage(visible, image, _part(image, rect, visible))

    def _draw_divider(self, painter: QPainter, x: float, rect: QRectF) -> None:
        visible = rect.intersected(QRectF(self.rect()))
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

    def _smooth(self) -> bool:
        # From 300 % on, pixels are shown as what they are.
        return self.viewport.scale < 3 or not self._zoomable

    # Mouse and keys

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._ringed = event.reason() in by_key
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._follow_size()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._follow_size()
        if isinstance(event, QNativeGestureEvent) and self._pinched(event):
            return True
        return super().event(event)

    def _pinched(self, event: QNativeGestureEvent) -> bool:
        pinch = event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        if pinch and self._zoomable:
            self._zoom_at(1 + event.value(), event.position())
        return pinch

    def _follow_size(self) -> None:
        ratio = self.devicePixelRatioF()
        # A photograph is enlarged to the size it has on other screens, a live picture as it fits.
        self.viewport.fit_limit = ratio if self._zoomable else math.inf
        self.viewport.resize(self.width() * ratio, self.height() * ratio)
        self._tell_zoom()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._zoomable:
            event.ignore()
            return
        if not event.pixelDelta().isNull() and not event.modifiers():
            delta = QPointF(event.pixelDelta()) * self.devicePixelRatioF()
            self.viewport.pan(delta.x(), delta.y())
            self.update()
        else:
            self._zoom_at(_STEP ** (event.angleDelta().y() / _NOTCH), event.position())

    def _zoom_at(self, factor: float, position: QPointF) -> None:
        point = position * self.devicePixelRatioF()
        self.viewport.zoom(factor, point.x(), point.y())
        self._tell_zoom()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._drag = event.position()
        self._drags_split = self._over_divider(event.position())
        if not self._drags_split and self._zoomable:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            over = self._over_divider(event.position())
            self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)
        elif self._drags_split:
            rect = self.picture_rect()
            self.set_split((event.position().x() - rect.left()) / rect.width())
        elif self._zoomable:
            moved = (event.position() - self._drag) * self.devicePixelRatioF()
            self._drag = event.position()
            self.viewport.pan(moved.x(), moved.y())
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag, self._drags_split = None, False
        self.unsetCursor()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._zoomable or self._over_divider(event.position()):
            return
        if self.viewport.fitted:
            self._zoom_at(max(1.0, 2 * self.viewport.scale) / self.viewport.scale, event.position())
        else:
            self.fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._split is not None and event.key() in (
            Qt.Key.Key_BracketLeft,
            Qt.Key.Key_BracketRight,
        ):
            step = -0.02 if event.key() == Qt.Key.Key_BracketLeft else 0.02
            self.set_split(self._split + step)
        else:
            super().keyPressEvent(event)

    def _over_divider(self, position: QPointF) -> bool:
        if self._split is None or self._painted is None:
            return False
        rect = self.picture_rect()
        divider = rect.left() + rect.width() * self._split
        return abs(position.x() - divider) <= _REACH and rect.top() <= position.y() <= rect.bottom()


def _part(image: QImage, rect: QRectF, visible: QRectF) -> QRectF:
    """The part of an image that is seen, where the whole image would fill `rect`."""
    across, down = image.width() / rect.width(), image.height() / rect.height()
    offset = visible.topLeft() - rect.topLeft()
    return QRectF(
        offset.x() * across, offset.y() * down, visible.width() * across, visible.height() * down
    )
