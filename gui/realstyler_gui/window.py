"""The main window: a rail of modes, the pages, the menus and the messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from realstyler import __version__
from realstyler_gui.photo.photo_page import PhotoPage, fill_recent
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.catalogue import Catalogue
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.stylizer_pool import StylizerPool
from realstyler_gui.shared.tasks import Tasks
from realstyler_gui.shared.theme import SYSTEM, Theme
from realstyler_gui.shared.toast import Toasts
from realstyler_gui.shared.widgets import action, panel

PHOTO, LIVE, BATCH, STYLES = range(4)
_WARM_UP_MILLISECONDS = 300
_SIZE = QSize(1180, 780)
_SMALLEST = QSize(880, 600)


class MainWindow(QMainWindow):
    """Everything that the app shows."""

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.toasts = Toasts(self)
        threads = int(settings.number("threads", 0)) or None
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
        self._pages: dict[int, Any] = {PHOTO: self.photo}
        self._mode = PHOTO
        self._build()
        self._build_menus()
        self._restore()
        QTimer.singleShot(_WARM_UP_MILLISECONDS, self, self._warm_up)

    # Pages

    @property
    def mode(self) -> int:
        """The mode that is shown."""
        return self._mode

    def page(self, mode: int) -> Any:
        """The page of a mode; it is built when it is needed for the first time."""
        if mode not in self._pages:
            self._pages[mode] = self._make(mode)
            self._stack.addWidget(self._pages[mode])
        return self._pages[mode]

    def show_mode(self, mode: int) -> None:
        """Switch to a mode."""
        if mode != self._mode and self._mode == LIVE:
            self.page(LIVE).pause()
        self._mode = mode
        page = self.page(mode)
        self._buttons.button(mode).setChecked(True)
        self._stack.setCurrentWidget(page)
        page.setFocus()
        if mode == LIVE:
            page.resume()
        for menu_action in self._photo_actions:
            menu_action.setEnabled(mode == PHOTO)

    def _make(self, mode: int) -> QWidget:
        if mode == LIVE:
            from realstyler_gui.live.live_page import LivePage

            live = LivePage(self.context)
            live.full_screen_wanted.connect(self._full_screen)
            return live
        if mode == BATCH:
            from realstyler_gui.batch.batch_page import BatchPage

            return BatchPage(self.context, self.photo.session.parameters)
        from realstyler_gui.styles.styles_page import StylesPage

        styles_page = StylesPage(self.context)
        styles_page.style_wanted.connect(self._use)
        return styles_page

    # Building

    def _build(self) -> None:
        self.setWindowTitle("realstyler")
        self.setMinimumSize(_SMALLEST)
        self.setAcceptDrops(True)
        self._rail = self._build_rail()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.photo)
        centre = QWidget()
        layout = QHBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(centre)

    def _build_rail(self) -> QFrame:
        rail = panel("rail")
        layout = QVBoxLayout(rail)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        self._buttons = QButtonGroup(self)
        names = (self.tr("Photo"), self.tr("Live"), self.tr("Batch"), self.tr("Styles"))
        for mode, (name, icon) in enumerate(
            zip(names, ("photo", "live", "batch", "styles"), strict=True)
        ):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setIconSize(QSize(24, 24))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setToolTip(f"{name} (Alt+{mode + 1})")
            button.setAccessibleName(name)
            self.context.icons.put(button, icon, "muted")
            self._buttons.addButton(button, mode)
            layout.addWidget(button)
        layout.addStretch(1)
        self._buttons.button(PHOTO).setChecked(True)
        self._buttons.idClicked.connect(self.show_mode)
        return rail

    def _build_menus(self) -> None:
        self._photo_actions: list[QAction] = []
        self._build_file_menu()
        self._build_edit_menu()
        self._build_view_menu()
        self._build_style_menu()
        self._build_help_menu()

    def _build_file_menu(self) -> None:
        menu = self.menuBar().addMenu(self.tr("&File"))
        menu.addAction(action(self, self.tr("&Open…"), self._open, "Ctrl+O"))
        recent = menu.addMenu(self.tr("Open &recent"))
        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        menu.addAction(action(self, self.tr("Open a &folder…"), self._open_folder, "Ctrl+Shift+O"))
        menu.addSeparator()
        save = action(self, self.tr("&Save…"), self.photo.save, "Ctrl+S")
        self._photo_actions.append(save)
        menu.addAction(save)
        menu.addSeparator()
        menu.addAction(action(self, self.tr("&Quit"), self.close, "Ctrl+Q"))

    def _build_edit_menu(self) -> None:
        menu = self.menuBar().addMenu(self.tr("&Edit"))
        stack = self.photo.session.undo_stack
        undo = stack.createUndoAction(self, self.tr("&Undo"))
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        redo = stack.createRedoAction(self, self.tr("&Redo"))
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        copy = action(self, self.tr("&Copy the result"), self.photo.copy, "Ctrl+C")
        paste = action(self, self.tr("&Paste a picture"), self._paste, "Ctrl+V")
        menu.addActions([undo, redo])
        self.addActions([undo, redo])
        menu.addSeparator()
        menu.addActions([copy, paste])
        self._photo_actions += [undo, redo, copy]

    def _build_view_menu(self) -> None:
        menu = self.menuBar().addMenu(self.tr("&View"))
        names = (self.tr("&Photo"), self.tr("&Live"), self.tr("&Batch"), self.tr("&Styles"))
        for mode, name in enumerate(names):
            menu.addAction(action(self, name, partial(self.show_mode, mode), f"Alt+{mode + 1}"))
        menu.addSeparator()
        view = self.photo.view
        zooms = [
            action(self, self.tr("Zoom &in"), view.zoom_in, "Ctrl++"),
            action(self, self.tr("Zoom &out"), view.zoom_out, "Ctrl+-"),
            action(self, self.tr("&Fit"), view.fit, "Ctrl+0"),
            action(self, self.tr("&100%"), view.actual_size, "Ctrl+1"),
            action(self, self.tr("&Compare"), self.photo.compare.click, "Ctrl+B"),
        ]
        zooms[0].setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        menu.addActions(zooms)
        self._photo_actions += zooms
        menu.addSeparator()
        menu.addAction(action(self, self.tr("Full &screen"), self._full_screen, "F11"))
        self._build_appearance(menu.addMenu(self.tr("&Appearance")))
        self._build_language(menu.addMenu(self.tr("Lan&guage")))
        self._build_processor(menu.addMenu(self.tr("P&rocessor use")))

    def _build_appearance(self, menu: QMenu) -> None:
        names = {
            SYSTEM: self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        self._choices(menu, names, self.context.theme.choice, self.set_appearance)

    def _build_language(self, menu: QMenu) -> None:
        names = {"": self.tr("As the system"), "en": "English", "ru": "Русский"}
        self._choices(menu, names, self.context.settings.text("language"), self._set_language)

    def _build_processor(self, menu: QMenu) -> None:
        import os

        cores = os.cpu_count() or 1
        names = {"0": self.tr("All cores")}
        if cores > 2:
            names[str(cores // 2)] = self.tr("Half of the cores")
        names["1"] = self.tr("One core")
        kept = str(int(self.context.settings.number("threads", 0)))
        self._choices(menu, names, kept, self._set_threads)

    def _choices(
        self, menu: QMenu, names: dict[str, str], chosen: str, choose: Callable[[str], None]
    ) -> None:
        group = QActionGroup(menu)
        for value, name in names.items():
            entry = QAction(name, group)
            entry.setCheckable(True)
            entry.setChecked(value == chosen)
            entry.triggered.connect(lambda _=False, value=value: choose(value))
        menu.addActions(group.actions())

    def _build_style_menu(self) -> None:
        menu = self.menuBar().addMenu(self.tr("&Styles"))
        step = self.photo.strip.step
        following = action(self, self.tr("&Next style"), lambda: step(1), "Ctrl+Right")
        previous = action(self, self.tr("&Previous style"), lambda: step(-1), "Ctrl+Left")
        menu.addActions([following, previous])
        self._photo_actions += [following, previous]
        menu.addSeparator()
        menu.addAction(
            action(self, self.tr("New style from a picture…"), self._new_style, "Ctrl+N")
        )
        menu.addAction(action(self, self.tr("&Reload styles"), self.reload, "F5"))

    def _build_help_menu(self) -> None:
        menu = self.menuBar().addMenu(self.tr("&Help"))
        menu.addAction(action(self, self.tr("&Keyboard shortcuts"), self._show_keys, "F1"))
        menu.addAction(action(self, self.tr("&About realstyler"), self._show_about))

    # Actions

    def open(self, paths: Sequence[Path]) -> None:
        """Open pictures and folders in batch or photo mode, a video in live mode."""
        if self._mode == BATCH:
            self.page(BATCH).add(paths)
        elif dialogs.is_video(paths[0]):
            self.show_mode(LIVE)
            self.page(LIVE).open_video(paths[0])
        else:
            self.show_mode(PHOTO)
            self.photo.open(paths)

    def reload(self) -> None:
        """Discover styles and plugins again."""
        self.context.stylizers.forget()
        self.context.catalogue.reload()
        count = len(self.context.catalogue.styles)
        self.toasts.show(self.tr("%n style(s) found", "", count))

    def set_appearance(self, choice: str) -> None:
        """Use and remember light, dark or the system's appearance."""
        self.context.theme.apply(choice)
        self.context.settings.keep("appearance", choice)

    def _open(self) -> None:
        if self._mode == LIVE:
            self.page(LIVE).ask_video()
            return
        if self._mode == BATCH:
            self.page(BATCH).ask_pictures()
            return
        self.show_mode(PHOTO)
        self.photo.ask_open()

    def _open_folder(self) -> None:
        settings = self.context.settings
        folder = dialogs.ask_folder(self, settings.folder("open"), self.tr("Open a folder"))
        if folder:
            settings.keep_folder("open", folder)
            self.open([folder])

    def _paste(self) -> None:
        self.show_mode(PHOTO)
        self.photo.paste()

    def _fill_recent(self, menu: QMenu) -> None:
        fill_recent(menu, self.context, self.open, self.tr("No recent pictures"))
        if self.context.settings.recent:
            menu.addSeparator()
            menu.addAction(self.tr("Forget them")).triggered.connect(
                self.context.settings.clear_recent
            )

    def _train(self, style: str) -> None:
        self.show_mode(STYLES)
        self.page(STYLES).show_style(style)

    def _use(self, style: str) -> None:
        self.show_mode(PHOTO)
        self.photo.strip.choose(style)

    def _new_style(self) -> None:
        self.show_mode(STYLES)
        self.page(STYLES).new_style()

    def _set_threads(self, threads: str) -> None:
        self.context.settings.keep("threads", threads)
        self.context.stylizers.threads = int(threads) or None
        self.photo.session.refresh()
        if LIVE in self._pages:
            self._pages[LIVE].restart_engine()

    def _set_language(self, language: str) -> None:
        self.context.settings.keep("language", language)
        self.toasts.show(self.tr("The language changes at the next start"))

    def _full_screen(self) -> None:
        full = not self.isFullScreen()
        self._rail.setVisible(not full)
        self.menuBar().setVisible(not full)
        if LIVE in self._pages:
            self._pages[LIVE].set_full_screen(full and self._mode == LIVE)
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def _warm_up(self) -> None:
        """Import the engine and open the chosen style while the user looks for a picture."""
        parameters, stylizers = self.photo.session.parameters, self.context.stylizers
        if parameters.recipe:
            self.context.tasks.run(
                lambda _: stylizers.stylizer(parameters.recipe, parameters.network).warm_up(
                    (64, 64)
                ),
                failed=lambda _: None,
                lane="paint",
            )

    def _show_keys(self) -> None:
        keys = (
            ("Ctrl+O, Ctrl+V", self.tr("open, paste a picture")),
            ("Ctrl+S, Ctrl+C", self.tr("save, copy the result")),
            ("Ctrl+Z, Ctrl+Shift+Z", self.tr("undo, redo")),
            ("← →", self.tr("through the styles")),
            ("PgUp, PgDown", self.tr("through the pictures of a folder")),
            ("O", self.tr("hold to see the original")),
            ("Ctrl+B, [ ]", self.tr("compare, move the divider")),
            ("Ctrl+0, Ctrl+1, Ctrl++, Ctrl+-", self.tr("fit, 100%, zoom")),
            (self.tr("Space"), self.tr("snapshot, in live mode")),
            ("R, M", self.tr("record, mirror, in live mode")),
            ("Alt+1 … Alt+4", self.tr("photo, live, batch, styles")),
            ("F5, F11, Esc", self.tr("reload styles, full screen, stop")),
        )
        rows = "".join(
            f"<tr><td style='padding:4px 18px 4px 0'><b>{key}</b></td>"
            f"<td style='padding:4px 0'>{what}</td></tr>"
            for key, what in keys
        )
        QMessageBox(
            QMessageBox.Icon.NoIcon,
            self.tr("Keyboard shortcuts"),
            f"<table>{rows}</table>",
            QMessageBox.StandardButton.Close,
            self,
        ).open()

    def _show_about(self) -> None:
        text = self.tr("Photographs, clips and webcams, painted in a style.")
        QMessageBox.about(self, "realstyler", f"<h3>realstyler {__version__}</h3><p>{text}</p>")

    # Window

    def _restore(self) -> None:
        settings = self.context.settings
        self.resize(_SIZE)
        if not settings.data("window/geometry").isEmpty():
            self.restoreGeometry(settings.data("window/geometry"))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        content = event.mimeData()
        paths = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.open(paths)
        elif content.hasImage():
            self.show_mode(PHOTO)
            self.photo.session.paste(content.imageData())

    @override
    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self._full_screen()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        for page in self._pages.values():
            if hasattr(page, "may_close") and not page.may_close():
                event.ignore()
                return
        if not self.isFullScreen():
            self.context.settings.keep("window/geometry", self.saveGeometry())
        for page in self._pages.values():
            if hasattr(page, "shut_down"):
                page.shut_down()
        self.context.tasks.close()
        self.context.settings.flush()
        event.accept()
