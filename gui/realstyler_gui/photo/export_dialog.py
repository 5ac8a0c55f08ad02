"""Export options: format, size, quality, metadata, original next to the result."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QSlider, QVBoxLayout, QWidget

from realstyler import pictures
from realstyler.pictures import Metadata, Picture
from realstyler_gui.shared.file_names import FILTERS
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.widgets import add_field, combo, form_layout, label, row, select_data

SIDES = (0, 4096, 2048, 1600, 1080, 720)
"""Longer sides in pixels; 0 keeps the original size."""

_WITH_QUALITY = (".jpg", ".webp")


@dataclass(frozen=True)
class Export:
    """How a result is written."""

    suffix: str
    longer_side: int
    """In pixels; 0 keeps the size; pictures are never enlarged."""
    quality: int
    """1 to 100, for JPEG and WebP."""
    metadata: Metadata
    beside: bool
    """Whether to put the original to the left of the result."""

    def apply(self, finished: Picture, original: Picture) -> Picture:
        """Return the picture to be written."""
        pixels, alpha = finished.pixels, finished.alpha
        if self.beside:
            pixels = np.concatenate([original.pixels, pixels], axis=1)  # H×2W×3
            alpha = None if alpha is None else np.concatenate([alpha, alpha], axis=1)
        whole = replace(finished, pixels=pixels, alpha=alpha)
        return pictures.reduced(whole, self.longer_side) if self.longer_side else whole


class ExportDialog(QDialog):
    """Asks for export options, and remembers them for next time."""

    def __init__(self, settings: Settings, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._settings, self._size = settings, size
        self._build()
        self._restore()
        self._show_values()

    @property
    def export(self) -> Export:
        """Return the chosen options."""
        return Export(
            self.format.currentData(),
            self.side.currentData(),
            self.quality.value(),
            self.metadata.currentData(),
            self.beside.isChecked(),
        )

    def accept(self) -> None:
        """Remember the chosen options and close."""
        chosen = self.export
        self._settings.keep("save/suffix", chosen.suffix)
        self._settings.keep("export/side", chosen.longer_side)
        self._settings.keep("export/quality", chosen.quality)
        self._settings.keep("export/metadata", chosen.metadata)
        self._settings.keep("export/beside", chosen.beside)
        super().accept()

    def _build(self) -> None:
        self.format = combo(self.tr("Format"))
        for name, suffix in FILTERS.items():
            self.format.addItem(name.partition(" ")[0], suffix)
        self.side = combo(self.tr("Size"))
        for side in SIDES:
            name = self.tr("{side} px, longer side").format(side=side)
            self.side.addItem(name if side else self.tr("same as the original"), side)
        self.side.setMinimumContentsLength(22)
        self.quality = QSlider(Qt.Orientation.Horizontal)
        self.quality.setRange(40, 100)
        self.quality.setAccessibleName(self.tr("Quality"))
        self.quality_value = label(muted=True)
        self.quality_value.setMinimumWidth(36)
        self.metadata = combo(self.tr("Metadata"))
        self.metadata.addItem(self.tr("all except the location"), "no-place")
        self.metadata.addItem(self.tr("all, including the location"), "all")
        self.metadata.addItem(self.tr("none"), "none")
        self.metadata.setMinimumContentsLength(22)
        self.beside = QCheckBox(self.tr("Original next to the result"))
        self.result_size = label(muted=True)
        form = form_layout()
        add_field(form, self.tr("Format"), self.format)
        add_field(form, self.tr("Size"), self.side)
        form.addRow(self.tr("Quality"), row(self.quality, self.quality_value))
        add_field(form, self.tr("Metadata"), self.metadata)
        add_field(form, "", self.beside)
        add_field(form, "", self.result_size)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        go_on = buttons.addButton(self.tr("Export…"), QDialogButtonBox.ButtonRole.AcceptRole)
        go_on.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.format.activated.connect(self._show_values)
        self.side.activated.connect(self._show_values)
        self.beside.toggled.connect(self._show_values)
        self.quality.valueChanged.connect(self._show_values)

    def _restore(self) -> None:
        settings = self._settings
        select_data(self.format, settings.text("save/suffix") or ".jpg")
        select_data(self.side, int(settings.number("export/side", 0, 0, 100_000)))
        self.quality.setValue(int(settings.number("export/quality", 92, 40, 100)))
        select_data(self.metadata, settings.text("export/metadata") or "no-place")
        self.beside.setChecked(settings.flag("export/beside"))

    def _show_values(self) -> None:
        chosen = self.export
        self.quality.setEnabled(chosen.suffix in _WITH_QUALITY)
        self.quality_value.setText(str(chosen.quality) if self.quality.isEnabled() else "—")
        width = self._size.width() * (2 if chosen.beside else 1)
        size = QSize(width, self._size.height())
        side = chosen.longer_side
        if side and side < max(size.width(), size.height()):
            size = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        self.result_size.setText(f"{size.width()} × {size.height()}")
