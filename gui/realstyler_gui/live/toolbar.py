"""The row above the live picture: source, mirroring, size, quality, and readings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QCheckBox, QWidget

from realstyler_gui.live.meter import Reading
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.parameters import Network
from realstyler_gui.shared.widgets import combo, elided_label, row, select_data, tool_button

SIZES = (320, 480, 640, 960, 1280)
"""Longer sides that frames are scaled down to, in pixels."""


class LiveToolbar(QWidget):
    """The row's widgets; the page connects them."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.sources = combo(self.tr("Source"))
        self.sources.setMinimumContentsLength(14)
        self.sources.setPlaceholderText(self.tr("Choose a source"))
        self.sources.setToolTip(self.tr("Camera, video file or screen"))
        self.mirror = tool_button(icons, "mirror", self.tr("Mirror"), "M")
        self.mirror.setCheckable(True)
        self.compare = tool_button(icons, "compare", self.tr("Compare side by side"), "C")
        self.compare.setCheckable(True)
        self.frame_size = combo(self.tr("Size of the painted frames"))
        self.frame_size.setToolTip(self.tr("Longer side of the painted frames: smaller is faster"))
        self.network = combo(self.tr("Quality"))
        self.network.addItem(self.tr("Fastest"), "live")
        self.network.addItem(self.tr("Finest"), "full")
        self.network.setToolTip(
            self.tr("Fastest is meant for video; finest needs a powerful computer")
        )
        self.steady = QCheckBox(self.tr("Steady"))
        self.steady.setToolTip(self.tr("Reduce flicker where the picture does not move"))
        self.reading = elided_label()
        self.reading.setToolTip(self.tr("Frames per second, and delay from camera to screen"))
        layout = row(self.sources, self.mirror, self.compare, 8, self.frame_size, self.network)
        for part in (self.steady, self.reading):
            layout.addWidget(part)
        layout.setStretchFactor(self.reading, 1)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)

    def show_sizes(self, resolutions: Sequence[QSize], chosen: int) -> None:
        """Offer the camera's sizes, and smaller ones; `resolutions` is empty without a camera."""
        named = {max(size.width(), size.height()): size for size in resolutions}
        largest = max(named, default=max(SIZES))
        sides = sorted({*named, *(side for side in SIZES if side <= largest)})
        self.frame_size.blockSignals(True)
        self.frame_size.clear()
        for side in sides:
            size = named.get(side)
            text = f"{size.width()} × {size.height()}" if size else f"{side} px"
            self.frame_size.addItem(text, side)
        self.frame_size.blockSignals(False)
        select_data(self.frame_size, min(sides, key=lambda side: abs(side - chosen)))

    def show_networks(self, network: Network, available: Sequence[Network]) -> None:
        """Show the network in use, and which ones are available."""
        select_data(self.network, network)
        for index in range(self.network.count()):
            item = self.network.model().item(index)  # type: ignore[attr-defined]
            item.setEnabled(self.network.itemData(index) in available)

    def show_reading(self, reading: Reading | None, preparing: bool) -> None:
        """Show frame rate and latency, or that a style is being prepared."""
        if preparing:
            self.reading.setText(self.tr("Preparing…"))
        elif reading is None:
            self.reading.setText("")
        else:
            rate, latency = round(reading.frames_per_second), round(reading.latency * 1000)
            text = self.tr("{rate} fps · {latency} ms")
            self.reading.setText(text.format(rate=rate, latency=latency))
