"""Standard folders of the user: pictures, videos, and the program's data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

_Location = QStandardPaths.StandardLocation


def pictures_folder() -> Path:
    """Return the user's pictures folder, or their home if there is none."""
    folder = Path(QStandardPaths.writableLocation(_Location.PicturesLocation) or Path.home())
    return folder if folder.is_dir() else Path.home()


def videos_folder() -> Path:
    """Return the user's videos folder, or their pictures folder."""
    folder = Path(QStandardPaths.writableLocation(_Location.MoviesLocation) or Path.home())
    return folder if folder.is_dir() else pictures_folder()


def data_folder() -> Path:
    """Return the user's folder for this program's data."""
    return Path(QStandardPaths.writableLocation(_Location.GenericDataLocation)) / "realstyler"
