"""Drag and drop onto the window: local files, or image data."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from realstyler_gui.shared import dialogs


class DropTarget(QObject):
    """Accepts drops on a window, always as a copy.

    After a move, the source would delete its file. Web addresses are rejected: the program loads
    nothing from the network.
    """

    files = Signal(list)
    image = Signal(QImage)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The events of entering, moving and dropping are all drop events.
        if not isinstance(event, QDropEvent):
            return False
        if _accept(event) and event.type() == QEvent.Type.Drop:
            files = local_files(event.mimeData())
            if files:
                self.files.emit(files)
            else:
                self.image.emit(QImage(event.mimeData().imageData()))
        return True


class Dropped(NamedTuple):
    """Dropped files by kind; folders count as pictures."""

    pictures: list[Path]
    videos: list[Path]


def _accept(event: QDropEvent) -> bool:
    """Accept a drag if something in it can be opened."""
    content = event.mimeData()
    # Ignore drags that started in this window: they are results on their way out.
    usable = event.source() is None and (content.hasImage() or bool(local_files(content)))
    if usable:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    else:
        event.ignore()
    return usable


def local_files(content: QMimeData) -> list[Path]:
    """Return the local files and folders of a drag."""
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]


def sorted_out(paths: list[Path]) -> Dropped:
    """Separate videos and style files from everything else."""
    videos = [path for path in paths if dialogs.is_video(path)]
    return Dropped([path for path in paths if path not in videos], videos)
