"""The menu bar of the main window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from realstyler_gui import help as help_dialogs
from realstyler_gui.modes import LIVE, PHOTO, STYLES
from realstyler_gui.photo.commands import fill_recent
from realstyler_gui.settings_dialog import (
    SettingsDialog,
    appearances,
    languages,
    processor_uses,
)
from realstyler_gui.shared.style_shelf import StyleShelf
from realstyler_gui.shared.view.picture_view import ZOOM_STEP
from realstyler_gui.shared.widgets import action

if TYPE_CHECKING:
    from realstyler_gui.window import MainWindow


class Menus(QObject):
    """Builds the menus, and enables those actions that apply to a mode."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._photo = window, window.photo
        self._photo_actions: list[QAction] = []
        self._build_file_menu()
        self._build_edit_menu()
        self._build_view_menu()
        self._build_style_menu()
        self._build_help_menu()

    def set_mode(self, mode: int) -> None:
        """Enable or disable the actions that apply to some modes only."""
        for each in self._photo_actions:
            each.setEnabled(mode == PHOTO)
        for each in self._shelf_actions:
            each.setEnabled(mode in (PHOTO, LIVE))
        for each in self._panel_actions:
            each.setEnabled(mode != STYLES)

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _action(self, text: str, run: Callable[[], object], keys: str = "") -> QAction:
        return action(self._window, text, run, keys)

    def _build_file_menu(self) -> None:
        window, exporter = self._window, self._photo.exporter
        menu = self._menu(self.tr("&File"))
        menu.addAction(self._action(self.tr("&Open…"), window.intake.ask, "Ctrl+O"))
        recent = menu.addMenu(self.tr("Open &recent"))
        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        folder = self._action(self.tr("Open a &folder…"), window.intake.ask_folder, "Ctrl+Shift+O")
        menu.addAction(folder)
        together = self.tr("&Paint the whole folder like this")
        menu.addAction(self._action(together, self._photo.commands.paint_folder, "Ctrl+Shift+A"))
        self._photo_actions.append(menu.actions()[-1])
        menu.addSeparator()
        saving = [
            self._action(self.tr("&Save"), exporter.save, "Ctrl+S"),
            self._action(self.tr("Save &as…"), exporter.save_as, "Ctrl+Shift+S"),
            self._action(self.tr("&Export…"), exporter.export, "Ctrl+E"),
        ]
        menu.addActions(saving)
        self._photo_actions += saving
        menu.addSeparator()
        menu.addAction(self._action(self.tr("&Quit"), window.close, "Ctrl+Q"))

    def _build_edit_menu(self) -> None:
        window = self._window
        menu = self._menu(self.tr("&Edit"))
        stack = self._photo.session.undo_stack
        undo = stack.createUndoAction(window, self.tr("&Undo"))
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        redo = stack.createRedoAction(window, self.tr("&Redo"))
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        copy = self._action(self.tr("&Copy the result"), self._photo.exporter.copy, "Ctrl+C")
        paste = self._action(self.tr("&Paste a picture"), window.intake.paste, "Ctrl+V")
        menu.addActions([undo, redo])
        window.addActions([undo, redo])
        menu.addSeparator()
        menu.addActions([copy, paste])
        menu.addSeparator()
        copy_all = self._action(self.tr("Copy the &settings"), self._copy_settings, "Ctrl+Shift+C")
        paste_all = self._action(
            self.tr("Paste the s&ettings"), self._paste_settings, "Ctrl+Shift+V"
        )
        self._panel_actions = [copy_all, paste_all]
        menu.addActions(self._panel_actions)
        menu.addSeparator()
        menu.addAction(self._action(self.tr("Se&ttings…"), self._show_settings, "Ctrl+,"))
        self._photo_actions += [undo, redo, copy]

    def _copy_settings(self) -> None:
        self._window.page(self._window.mode).controls.presets.copy()

    def _paste_settings(self) -> None:
        panel = self._window.page(self._window.mode).controls
        if panel.isEnabled():
            panel.presets.paste()

    def _show_settings(self) -> None:
        dialog = SettingsDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _build_view_menu(self) -> None:
        window, view = self._window, self._photo.view
        menu = self._menu(self.tr("&View"))
        names = (self.tr("&Photo"), self.tr("&Live"), self.tr("&Batch"), self.tr("&Styles"))
        for mode, name in enumerate(names):
            show = partial(window.show_mode, mode)
            menu.addAction(self._action(name, show, f"Alt+{mode + 1}"))
        menu.addSeparator()
        zooms = [
            self._action(self.tr("Zoom &in"), partial(view.zoom, ZOOM_STEP), "Ctrl++"),
            self._action(self.tr("Zoom &out"), partial(view.zoom, 1 / ZOOM_STEP), "Ctrl+-"),
            self._action(self.tr("&Fit"), view.fit, "Ctrl+0"),
            self._action(self.tr("&100%"), view.actual_size, "Ctrl+1"),
            self._action(self.tr("&Compare"), self._photo.bar.compare.click, "Ctrl+B"),
            self._action(
                self.tr("Compare &two results"), self._photo.bar.results.click, "Ctrl+Shift+B"
            ),
            self._action(self.tr("S&wap the results"), self._photo.comparison.swap, "Ctrl+Shift+X"),
        ]
        zooms[0].setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        menu.addActions(zooms)
        self._photo_actions += zooms
        menu.addSeparator()
        menu.addAction(self._action(self.tr("Full &screen"), window.toggle_full_screen, "F11"))
        self._build_choices(menu)

    def _build_choices(self, menu: QMenu) -> None:
        window, context = self._window, self._window.context
        _choices(
            menu.addMenu(self.tr("&Appearance")),
            appearances(),
            context.theme.choice,
            window.set_appearance,
        )
        _choices(
            menu.addMenu(self.tr("Lan&guage")),
            languages(),
            context.settings.text("language"),
            window.set_language,
        )
        _choices(
            menu.addMenu(self.tr("P&rocessor use")),
            processor_uses(),
            str(context.stylizers.threads or 0),
            window.set_threads,
        )

    def _build_style_menu(self) -> None:
        window, step = self._window, self._photo.strip.step
        menu = self._menu(self.tr("&Styles"))
        steps = [
            self._action(self.tr("&Next style"), lambda: step(1), "Ctrl+Right"),
            self._action(self.tr("&Previous style"), lambda: step(-1), "Ctrl+Left"),
        ]
        steps.append(
            self._action(
                self.tr("&All styles on this picture…"), self._photo.commands.show_grid, "Ctrl+G"
            )
        )
        menu.addActions(steps)
        self._photo_actions += steps
        menu.addSeparator()
        choosing = [
            self._action(self.tr("&Find a style"), self._find_style, "Ctrl+F"),
            self._action(self.tr("&Favourite"), self._toggle_favourite, "Ctrl+D"),
        ]
        menu.addActions(choosing)
        self._shelf_actions = choosing
        menu.addSeparator()
        this = self.tr("New style from &this picture…")
        menu.addAction(self._action(this, self._photo.commands.make_style, "Ctrl+Shift+N"))
        self._photo_actions.append(menu.actions()[-1])
        new = self.tr("New style from a picture…")
        menu.addAction(self._action(new, window.intake.new_style, "Ctrl+N"))
        menu.addAction(self._action(self.tr("&Reload styles"), window.reload, "F5"))

    def _find_style(self) -> None:
        self._shelf().start_search()

    def _toggle_favourite(self) -> None:
        self._shelf().strip.toggle_favourite()

    def _shelf(self) -> StyleShelf:
        shelf: StyleShelf = self._window.page(self._window.mode).shelf
        return shelf

    def _build_help_menu(self) -> None:
        window = self._window
        menu = self._menu(self.tr("&Help"))
        keys, about = help_dialogs.show_keys, help_dialogs.show_about
        menu.addAction(self._action(self.tr("&Keyboard shortcuts"), partial(keys, window), "F1"))
        menu.addAction(self._action(self.tr("&About realstyler"), partial(about, window)))

    def _fill_recent(self, menu: QMenu) -> None:
        window = self._window
        fill_recent(menu, window.context, window.open, self.tr("No recent pictures"))
        if window.context.settings.recent:
            menu.addSeparator()
            forget = menu.addAction(self.tr("Clear this list"))
            forget.triggered.connect(window.context.settings.clear_recent)


def _choices(
    menu: QMenu, names: dict[str, str], chosen: str, choose: Callable[[str], None]
) -> None:
    group = QActionGroup(menu)
    for value, name in names.items():
        entry = QAction(name, group)
        entry.setCheckable(True)
        entry.setChecked(value == chosen)
        entry.triggered.connect(lambda _=False, value=value: choose(value))
    menu.addActions(group.actions())
