"""The button with the menu of presets, below the controls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.presets import Presets


class PresetsButton(QPushButton):
    """Offers presets, and saves, copies and pastes all settings."""

    chosen = Signal(object, str)
    """`Parameters` to apply, and what to call the change."""

    def __init__(self, context: Context, current: Callable[[], Parameters]) -> None:
        super().__init__()
        self._notifier, self._current = context.notifier, current
        self.presets = Presets(context.settings)
        self.setText(self.tr("Presets"))
        self.setToolTip(self.tr("Save all settings under a name, and use them again"))
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.setProperty("menu", True)  # leaves room for its arrow

    def fill(self) -> None:
        """Fill the menu with what there is now."""
        menu, names, style = self.menu(), self.presets.names, bool(self._current().style)
        menu.clear()
        for name in names:
            menu.addAction(_plain(name), partial(self._use, name))
        menu.addSeparator()
        menu.addAction(self.tr("Save these settings…"), self.ask_name).setEnabled(style)
        removing = menu.addMenu(self.tr("Remove"))
        removing.setEnabled(bool(names))
        for name in names:
            removing.addAction(_plain(name), partial(self.presets.remove, name))
        menu.addSeparator()
        menu.addAction(self.tr("Copy the settings"), self.copy).setEnabled(style)
        paste = menu.addAction(self.tr("Paste the settings"), self.paste)
        paste.setEnabled(self.presets.copied is not None)

    def ask_name(self) -> None:
        """Ask for a name and save the present settings under it."""
        title = self.tr("Save these settings")
        name = dialogs.ask_text(self, title, self.tr("Name")).strip()
        taken = name in self.presets.names
        question = self.tr("There is a preset called {name}. Replace it?").format(name=name)
        if name and (not taken or dialogs.confirm(self, question)):
            self.presets.keep(name, self._current())
            self._notifier.show(self.tr("Saved as {name}").format(name=name))

    def copy(self) -> None:
        """Copy all settings, for another picture or page."""
        self.presets.copy(self._current())
        self._notifier.show(self.tr("The settings are copied"))

    def paste(self) -> None:
        """Apply the settings that were copied last."""
        copied = self.presets.copied
        if copied is None:
            self._notifier.show(self.tr("No settings have been copied yet"))
        else:
            self.chosen.emit(copied, self.tr("Paste the settings"))

    def _use(self, name: str) -> None:
        preset = self.presets.find(name)
        if preset is not None:
            self.chosen.emit(preset, name)


def _plain(name: str) -> str:
    """Return a menu text that shows a name as it is, without a mnemonic."""
    return name.replace("&", "&&")
