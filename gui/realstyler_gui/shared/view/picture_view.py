"""The picture view: painting over original, split slider, zoom and pan."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from realstyler_gui.shared.images import Pyramid
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.view.focus_ring import FocusRing
from realstyler_gui.shared.view.layers import Layers
from realstyler_gui.shared.view.viewport import Viewport

ZOOM_STEP = 1.25
"""Factor of one zoom step."""

_NOTCH = 120.0
_RADIUS = 12.0


class PictureView(QWidget):
    """Shows the original, the painting over it, and optionally a divider."""

    zoom_changed = Signal(float)
    """Device pixels per picture pixel; 1.0 is 100 %."""
    split_changed = Signal(float)
    dragged_out = Signal()
    """The picture is being dragged out, because there is nothing to pan."""
    painted_frame = Signal()
    """The view has just been repainted."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, zoomable: bool = True
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.layers = Layers()
        self._zoomable = zoomable
        self.viewport = Viewport()
        self._drag: QPointF | None = None
        self._ring = FocusRing(self)
        self._drags_split = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        theme.changed.connect(self.update)

    # Content

    def show_pictures(self, original: Pyramid | None, painted: Pyramid | None) -> None:
        """Show a photograph and its painting; either may be None."""
        self.layers.original, self.layers.painted = original, painted
        shown = original or painted
        if shown is not None:
            self.viewport.show(shown.size.width(), shown.size.height())
            self._tell_zoom()
        self.update()

    def set_strength(self, strength: float) -> None:
        """Set the opacity of the painting over the original, 0 to 1."""
        self.layers.opacity = strength
        self.update()

    def set_split(self, split: float | None) -> None:
        """Show the original left of this share of the picture's width; None ends the comparison."""
        self.layers.split = None if split is None else min(1.0, max(0.0, split))
        if self.layers.split is not None:
            self.split_changed.emit(self.layers.split)
        self.update()

    @property
    def split(self) -> float | None:
        """Return the position of the divider, as a share of the picture's width."""
        return self.layers.split

    def peek(self, original: bool) -> None:
        """Show only the original while a key or button is held."""
        self.layers.peeking = original
        self.update()

    def flip(self, pinned: bool) -> None:
        """Show only the pinned painting, if there is one, while a key is held."""
        self.layers.flipped = pinned
        self.update()

    # Zoom

    def fit(self) -> None:
        """Fit the picture to the view."""
        self.viewport.fit()
        self._tell_zoom()

    def zoom(self, factor: float) -> None:
        """Zoom around the centre."""
        self.viewport.zoom(factor)
        self._tell_zoom()

    def actual_size(self) -> None:
        """Show one picture pixel per device pixel."""
        self.zoom(1 / self.viewport.scale)

    def toggle_fit(self) -> None:
        """Toggle between fitting the view and actual size."""
        if self.viewport.fitted:
            self.actual_size()
        else:
            self.fit()

    def picture_rect(self) -> QRectF:
        """Return the picture's rectangle, in widget coordinates."""
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
        # Live pictures are seen like films: on black, in any theme.
        canvas = self._theme.colours.canvas if self._zoomable else Qt.GlobalColor.black
        painter.fillPath(outline, QColor(canvas))
        # From 300 % on, show individual pixels without smoothing.
        smooth = self.viewport.scale < 3 or not self._zoomable
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        area = QRectF(self.rect())
        self.layers.draw(painter, self.picture_rect(), area, self.viewport.scale)
        if self._ring.visible:
            painter.setPen(QColor(self._theme.colours.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        painter.end()
        self.painted_frame.emit()

    # Mouse and keys

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
        # Enlarge photographs at most to their size at 100 % scaling, live pictures without limit.
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
            self._zoom_at(ZOOM_STEP ** (event.angleDelta().y() / _NOTCH), event.position())

    def _zoom_at(self, factor: float, position: QPointF) -> None:
        point = position * self.devicePixelRatioF()
        self.viewport.zoom(factor, point.x(), point.y())
        self._tell_zoom()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._drag = event.position()
        self._drags_split = self.layers.is_divided_at(event.position(), self.picture_rect())
        if not self._drags_split and self._zoomable and not self.viewport.fitted:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            over = self.layers.is_divided_at(event.position(), self.picture_rect())
            self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)
        elif self._drags_split:
            rect = self.picture_rect()
            self.set_split((event.position().x() - rect.left()) / rect.width())
        elif self._zoomable and self.viewport.fitted:
            distance = (event.position() - self._drag).manhattanLength()
            if distance >= QApplication.startDragDistance():
                self._drag = None
                self.unsetCursor()
                self.dragged_out.emit()
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
        if not self._zoomable or self.layers.is_divided_at(event.position(), self.picture_rect()):
            return
        if self.viewport.fitted:
            self._zoom_at(max(1.0, 2 * self.viewport.scale) / self.viewport.scale, event.position())
        else:
            self.fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.layers.split is not None and event.key() in (
            Qt.Key.Key_BracketLeft,
            Qt.Key.Key_BracketRight,
        ):
            step = -0.02 if event.key() == Qt.Key.Key_BracketLeft else 0.02
            self.set_split(self.layers.split + step)
        else:
            super().keyPressEvent(event)
