"""What comes in from outside: files, folders, drops and the clipboard, each to its page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from realstyler import pictures, style_files
from realstyler.pictures import Picture
from realstyler_gui import drops
from realstyler_gui.batch.journal import Journal, journal_file
from realstyler_gui.modes import BATCH, LIVE, PHOTO, STYLES
from realstyler_gui.shared import dialogs, images
from realstyler_gui.shared.parameters import Parameters

if TYPE_CHECKING:
    from realstyler_gui.window import MainWindow


class Intake(QObject):
    """Opens what the user gives the window, in the mode that it belongs to."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._scratch = TemporaryDirectory(prefix="realstyler-", ignore_cleanup_errors=True)
        """Of pictures that are no files."""
        dropped = drops.DropTarget(window)
        dropped.files.connect(self._take_files)
        dropped.image.connect(self._take_image)

    def open(self, paths: Sequence[Path]) -> None:
        """Open pictures and folders in batch or photo mode, videos in live mode; add styles."""
        window = self._window
        styles = [path for path in paths if style_files.is_style_file(path)]
        if styles:
            window.show_mode(STYLES)
            window.page(STYLES).install(styles)
            return
        found, videos = drops.sorted_out(list(paths))
        if window.mode == BATCH:
            window.page(BATCH).add(paths)
        elif found:
            window.show_mode(PHOTO)
            window.photo.open(found)
            if videos:
                self._offer_batch(paths)
        elif videos:
            window.show_mode(LIVE)
            window.page(LIVE).sources.open_video(videos[0])

    def ask(self) -> None:
        """Ask for what the current mode opens."""
        window = self._window
        if window.mode == LIVE:
            window.page(LIVE).ask_video()
        elif window.mode == BATCH:
            window.page(BATCH).ask_pictures()
        else:
            window.show_mode(PHOTO)
            window.photo.commands.ask_open()

    def ask_folder(self) -> None:
        """Ask for a folder and open it."""
        settings = self._window.context.settings
        title = self.tr("Open a folder")
        folder = dialogs.ask_folder(self._window, settings.folder("open"), title)
        if folder:
            settings.keep_folder("open", folder)
            self.open([folder])

    def paste(self, image: QImage | None = None) -> None:
        """Open an image, or the clipboard's contents."""
        self._window.show_mode(PHOTO)
        if image is None:
            self._window.photo.commands.paste()
        else:
            self._window.photo.opener.paste(image)

    def new_style(self, picture: Picture | Path | None = None) -> None:
        """Make a style of a picture, or ask for one; what is no file yet becomes one."""
        self._window.show_mode(STYLES)
        page = self._window.page(STYLES)
        if not isinstance(picture, Picture):
            page.new_style(picture)
            return
        file = Path(self._scratch.name) / f"{self.tr('pasted picture')}.png"
        work = partial(pictures.write, picture, file, overwrite=True)
        self._window.context.tasks.run(lambda _: work(), lambda _: page.new_style(file))

    def batch(self, paths: Sequence[Path], parameters: Parameters | None = None) -> None:
        """Add files to the batch, which is then painted with the given parameters."""
        self._window.show_mode(BATCH)
        page = self._window.page(BATCH)
        if parameters is not None and not page.batch.running:
            page.side.set_parameters(parameters)
        page.add(paths)

    def offer_to_go_on(self) -> None:
        """Offer the batch that an earlier session has left."""
        file = journal_file(self._window.context.settings)
        kept = Journal(file).read() if file.exists() else None
        if kept is not None:
            message = self.tr("%n file(s) of your last batch are left", "", kept.left)
            self._window.toasts.show(message, self.tr("Continue"), self._go_on)

    def _go_on(self) -> None:
        self._window.show_mode(BATCH)
        self._window.page(BATCH).go_on()

    def clean_up(self) -> None:
        """Remove the files that were made for pictures that are none."""
        self._scratch.cleanup()

    def _take_files(self, paths: Sequence[Path]) -> None:
        """Open what is dropped; a picture that is dropped on the styles becomes one."""
        if self._window.mode == STYLES and len(paths) == 1 and dialogs.is_picture(paths[0]):
            self.new_style(paths[0])
        else:
            self.open(paths)

    def _take_image(self, image: QImage) -> None:
        if self._window.mode == STYLES:
            self.new_style(images.picture_of(image))
        else:
            self.paste(image)

    def _offer_batch(self, paths: Sequence[Path]) -> None:
        message, action = self.tr("Videos are painted in batch mode"), self.tr("Add them all")
        self._window.toasts.show(message, action, lambda: self.batch(paths))
