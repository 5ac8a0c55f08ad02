"""The last shots, beside the live picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu

from realstyler_gui.shared import dialogs

KEPT = 20
_PICTURE = QSize(96, 72)
_WIDTH = 122
_PATH = Qt.ItemDataRole.UserRole


class Shots(QListWidget):
    """Newest first; a double click or Enter opens one. Hidden while there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Last shots"))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setIconSize(_PICTURE)
        self.setSpacing(2)
        self.setFixedWidth(_WIDTH)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must leave the page its keys
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemActivated.connect(lambda item: dialogs.show_file(item.data(_PATH)))
        self.hide()

    def add(self, path: Path, image: QImage) -> None:
        """Add a saved shot, with what it looks like."""
        item = QListWidgetItem(QIcon(QPixmap.fromImage(_cut(image))), "")
        item.setData(_PATH, path)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, path.name)
        item.setToolTip(path.name)
        item.setSizeHint(_PICTURE + QSize(8, 8))
        self.insertItem(0, item)
        while self.count() > KEPT:
            self.takeItem(self.count() - 1)
        self.show()

    @property
    def paths(self) -> list[Path]:
        """Return the files, newest first."""
        return [self.item(row).data(_PATH) for row in range(self.count())]

    def menu(self, item: QListWidgetItem) -> QMenu:
        """Create the context menu of a shot."""
        path: Path = item.data(_PATH)
        menu = QMenu(self)
        menu.addAction(self.tr("Open"), lambda: dialogs.show_file(path))
        menu.addAction(self.tr("Show in its folder"), lambda: dialogs.show_folder(path.parent))
        copy = menu.addAction(self.tr("Copy"), lambda: _copy(path))
        copy.setEnabled(dialogs.is_picture(path))
        return menu

    def _show_menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is not None:
            menu = self.menu(item)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))


def _copy(path: Path) -> None:
    image = QImage(str(path))
    if not image.isNull():
        QGuiApplication.clipboard().setImage(image)


def _cut(image: QImage) -> QImage:
    """Return the middle of an image, in the shape of the list."""
    expand = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    size = _PICTURE * 2
    scaled = image.scaled(size, expand, Qt.TransformationMode.SmoothTransformation)
    left, top = (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2
    return scaled.copy(left, top, size.width(), size.height())
