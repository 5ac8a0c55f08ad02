"""The main window: mode rail, pages, drops and shutdown."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget
from typing_extensions import override

from realstyler_gui.intake import Intake
from realstyler_gui.menus import Menus
from realstyler_gui.modes import BATCH, LIVE, PHOTO, STYLES
from realstyler_gui.photo.photo_page import PhotoPage
from realstyler_gui.rail import ModeRail
from realstyler_gui.shared.catalogue import Catalogue
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.stylizer_pool import StylizerPool
from realstyler_gui.shared.tasks import PAINT, Tasks
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.toast import Toasts

_WARM_UP_MILLISECONDS = 300
_SIZE = QSize(1280, 820)
_SMALLEST = QSize(880, 600)


class MainWindow(QMainWindow):
    """The main window."""

    renewal_wanted = Signal()
    """Requests a new window in place of this one, e.g. in another language."""

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.toasts = Toasts(self)
        threads = int(settings.number("threads", 0, 0, os.cpu_count() or 1)) or None
        self.context = Context(
            settings=settings,
            theme=theme,
            icons=Icons(theme),
            tasks=Tasks(self),
            stylizers=StylizerPool(threads),
            catalogue=Catalogue(settings, self),
            notifier=self.toasts,
        )
        self.context.tasks.failed.connect(self.toasts.error)
        self.photo = PhotoPage(self.context)
        self.photo.train_wanted.connect(self._train)
        self._pages: dict[int, Any] = {PHOTO: self.photo}
        self._mode = PHOTO
        self.intake = Intake(self)
        self.open = self.intake.open
        self.photo.commands.new_style_wanted.connect(self.intake.new_style)
        self.photo.commands.batch_wanted.connect(self.intake.batch)
        self._build()
        self._menus = Menus(self)
        self._restore()
        QTimer.singleShot(_WARM_UP_MILLISECONDS, self, self._warm_up)
        QTimer.singleShot(_WARM_UP_MILLISECONDS, self, self.intake.offer_to_go_on)

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
        self._menus.set_mode(mode)

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

    def come_forward(self, paths: Sequence[Path]) -> None:
        """Raise the window after another start of the app, and open its pictures."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        if paths:
            self.open(paths)

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
        """Remember the language, and change it at once unless something would be interrupted."""
        self.context.settings.keep("language", language)
        if any(page.busy for page in self._pages.values()):
            self.toasts.show(self.tr("The language changes after a restart: something is running"))
        else:
            self.renewal_wanted.emit()

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
        self.photo.shelf.choose(style)

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
        self.intake.clean_up()
        self.context.settings.flush()
