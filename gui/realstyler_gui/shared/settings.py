"""Persistent settings, in the app's own QSettings file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from realstyler_gui.shared.folders import pictures_folder
from realstyler_gui.shared.parameters import Parameters

LARGEST_RECENT = 12


class Settings(QObject):
    """Typed access to settings; values of the wrong type count as missing."""

    recent_changed = Signal()
    favourites_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        self._store = QSettings(ini, user, "realstyler", "realstyler")

    @property
    def file(self) -> str:
        """Return the path of the settings file."""
        return self._store.fileName()

    def text(self, key: str, default: str = "") -> str:
        """Read a string."""
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool = False) -> bool:
        """Read a boolean."""
        return self.text(key, str(default)).lower() == "true"

    def number(self, key: str, default: float, low: float = -1e9, high: float = 1e9) -> float:
        """Read a number within limits; others, including NaN, count as missing."""
        try:
            value = float(self.text(key, str(default)))
        except ValueError:
            return default
        return value if low <= value <= high else default

    def data(self, key: str) -> QByteArray:
        """Read bytes such as a window's geometry; empty if missing."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep(self, key: str, value: Any) -> None:
        """Save a string, a boolean, a number or bytes."""
        self._store.setValue(key, value if isinstance(value, QByteArray) else str(value))

    def kept_folder(self, key: str) -> Path | None:
        """Read a folder, if one was saved and still exists."""
        kept = self.text(f"folder/{key}")
        return Path(kept) if kept and Path(kept).is_dir() else None

    def folder(self, key: str) -> Path:
        """Read a folder that still exists; otherwise the user's pictures folder."""
        return self.kept_folder(key) or pictures_folder()

    def parameters(self, key: str) -> Parameters:
        """Read painting parameters; invalid values are replaced by defaults."""
        try:
            return Parameters.from_dict(json.loads(self.text(key)))
        except ValueError:
            return Parameters()

    def keep_parameters(self, key: str, parameters: Parameters) -> None:
        """Save painting parameters."""
        self.keep(key, json.dumps(asdict(parameters)))

    def keep_folder(self, key: str, folder: Path) -> None:
        """Save a folder."""
        self.keep(f"folder/{key}", folder)

    @property
    def recent(self) -> list[Path]:
        """Return recently opened pictures that still exist, latest first."""
        lines = self.text("recent").split("\n")
        return [path for path in map(Path, filter(None, lines)) if path.exists()]

    def add_recent(self, path: Path) -> None:
        """Add a picture to the front of the recent ones."""
        others = [other for other in self.recent if other != path]
        self.keep("recent", "\n".join(map(str, [path, *others][:LARGEST_RECENT])))
        self.recent_changed.emit()

    def clear_recent(self) -> None:
        """Clear the recent pictures."""
        self.keep("recent", "")
        self.recent_changed.emit()

    @property
    def favourites(self) -> frozenset[str]:
        """Return the names of the favourite styles, also of such as no longer exist."""
        return frozenset(filter(None, self.text("favourites").split("\n")))

    def set_favourite(self, style: str, on: bool) -> None:
        """Add a style to the favourites, or remove it."""
        kept = self.favourites - {style} | ({style} if on else set())
        self.keep("favourites", "\n".join(sorted(kept)))
        self.favourites_changed.emit()

    def flush(self) -> None:
        """Write everything to disk."""
        self._store.sync()
