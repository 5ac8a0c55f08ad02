"""The page of photo mode: puts the session and its widgets together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from realstyler import pictures
from realstyler_gui.photo.album import Album
from realstyler_gui.photo.session import Opened, Session, State
from realstyler_gui.shared import dialogs, file_names, images
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.controls_panel import ControlsPanel
from realstyler_gui.shared.images import Pyramid
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.style_strip import StyleStrip
from realstyler_gui.shared.tasks import Task
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.view.empty import EmptyState
from realstyler_gui.shared.view.picture_view import PictureView
from realstyler_gui.shared.widgets import (
    label,
    panel,
    primary,
    progress_bar,
    push_button,
    row,
    scrolling,
    tool_button,
)


class PhotoPage(QWidget):
    """Open a photograph, choose a style, save the result."""

    train_wanted = Signal(str)
    """A style that has to be trained first."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.session = Session(context, self)
        self.thumbnails = Thumbnails(context, self)
        self.view = PictureView(context.theme)
        self.view.setAccessibleName(self.tr("Picture"))
        self.controls = ControlsPanel(context)
        self.strip = StyleStrip(context, self.thumbnails)
        self._then: str = ""
        self._build()
        self._connect()
        self._restore_parameters()
        self._show_state(State.EMPTY)

    # Building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 14, 8)
        layout.setSpacing(8)
        layout.addLayout(self._build_bar())
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self._build_canvas(), 1)
        middle.addWidget(self._build_side())
        layout.addLayout(middle, 1)
        layout.addWidget(self.strip)

    def _build_bar(self) -> QHBoxLayout:
        icons = self._context.icons
        self.open_button = tool_button(icons, "open", self.tr("Open pictures"), "Ctrl+O")
        self.open_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.recent_menu = QMenu(self)
        self.open_button.setMenu(self.recent_menu)
        self.undo_button = tool_button(icons, "undo", self.tr("Undo"), "Ctrl+Z")
        self.redo_button = tool_button(icons, "redo", self.tr("Redo"), "Ctrl+Shift+Z")
        self.previous_button = tool_button(icons, "previous", self.tr("Previous picture"), "PgUp")
        self.next_button = tool_button(icons, "next", self.tr("Next picture"), "PgDown")
        self.name = label(muted=True)
        self.zoom_out = tool_button(icons, "zoom-out", self.tr("Zoom out"), "Ctrl+-")
        self.zoom_value = QPushButton("100%")
        self.zoom_value.setMinimumWidth(72)
        self.zoom_value.setToolTip(self.tr("Fit, or 100% (Ctrl+0, Ctrl+1)"))
        self.zoom_in = tool_button(icons, "zoom-in", self.tr("Zoom in"), "Ctrl++")
        self.compare = tool_button(icons, "compare", self.tr("Compare side by side"), "Ctrl+B")
        self.compare.setCheckable(True)
        self.peek = tool_button(icons, "eye", self.tr("Hold to see the original"), "O")
        self.copy_button = tool_button(icons, "copy", self.tr("Copy the result"), "Ctrl+C")
        self.save_button = primary(QPushButton(self.tr("Save…")))
        self.save_button.setToolTip(self.tr("Save the result") + " (Ctrl+S)")
        return row(
            *(self.open_button, self.undo_button, self.redo_button, 8),
            *(self.previous_button, self.next_button, self.name, -1),
            *(self.zoom_out, self.zoom_value, self.zoom_in, 8),
            *(self.compare, self.peek, 8, self.copy_button, self.save_button),
            spacing=4,
        )

    def _build_canvas(self) -> QWidget:
        open_button = primary(push_button(self.tr("Open a picture…"), self.ask_open))
        self.empty = EmptyState(
            self._context.theme,
            self._context.icons,
            "photo",
            self.tr("Drop a photo here"),
            self.tr("or paste one with Ctrl+V, or drop a whole folder"),
            open_button,
        )
        self.canvas = QStackedWidget()
        self.canvas.addWidget(self.empty)
        self.canvas.addWidget(self.view)
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(self._build_status())
        return column

    def _build_status(self) -> QHBoxLayout:
        self.status = label(muted=True)
        self.progress = progress_bar(self.tr("Progress of painting"))
        self.progress.setFixedWidth(220)
        self.cancel_button = push_button(self.tr("Cancel"), self.session.cancel)
        self.finish_button = QPushButton(self.tr("Paint in full resolution"))
        self.finish_button.clicked.connect(self.session.paint_full)
        policy = self.cancel_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the picture must not jump
        self.cancel_button.setSizePolicy(policy)
        self.size_label = label(muted=True)
        line = row(self.status, self.finish_button, self.progress, self.cancel_button, -1)
        line.addWidget(self.size_label)
        return line

    def _build_side(self) -> QWidget:
        side = panel()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(self.controls))
        side.setFixedWidth(self.controls.width() + 12)
        return side

    def _connect(self) -> None:
        session, view = self.session, self.view
        self.open_button.clicked.connect(self.ask_open)
        self.recent_menu.aboutToShow.connect(self.fill_recent)
        self.undo_button.clicked.connect(session.undo_stack.undo)
        self.redo_button.clicked.connect(session.undo_stack.redo)
        session.undo_stack.canUndoChanged.connect(self.undo_button.setEnabled)
        session.undo_stack.canRedoChanged.connect(self.redo_button.setEnabled)
        self.previous_button.clicked.connect(lambda: session.step(-1))
        self.next_button.clicked.connect(lambda: session.step(1))
        self.zoom_out.clicked.connect(view.zoom_out)
        self.zoom_in.clicked.connect(view.zoom_in)
        self.zoom_value.clicked.connect(self.toggle_zoom)
        view.zoom_changed.connect(self._show_zoom)
        self.compare.toggled.connect(lambda on: view.set_split(0.5 if on else None))
        self.peek.pressed.connect(lambda: view.peek(True))
        self.peek.released.connect(lambda: view.peek(False))
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self.save)
        self.controls.changed.connect(self._change_parameters)
        self.strip.chosen.connect(self._choose_style)
        self.strip.untrained_chosen.connect(self._offer_training)
        session.opened.connect(self._show_photo)
        session.parameters_changed.connect(self._show_parameters)
        session.painting_changed.connect(self._show_painting)
        session.state_changed.connect(self._show_state)
        session.progressed.connect(self._show_progress)
        session.failed.connect(self._show_error)
        session.album_changed.connect(self._show_album)
        self._context.catalogue.changed.connect(self._reload)

    def _restore_parameters(self) -> None:
        settings = self._context.settings
        parameters = Parameters(style=settings.text("look/style"))
        self.session.apply_parameters(self._context.catalogue.fitted(parameters))
        self.undo_button.setEnabled(False)
        self.redo_button.setEnabled(False)
        self._show_album(None)

    # What a user does

    def open(self, paths: Sequence[Path]) -> None:
        """Open pictures or folders."""
        self.session.open(paths)

    def ask_open(self) -> None:
        """Ask for pictures and open them."""
        settings = self._context.settings
        paths = dialogs.ask_pictures(self, settings.folder("open"))
        if paths:
            settings.keep_folder("open", paths[0].parent)
            self.open(paths)

    def paste(self) -> None:
        """Open the picture, or the files, on the clipboard."""
        content = QGuiApplication.clipboard().mimeData()
        paths = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
        image = QGuiApplication.clipboard().image()
        if paths:
            self.open(paths)
        elif not image.isNull():
            self.session.paste(image)
        else:
            self._context.notifier.show(self.tr("There is no picture on the clipboard"))

    def copy(self) -> None:
        """Put the finished picture on the clipboard."""
        self._when_finished("copy")

    def save(self) -> None:
        """Ask where to save the finished picture; it is finished first if it is not."""
        self._when_finished("save")

    def toggle_zoom(self) -> None:
        """Show the whole picture, or every pixel."""
        if self.view.viewport.fitted:
            self.view.actual_size()
        else:
            self.view.fit()

    def _when_finished(self, then: str) -> None:
        if self.session.photo is None or not self.session.parameters.recipe:
            self._context.notifier.show(self.tr("Open a picture first"))
        elif self.session.result is None:
            self._then = then
            self.session.paint_full()
            self._show_state(self.session.state)
        else:
            self._then = ""
            self._copy_now() if then == "copy" else self._save_now()

    def _copy_now(self) -> None:
        def done(image: QImage) -> None:
            QGuiApplication.clipboard().setImage(image)
            self._context.notifier.show(self.tr("Copied"))

        self._finish(lambda finished: images.shown(finished).levels[0], done)

    def _save_now(self) -> None:
        photo = self.session.photo
        assert photo is not None
        settings = self._context.settings
        target = dialogs.ask_save(
            self, file_names.suggested(settings, photo.path, self.session.parameters)
        )
        if target is None:
            return
        file_names.remember(settings, target)

        def write(finished: pictures.Picture) -> Path:
            pictures.write(finished, target, overwrite=True)
            return target

        self._finish(write, self._saved)

    def _finish(self, function: object, done: object) -> None:
        make = self.session.finisher()

        def work(_: Task[object]) -> object:
            return function(make())  # type: ignore[operator]

        self._context.tasks.run(work, done, self._show_error)  # type: ignore[arg-type]

    def _saved(self, target: Path) -> None:
        self._context.notifier.show(self.tr("Saved {name}").format(name=target.name))

    def _change_parameters(self, parameters: Parameters, what: str, merge: bool) -> None:
        self.session.set_parameters(parameters, what, merge=merge)
        if self.session.parameters != parameters:
            self.controls.show_parameters(self.session.parameters)

    def _choose_style(self, name: str) -> None:
        title = self._context.catalogue.title(name)
        self.session.set_parameters(self.session.parameters.with_style(name), title)
        self._context.settings.keep("look/style", name)

    def _offer_training(self, name: str) -> None:
        message = self.tr("{title} is not trained yet").format(
            title=self._context.catalogue.title(name)
        )
        self._context.notifier.show(
            message, self.tr("Train it"), lambda: self.train_wanted.emit(name)
        )

    # What the session says

    def _show_photo(self, photo: Opened) -> None:
        self.canvas.setCurrentWidget(self.view)
        self.view.show_pictures(photo.shown, None)
        self.view.fit()
        self.view.setFocus()
        self.thumbnails.set_photo(photo.tiny)
        self.strip.viewport().update()
        size = photo.shown.size
        self.size_label.setText(f"{size.width()} × {size.height()}")
        if photo.path is None:
            self.name.setText(self.tr("pasted picture"))

    def _show_parameters(self, parameters: Parameters) -> None:
        self.controls.show_parameters(parameters)
        self.strip.set_style(parameters.style)
        self.view.set_strength(parameters.strength)

    def _show_painting(self, painting: Pyramid | None) -> None:
        photo = self.session.photo
        self.view.show_pictures(photo.shown if photo else None, painting)

    def _show_state(self, state: State) -> None:
        words = {
            State.EMPTY: "",
            State.WAITING: self.tr("Painting…") if self.session.parameters.recipe else "",
            State.PREVIEW: self.tr("Preview — painting in full resolution…"),
            State.READY: self.tr("Painted in full resolution"),
            State.STOPPED: self.tr("Stopped"),
            State.FAILED: self.tr("This style could not paint the picture"),
        }
        busy = state in (State.WAITING, State.PREVIEW) and bool(self.session.parameters.recipe)
        self.status.setText(
            self.tr("Saving when it is done…") if self._then and busy else words[state]
        )
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self.finish_button.setVisible(state is State.STOPPED)
        if not busy or state is State.WAITING:
            self.progress.setValue(0)
        loaded = self.session.photo is not None
        for part in (self.compare, self.peek, self.copy_button, self.save_button, self.zoom_value):
            part.setEnabled(loaded)
        self.zoom_in.setEnabled(loaded)
        self.zoom_out.setEnabled(loaded)
        if state is State.READY and self._then:
            self._when_finished(self._then)
        elif state in (State.STOPPED, State.FAILED, State.EMPTY):
            self._then = ""

    def _show_progress(self, share: float) -> None:
        self.progress.setValue(round(share * 1000))

    def _show_error(self, error: Exception) -> None:
        self._context.notifier.error(error)  # type: ignore[arg-type]

    def _show_album(self, album: Album | None) -> None:
        several = album is not None and len(album.paths) > 1
        self.previous_button.setVisible(several)
        self.next_button.setVisible(several)
        if album is None:
            self.name.setText("")
        elif several:
            place = self.tr("{number} of {count}").format(
                number=album.index + 1, count=len(album.paths)
            )
            self.name.setText(f"{album.current.name} · {place}")
        else:
            self.name.setText(album.current.name)

    def _show_zoom(self, scale: float) -> None:
        self.zoom_value.setText(f"{scale:.0%}")

    def _reload(self) -> None:
        self.strip.set_style(self.session.parameters.style)
        self.session.refresh()

    def fill_recent(self) -> None:
        """Fill the menu of recent pictures."""
        fill_recent(self.recent_menu, self._context, self.open, self.tr("No recent pictures"))

    # Keys

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.strip.step(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_O if not event.isAutoRepeat() and not event.modifiers():
                self.view.peek(True)
            case Qt.Key.Key_PageUp:
                self.session.step(-1)
            case Qt.Key.Key_PageDown:
                self.session.step(1)
            case Qt.Key.Key_Escape if self.session.busy:
                self.session.cancel()
            case _:
                super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_O and not event.isAutoRepeat():
            self.view.peek(False)
        else:
            super().keyReleaseEvent(event)


def fill_recent(menu: QMenu, context: Context, open_paths: object, nothing: str) -> None:
    """Fill a menu with the pictures that were opened lately."""
    menu.clear()
    for path in context.settings.recent:
        entry = menu.addAction(path.name)
        entry.setToolTip(str(path))
        entry.triggered.connect(lambda _=False, path=path: open_paths([path]))  # type: ignore[operator]
    if menu.isEmpty():
        menu.addAction(nothing).setEnabled(False)
