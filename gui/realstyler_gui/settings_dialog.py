"""Settings dialog: language, appearance, processor use, folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QPushButton, QVBoxLayout

from realstyler_gui.shared import dialogs
from realstyler_gui.shared.folders import pictures_folder, videos_folder
from realstyler_gui.shared.theme import SYSTEM
from realstyler_gui.shared.widgets import (
    add_field,
    combo,
    form_layout,
    push_button,
    select_data,
)

translate = QCoreApplication.translate

if TYPE_CHECKING:
    from realstyler_gui.window import MainWindow

_FOLDER_PIXELS = 280


class SettingsDialog(QDialog):
    """Every change applies immediately; another language brings a new window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Settings"))
        self._window, self._settings = window, window.context.settings
        self._build()

    def _build(self) -> None:
        window = self._window
        self.language = _choices(self.tr("Language"), languages())
        select_data(self.language, self._settings.text("language"))
        self.language.activated.connect(lambda: window.set_language(self.language.currentData()))
        self.appearance = _choices(self.tr("Appearance"), appearances())
        select_data(self.appearance, window.context.theme.choice)
        self.appearance.activated.connect(
            lambda: window.set_appearance(self.appearance.currentData())
        )
        self.threads = _choices(self.tr("Processor use"), processor_uses())
        select_data(self.threads, str(window.context.stylizers.threads or 0))
        self.threads.activated.connect(lambda: window.set_threads(self.threads.currentData()))
        form = form_layout()
        for box in (self.language, self.appearance, self.threads):
            add_field(form, box.accessibleName(), box)
        snapshots = self._folder("snapshots", pictures_folder() / "realstyler")
        recordings = self._folder("recordings", videos_folder() / "realstyler")
        add_field(form, self.tr("Snapshots"), snapshots)
        add_field(form, self.tr("Recordings"), recordings)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def _folder(self, key: str, default: Path) -> QPushButton:
        def show(folder: Path) -> None:
            metrics, elide = button.fontMetrics(), Qt.TextElideMode.ElideLeft
            button.setText(metrics.elidedText(str(folder), elide, _FOLDER_PIXELS))
            button.setToolTip(str(folder))

        def ask() -> None:
            start = self._settings.kept_folder(key) or pictures_folder()
            chosen = dialogs.ask_folder(self, start, self.tr("Choose a folder"))
            if chosen is not None:
                self._settings.keep_folder(key, chosen)
                show(chosen)

        button = push_button("", ask)
        show(self._settings.kept_folder(key) or default)
        return button


def languages() -> dict[str, str]:
    """Return the available languages by code; an empty code means the system's."""
    return {"": translate("Settings", "System default"), "en": "English", "ru": "Русский"}


def appearances() -> dict[str, str]:
    """Return the available appearances by their names in `Theme`."""
    return {
        SYSTEM: translate("Settings", "System default"),
        "light": translate("Settings", "Light"),
        "dark": translate("Settings", "Dark"),
    }


def processor_uses() -> dict[str, str]:
    """Return the choices of processor threads, as text (0 is all), with their labels."""
    cores = os.cpu_count() or 1
    names = {"0": translate("Settings", "All cores")}
    if cores > 2:
        names[str(cores // 2)] = translate("Settings", "Half the cores")
    return names | {"1": translate("Settings", "One core")}


def _choices(name: str, entries: dict[str, str]) -> QComboBox:
    box = combo(name)
    box.setMinimumContentsLength(20)
    for value, text in entries.items():
        box.addItem(text, value)
    return box
