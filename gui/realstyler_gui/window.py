"""The main window: mode rail, pages, drops and shutdown."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget
from typing_extensions import override

from realstyler import pictures, style_files
from realstyler.pictures import Picture
from realstyler_gui import drops
from realstyler_gui.menus import Menus
from realstyler_gui.photo.photo_page import PhotoPage
from realstyler_gui.rail import ModeRail
from realstyler_gui.shared import dialogs, images
from realstyler_gui.shared.catalogue import Catalogue
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.stylizer_pool import StylizerPool
from realstyler_gui.shared.tasks import PAINT, Tasks
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.toast import Toasts

PHOTO, LIVE, BATCH, STYLES = range(4)
_WARM_UP_MILLISECONDS = 300
_SIZE = QSize(1280, 820)
_SMALLEST = QSize(880, 600)


class MainWindow(QMainWindow):
    """The main window."""

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.toasts = Toasts(self)
        self._scratch = TemporaryDirectory(prefix="realstyler-", ignore_cleanup_errors=True)
        """Of pictures that are no files."""
        threads = int(settings.number("threads", 0, 0, os.cpu_count() or 1)) or None
        self.context = Context(
            settings=settings,
            theme=theme,
            icons=Icons(theme),
            tasks=Tasks(self),
            stylizers=StylizerPool(threads),
            catalogue=Catalogue(self),
            notifier=self.toasts,
        )
        self.context.tasks.failed.connect(self.toasts.error)
        self.photo = PhotoPage(self.context)
        self.photo.train_wanted.connect(self._train)
        self.photo.new_style_wanted.connect(self.new_style_from)
        self._pages: dict[int, Any] = {PHOTO: self.photo}
        self._mode = PHOTO
        self._build()
        self._menus = Menus(self)
        self._restore()
        QTimer.singleShot(_WARM_UP_MILLISECONDS, self, self._warm_up)

    # Pages

    @property
    def mode(self) -> int:
        """Return the current mode."""
        return self._mode

    def page(self, mode: int) -> Any:
        """Return the page of a mode; created when first needed."""
        if mode not in self._pages:
            self._pages[mode] = self._make(mode)
            self._stack.addWidget(self._pages[mode])
        return self._pages[mode]

    def show_mode(self, mode: int) -> None:
        """Switch to a mode."""
        if mode != self._mode:
            self.toasts.hide()  # the message belongs to the previous page
            if self._mode == LIVE:
                self.page(LIVE).pause()
        self._mode = mode
        page = self.page(mode)
        self._rail.mark(mode)
        self._stack.setCurrentWidget(page)
        page.setFocus()
        if mode == LIVE:
            page.resume()
        self._menus.set_photo_mode(mode == PHOTO)

    def _make(self, mode: int) -> QWidget:
        if mode == LIVE:
            from realstyler_gui.live.live_page import LivePage

            live = LivePage(self.context)
            live.full_screen_wanted.connect(self.toggle_full_screen)
            return live
        if mode == BATCH:
            from realstyler_gui.batch.batch_page import BatchPage

            return BatchPage(self.context, self.photo.session.parameters)
        from realstyler_gui.styles.styles_page import StylesPage

        styles = StylesPage(self.context)
        styles.style_wanted.connect(self._use)
        return styles

    def _build(self) -> None:
        self.setWindowTitle("realstyler")
        self.setMinimumSize(_SMALLEST)
        dropped = drops.DropTarget(self)
        dropped.files.connect(self._take_files)
        dropped.image.connect(self._take_image)
        names = (self.tr("Photo"), self.tr("Live"), self.tr("Batch"), self.tr("Styles"))
        icons = ("photo", "live", "batch", "styles")
        self._rail = ModeRail(self.context.icons, list(zip(names, icons, strict=True)))
        self._rail.chosen.connect(self.show_mode)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.photo)
        centre = QWidget()
        layout = QHBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(centre)

    # Actions

    def open(self, paths: Sequence[Path]) -> None:
        """Open pictures and folders in batch or photo mode, videos in live mode; add styles."""
        styles = [path for path in paths if style_files.is_style_file(path)]
        if styles:
            self.show_mode(STYLES)
            self.page(STYLES).install(styles)
            return
        found, videos = drops.sorted_out(list(paths))
        if self._mode == BATCH:
            self.page(BATCH).add(paths)
        elif found:
            self.show_mode(PHOTO)
            self.photo.open(found)
            if videos:
                self._offer_batch(paths)
        elif videos:
            self.show_mode(LIVE)
            self.page(LIVE).sources.open_video(videos[0])

    def come_forward(self, paths: Sequence[Path]) -> None:
        """Raise the window after another start of the app, and open its pictures."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        if paths:
            self.open(paths)

    def ask_open(self) -> None:
        """Ask for what the current mode opens."""
        if self._mode == LIVE:
            self.page(LIVE).ask_video()
        elif self._mode == BATCH:
            self.page(BATCH).ask_pictures()
        else:
            self.show_mode(PHOTO)
            self.photo.ask_open()

    def ask_folder(self) -> None:
        """Ask for a folder and open it."""
        settings = self.context.settings
        folder = dialogs.ask_folder(self, settings.folder("open"), self.tr("Open a folder"))
        if folder:
            settings.keep_folder("open", folder)
            self.open([folder])

    def paste(self, image: QImage | None = None) -> None:
        """Open an image, or the clipboard's contents."""
        self.show_mode(PHOTO)
        if image is None:
            self.photo.paste()
        else:
            self.photo.opener.paste(image)

    def new_style(self) -> None:
        """Create a new style from a picture."""
        self.show_mode(STYLES)
        self.page(STYLES).new_style()

    def new_style_from(self, picture: Picture | Path) -> None:
        """Make a style of a picture; one that is no file yet becomes one for as long as needed."""
        self.show_mode(STYLES)
        page = self.page(STYLES)
        if isinstance(picture, Path):
            page.new_style(picture)
            return
        file = Path(self._scratch.name) / f"{self.tr('pasted picture')}.png"
        work = partial(pictures.write, picture, file, overwrite=True)
        self.context.tasks.run(lambda _: work(), lambda _: page.new_style(file))

    def _take_files(self, paths: Sequence[Path]) -> None:
        """Open what is dropped; a picture that is dropped on the styles becomes one."""
        if self._mode == STYLES and len(paths) == 1 and dialogs.is_picture(paths[0]):
            self.page(STYLES).new_style(paths[0])
        else:
            self.open(paths)

    def _take_image(self, image: QImage) -> None:
        if self._mode == STYLES:
            self.new_style_from(images.picture_of(image))
        else:
            self.paste(image)

    def reload(self) -> None:
        """Rediscover styles and plugins."""
        self.context.stylizers.forget()
        self.context.catalogue.reload()
        count = len(self.context.catalogue.styles)
        self.toasts.show(self.tr("%n style(s) found", "", count))

    def set_appearance(self, choice: str) -> None:
        """Apply and remember a light, dark or system theme."""
        self.context.theme.apply(choice)
        self.context.settings.keep("appearance", choice)

    def set_language(self, language: str) -> None:
        """Remember the language; it applies after a restart."""
        self.context.settings.keep("language", language)
        self.toasts.show(self.tr("The language changes after a restart"))

    def set_threads(self, threads: str) -> None:
        """Apply and remember a number of processor threads; 0 is all."""
        self.context.settings.keep("threads", threads)
        self.context.stylizers.threads = int(threads) or None
        self.photo.session.refresh()
        if LIVE in self._pages:
            self._pages[LIVE].switcher.restart()

    def toggle_full_screen(self) -> None:
        """Enter or leave full screen."""
        full = not self.isFullScreen()
        self._rail.setVisible(not full)
        self.menuBar().setVisible(not full)
        for mode, page in self._pages.items():
            if mode in (PHOTO, LIVE):
                page.set_full_screen(full and mode == self._mode)
        # Toggle only this flag: a maximized window is maximized again afterwards.
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _train(self, style: str) -> None:
        self.show_mode(STYLES)
        self.page(STYLES).show_style(style)

    def _use(self, style: str) -> None:
        self.show_mode(PHOTO)
        self.photo.strip.choose(style)

    def _offer_batch(self, paths: Sequence[Path]) -> None:
        def add() -> None:
            self.show_mode(BATCH)
            self.page(BATCH).add(paths)

        self.toasts.show(self.tr("Videos are painted in batch mode"), self.tr("Add them all"), add)

    def _warm_up(self) -> None:
        """Import the engine and open the chosen style in the background before they are needed."""
        parameters, stylizers = self.photo.session.parameters, self.context.stylizers
        wanted = (parameters.recipe, parameters.network)
        if parameters.recipe:
            self.context.tasks.run(
                lambda _: stylizers.stylizer(*wanted).warm_up((64, 64)),
                failed=lambda _: None,
                lane=PAINT,
            )

    # Window

    def _restore(self) -> None:
        geometry = self.context.settings.data("window/geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            room = self.screen().availableSize()
            frame = QSize(16, 48)  # window borders and title, unknown before the window is shown
            self.resize(_SIZE.boundedTo(room - frame).expandedTo(_SMALLEST))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        pages = list(self._pages.values())
        if not all(page.may_close() for page in pages if hasattr(page, "may_close")):
            event.ignore()
            return
        self.shut_down()
        event.accept()

    def shut_down(self) -> None:
        """Shut down in order, without questions: finish recordings, pause training."""
        if not self.isFullScreen():
            self.context.settings.keep("window/geometry", self.saveGeometry())
        for page in self._pages.values():
            if hasattr(page, "shut_down"):
                page.shut_down()
        self.context.tasks.close()
        self._scratch.cleanup()
        self.context.settings.flush()
