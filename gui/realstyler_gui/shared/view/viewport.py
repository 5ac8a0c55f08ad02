"""Geometry of a picture in its view, in device pixels. Plain numbers, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_SCALE = 16.0
SMALLEST_SCALE = 0.01


@dataclass
class Viewport:
    """Scale and position of a picture of `width`×`height` pixels in a view.

    While `fitted`, the picture keeps filling the view when the view is resized.
    """

    width: float = 1.0
    height: float = 1.0
    view_width: float = 1.0
    view_height: float = 1.0
    scale: float = 1.0
    """Device pixels per picture pixel."""
    left: float = 0.0
    top: float = 0.0
    """Position of the picture's top left corner in the view."""
    fitted: bool = True
    fit_limit: float = 1.0
    """Maximum scale to which fitting enlarges a small picture."""

    @property
    def fit_scale(self) -> float:
        """Return the scale at which the whole picture is visible."""
        across, down = self.view_width / self.width, self.view_height / self.height
        return min(across, down, self.fit_limit)

    def fit(self) -> None:
        """Fit the picture to the view."""
        self.fitted = True
        self.scale = self.fit_scale
        self._settle()

    def show(self, width: float, height: float) -> None:
        """Show another picture; keep zoom and position if its size is the same."""
        if (width, height) != (self.width, self.height):
            self.width, self.height = max(1.0, width), max(1.0, height)
            self.fit()

    def resize(self, view_width: float, view_height: float) -> None:
        """Follow the view's size, keeping its centre."""
        across, down = view_width - self.view_width, view_height - self.view_height
        self.view_width, self.view_height = max(1.0, view_width), max(1.0, view_height)
        if self.fitted:
            self.fit()
        else:
            self.left, self.top = self.left + across / 2, self.top + down / 2
            self._settle()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Zoom around a point of the view, or around its centre."""
        x = self.view_width / 2 if x is None else x
        y = self.view_height / 2 if y is None else y
        lowest = min(self.fit_scale, 1.0)
        scale = max(min(self.scale * factor, LARGEST_SCALE), lowest, SMALLEST_SCALE)
        ratio = scale / self.scale
        self.left, self.top = x - (x - self.left) * ratio, y - (y - self.top) * ratio
        self.scale = scale
        self.fitted = abs(scale - self.fit_scale) < 1e-9
        self._settle()

    def pan(self, across: float, down: float) -> None:
        """Move the picture, but never out of view."""
        self.left, self.top = self.left + across, self.top + down
        self._settle()

    def _settle(self) -> None:
        # Round to whole device pixels, so that a picture at 100 % is not blurred.
        self.left = float(round(_placed(self.left, self.width * self.scale, self.view_width)))
        self.top = float(round(_placed(self.top, self.height * self.scale, self.view_height)))


def _placed(start: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, start))
