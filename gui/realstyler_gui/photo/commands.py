"""What menus, buttons and empty pages of photo mode call."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QWidget

from realstyler_gui.photo.opener import Opened, Opener
from realstyler_gui.photo.session import Session
from realstyler_gui.photo.style_grid import StyleGrid
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context

_SAMPLES = Path(str(files("realstyler"))) / "training" / "photographs.zip"
_SAMPLE = "chelsea.jpg"


class PhotoCommands(QObject):
    """Opens pictures, and passes the open one on to other pages."""

    style_picked = Signal(str)
    """A style picked in the grid of all."""
    new_style_wanted = Signal(object)
    """Requests a style made of a picture: its `Path`, or a `Picture` that is no file."""
    batch_wanted = Signal(list, object)
    """Requests a batch: the paths, and the `Parameters`."""

    def __init__(self, context: Context, opener: Opener, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._opener, self._session = context, opener, session
        self._page = parent

    def ask_open(self) -> None:
        """Ask for pictures and open them."""
        settings = self._context.settings
        paths = dialogs.ask_pictures(self._page, settings.folder("open"))
        if paths:
            settings.keep_folder("open", paths[0].parent)
            self._opener.open(paths)

    def open_sample(self) -> None:
        """Open a photograph that comes with the program, to try it."""
        with zipfile.ZipFile(_SAMPLES) as archive:
            self._opener.paste(QImage.fromData(archive.read(_SAMPLE)))

    def paste(self) -> None:
        """Open the image or files on the clipboard."""
        content = QGuiApplication.clipboard().mimeData()
        paths = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
        image = QGuiApplication.clipboard().image()
        if paths:
            self._opener.open(paths)
        elif not image.isNull():
            self._opener.paste(image)
        else:
            self._context.notifier.show(self.tr("There is no picture on the clipboard"))

    def show_grid(self) -> None:
        """Show all styles on the open picture."""
        photo = self._open_photo()
        if photo is not None:
            grid = StyleGrid(self._context, photo, self._session.parameters.style, self._page)
            grid.picked.connect(self.style_picked)
            grid.open()

    def make_style(self) -> None:
        """Make a style of the open picture."""
        photo = self._open_photo()
        if photo is not None:
            self.new_style_wanted.emit(photo.path or photo.picture)

    def paint_folder(self) -> None:
        """Paint all pictures that can be browsed as the open one, in a batch."""
        photo, album = self._open_photo(), self._opener.album
        if photo is not None and album is not None:
            self.batch_wanted.emit(list(album.paths), self._session.parameters)
        elif photo is not None:
            self._context.notifier.show(self.tr("This picture is not in a folder"))

    def _open_photo(self) -> Opened | None:
        if self._session.photo is None:
            self._context.notifier.show(self.tr("Open a picture first"))
        return self._session.photo


def fill_recent(
    menu: QMenu, context: Context, open_paths: Callable[[Sequence[Path]], None], nothing: str
) -> None:
    """Fill a menu with recently opened pictures."""
    menu.clear()
    for path in context.settings.recent:
        entry = menu.addAction(path.name)
        entry.setToolTip(str(path))
        entry.triggered.connect(lambda _=False, path=path: open_paths([path]))
    if menu.isEmpty():
        menu.addAction(nothing).setEnabled(False)
