"""The app's log: warnings and unexpected errors, in one small file."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from realstyler_gui.shared.folders import data_folder

_LARGEST_BYTES = 500_000


def log_file() -> Path:
    """Return the path of the log."""
    return data_folder() / "log.txt"


def write_log() -> None:
    """Start logging warnings and errors to the file, if its folder is writable."""
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=_LARGEST_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
