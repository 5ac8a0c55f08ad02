"""The photo page: connects the session and its widgets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from realstyler.registry import Style
from realstyler_gui.photo.commands import PhotoCommands, fill_recent
from realstyler_gui.photo.comparison import Comparison
from realstyler_gui.photo.exporter import Exporter
from realstyler_gui.photo.opener import Opened, Opener
from realstyler_gui.photo.session import Session, State
from realstyler_gui.photo.status_line import StatusLine
from realstyler_gui.photo.toolbar import PhotoToolbar
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.controls_panel import ControlsPanel
from realstyler_gui.shared.images import Pyramid
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.style_shelf import StyleShelf
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.view.empty import EmptyState
from realstyler_gui.shared.view.picture_view import ZOOM_STEP, PictureView
from realstyler_gui.shared.widgets import keep_keys, primary, push_button, side_panel

_KEPT = "photo/parameters"


class PhotoPage(QWidget):
    """Opens a photograph, applies a style, saves the result."""

    train_wanted = Signal(str)
    """Requests training for an untrained style."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.opener = Opener(context.tasks, self)
        self.session = Session(context, self)
        self.commands = PhotoCommands(context, self.opener, self.session, self)
        self.exporter = Exporter(context, self.session, self)
        self.thumbnails = Thumbnails(context, self)
        self.bar = PhotoToolbar(context.icons)
        self.view = PictureView(context.theme)
        self.view.setAccessibleName(self.tr("Picture"))
        self.comparison = Comparison(context, self.session, self.view)
        self.status = StatusLine()
        self.controls = ControlsPanel(context)
        self.shelf = StyleShelf(context, self.thumbnails)
        self.strip = self.shelf.strip
        self._build()
        keep_keys(self)
        self._connect_widgets()
        self._connect_session()
        self._restore_parameters()
        self._show_state(State.EMPTY)

    # Building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 14, 8)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        self._side = side_panel(self.controls)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addLayout(self._build_canvas(), 1)
        middle.addWidget(self._side)
        layout.addLayout(middle, 1)
        layout.addWidget(self.shelf)

    def _build_canvas(self) -> QVBoxLayout:
        open_button = primary(push_button(self.tr("Open a picture…"), self.commands.ask_open))
        self.sample = push_button(self.tr("Try it with a sample"), self.commands.open_sample)
        self.sample.setVisible(not self._context.settings.recent)
        self.empty = EmptyState(
            self._context.theme,
            self._context.icons,
            "photo",
            self.tr("Drop a photo here"),
            self.tr("or paste one with Ctrl+V, or drop a whole folder"),
            open_button,
            self.sample,
        )
        self.canvas = QStackedWidget()
        self.canvas.addWidget(self.empty)
        self.canvas.addWidget(self.view)
        layout = QVBoxLayout()
        layout.setSpacing(6)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.status)
        return layout

    def _connect_widgets(self) -> None:
        session, view, bar, commands = self.session, self.view, self.bar, self.commands
        bar.open.clicked.connect(commands.ask_open)
        nothing = self.tr("No recent pictures")
        bar.recent_menu.aboutToShow.connect(
            lambda: fill_recent(bar.recent_menu, self._context, self.open, nothing)
        )
        commands.style_picked.connect(self.shelf.choose)
        bar.undo.clicked.connect(session.undo_stack.undo)
        bar.redo.clicked.connect(session.undo_stack.redo)
        bar.previous.clicked.connect(lambda: self.opener.step(-1))
        bar.next.clicked.connect(lambda: self.opener.step(1))
        bar.zoom_out.clicked.connect(lambda: view.zoom(1 / ZOOM_STEP))
        bar.zoom_in.clicked.connect(lambda: view.zoom(ZOOM_STEP))
        bar.zoom_value.clicked.connect(view.toggle_fit)
        view.dragged_out.connect(self.exporter.drag)
        view.zoom_changed.connect(bar.show_zoom)
        bar.compare.toggled.connect(lambda on: view.set_split(0.5 if on else None))
        bar.results.clicked.connect(self.comparison.toggle)
        self.comparison.changed.connect(self._show_comparison)
        bar.peek.pressed.connect(lambda: view.peek(True))
        bar.peek.released.connect(lambda: view.peek(False))
        bar.grid.clicked.connect(commands.show_grid)
        bar.new_style.clicked.connect(commands.make_style)
        bar.copy.clicked.connect(self.exporter.copy)
        bar.save.clicked.connect(self.exporter.save)
        self.status.cancel.clicked.connect(session.cancel)
        self.status.finish.clicked.connect(session.paint_full)
        self.controls.changed.connect(self._change_parameters)
        self.strip.chosen.connect(self._choose_style)
        self.strip.menu_opening.connect(self._extend_menu)
        self.strip.untrained_chosen.connect(self._offer_training)

    def _connect_session(self) -> None:
        session, bar = self.session, self.bar
        self.opener.opened.connect(self._open)
        self.opener.failed.connect(self._context.notifier.error)
        self.exporter.changed.connect(lambda: self._show_state(session.state))
        session.undo_stack.canUndoChanged.connect(bar.undo.setEnabled)
        session.undo_stack.canRedoChanged.connect(bar.redo.setEnabled)
        session.opened.connect(self._show_photo)
        session.parameters_changed.connect(self._show_parameters)
        session.painting_changed.connect(self._show_painting)
        session.state_changed.connect(self._show_state)
        session.progressed.connect(self.status.show_progress)
        session.failed.connect(self._context.notifier.error)
        self._context.catalogue.changed.connect(self._reload)

    def _restore_parameters(self) -> None:
        kept = self._context.settings.parameters(_KEPT)
        self.session.apply_parameters(self._context.catalogue.fitted(kept))

    # User actions

    def open(self, paths: Sequence[Path]) -> None:
        """Open pictures or folders."""
        self.opener.open(paths)

    def _change_parameters(self, parameters: Parameters, what: str, gesture: int) -> None:
        self.session.set_parameters(parameters, what, gesture)
        if self.session.parameters != parameters:
            self.controls.show_parameters(self.session.parameters)

    def _choose_style(self, name: str) -> None:
        title = self._context.catalogue.title(name)
        self.session.set_parameters(self.session.parameters.with_style(name), title)

    def _extend_menu(self, menu: QMenu, style: Style) -> None:
        compare = menu.addAction(self.tr("Compare with this style"))
        compare.setEnabled(style.trained and self.session.photo is not None)
        compare.triggered.connect(lambda: self.comparison.compare_with(style.name))

    def _show_comparison(self, on: bool) -> None:
        self.bar.results.setChecked(on)
        self.bar.compare.setChecked(on)  # the divider between both

    def _offer_training(self, name: str) -> None:
        message = self.tr("{title} is not trained yet").format(
            title=self._context.catalogue.title(name)
        )
        self._context.notifier.show(
            message, self.tr("Train it"), lambda: self.train_wanted.emit(name)
        )

    # Session updates

    def _open(self, photo: Opened) -> None:
        if photo.path is not None:
            self._context.settings.add_recent(photo.path)
        self.session.show(photo)

    def _show_photo(self, photo: Opened) -> None:
        self.canvas.setCurrentWidget(self.view)
        self.view.show_pictures(photo.shown, None)
        self.view.fit()
        self.view.setFocus()
        self.thumbnails.set_photo(photo.small)
        self.strip.viewport().update()
        self.status.show_facts(photo.shown.size, photo.picture.bits)
        self.bar.set_loaded(True)
        self.bar.show_album(self.opener.album)
        if photo.path is None:
            self.bar.name.setText(self.tr("pasted picture"))

    def _show_parameters(self, parameters: Parameters) -> None:
        self.controls.show_parameters(parameters)
        self.strip.set_style(parameters.style)
        self.view.set_strength(parameters.strength)
        self._context.settings.keep_parameters(_KEPT, parameters)

    def _show_painting(self, painting: Pyramid | None) -> None:
        photo = self.session.photo
        self.view.show_pictures(photo.shown if photo else None, painting)

    def _show_state(self, state: State) -> None:
        painting = bool(self.session.parameters.recipe)
        self.status.show_state(state, painting, self.exporter.waiting)

    def _reload(self) -> None:
        self.thumbnails.renew()
        self.strip.set_style(self.session.parameters.style)
        self.session.refresh()

    # The window

    def set_full_screen(self, full: bool) -> None:
        """Hide everything except the picture."""
        for part in (self.bar, self._side, self.status, self.shelf):
            part.setVisible(not full)

    @property
    def busy(self) -> bool:
        """Return whether results wait to be saved."""
        return self.exporter.waiting > 0

    def take_over(self, other: PhotoPage) -> None:
        """Go on with the picture of another page."""
        if other.session.photo is not None:
            self.opener.take_over(other.opener)
            self._open(other.session.photo)

    def may_close(self) -> bool:
        """Ask before unsaved results are discarded."""
        waiting = self.exporter.waiting
        question = self.tr("%n result(s) not saved yet. Close anyway?", "", waiting)
        return not waiting or dialogs.confirm(self, question)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.strip.step(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_O if not event.isAutoRepeat() and not event.modifiers():
                self.view.peek(True)
            case Qt.Key.Key_A if not event.isAutoRepeat() and not event.modifiers():
                self.view.flip(True)
            case Qt.Key.Key_PageUp:
                self.opener.step(-1)
            case Qt.Key.Key_PageDown:
                self.opener.step(1)
            case Qt.Key.Key_Escape if self.session.busy:
                self.session.cancel()
            case _:
                super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_O, Qt.Key.Key_A) and not event.isAutoRepeat():
            self.view.peek(False)
            self.view.flip(False)
        else:
            super().keyReleaseEvent(event)
