"""The user's folders: pictures, videos, and the data of this program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

_Location = QStandardPaths.StandardLocation


def pictures_folder() -> Path:
    """The user's folder of pictures, or their home where there is none."""
    folder = Path(QStandardPaths.writableLocation(_Location.PicturesLocation) or Path.home())
    return folder if folder.is_dir() else Path.home()


def videos_folder() -> Path:
    """The user's folder of videos, or that of their pictures."""
    folder = Path(QStandardPaths.writableLocation(_Location.MoviesLocation) or Path.home())
    return folder if folder.is_dir() else pictures_folder()


def data_folder() -> Path:
    """The user's folder of this program's data."""
    return Path(QStandardPaths.writableLocation(_Location.GenericDataLocation)) / "realstyler"
