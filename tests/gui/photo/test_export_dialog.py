"""Export: the file matches the chosen options."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler_gui.photo.export_dialog import Export, ExportDialog, Metadata
from realstyler_gui.photo.session import State
from realstyler_gui.shared.settings import Settings
from realstyler_gui.window import MainWindow


@pytest.fixture
def geotagged(tmp_path: Path) -> Path:
    """A photograph with metadata about its camera and location."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "A camera"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ISOSpeedRatings] = 200
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (59.0, 56.0, 0.0)
    path = tmp_path / "place.jpg"
    Image.new("RGB", (200, 100), "teal").save(path, exif=exif)
    return path


@pytest.mark.parametrize("metadata", ["all", "no-place", "none"])
def test_a_result_is_exported_as_chosen(
    qtbot: QtBot, window: MainWindow, geotagged: Path, tmp_path: Path, metadata: Metadata
) -> None:
    """Size, original beside the result, and metadata are as chosen."""
    target = tmp_path / "exported.jpg"
    window.open([geotagged])
    qtbot.waitUntil(lambda: window.photo.session.state is State.READY, timeout=PATIENCE)
    window.photo.exporter.export_to(target, Export(".jpg", 100, 95, metadata, beside=True))
    qtbot.waitUntil(lambda: window.photo.exporter.waiting == 0, timeout=PATIENCE)
    with Image.open(target) as saved:
        exif = saved.getexif()
        assert saved.size == (100, 25)
        left = np.asarray(saved.convert("RGB"))[:, :40]
    assert np.abs(left.astype(int) - (0, 128, 128)).max() < 12, "the original is at the left"
    assert (exif.get(ExifTags.Base.Make) == "A camera") == (metadata != "none")
    kept = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ISOSpeedRatings)
    assert (kept == 200) == (metadata != "none")
    assert bool(exif.get_ifd(ExifTags.IFD.GPSInfo)) == (metadata == "all")


def test_choices_are_remembered_and_the_size_is_told(qtbot: QtBot, qapp: QApplication) -> None:
    """The dialog remembers its options; by default the location is not included."""
    settings, parent = Settings(), QWidget()
    qtbot.addWidget(parent)
    first = ExportDialog(settings, QSize(4000, 3000), parent)
    assert first.export.metadata == "no-place"
    first.side.setCurrentIndex(first.side.findData(1600))
    first.beside.setChecked(True)
    assert first.result_size.text() == "1600 × 600"
    first.accept()
    assert ExportDialog(settings, QSize(10, 10), parent).export == first.export
