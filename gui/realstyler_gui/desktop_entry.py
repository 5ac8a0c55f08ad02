"""Desktop entry for Linux, following the freedesktop.org specification."""

from __future__ import annotations

import os
import sys
from importlib.resources import files
from pathlib import Path

from realstyler.errors import UsageError
from realstyler.files import write_bytes, write_text

ENTRY = """[Desktop Entry]
Type=Application
Name=realstyler
GenericName=Style transfer
GenericName[ru]=Перенос стиля
Comment=Paint photographs, videos and webcams in artistic styles
Comment[ru]=Фотографии, видео и веб-камера, нарисованные в стиле
Exec={command} %f
Icon=realstyler
Terminal=false
Categories=Graphics;Photography;
MimeType=image/jpeg;image/png;image/webp;image/tiff;image/bmp;image/gif;image/avif;image/heic;image/heif;
StartupWMClass=realstyler
"""


def install() -> Path:
    """Write the entry and the icon for this user; return the entry's path.

    Raises:
        UsageError: this system has no desktop entries.
        OutputError: a file cannot be written.
    """
    if not sys.platform.startswith("linux"):
        raise UsageError("this system has no desktop entries", "Pin the window instead")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    entry = data / "applications" / "realstyler.desktop"
    icon = data / "icons/hicolor/scalable/apps" / "realstyler.svg"
    for target in (entry, icon):
        target.parent.mkdir(parents=True, exist_ok=True)
    drawing = files("realstyler_gui").joinpath("resources/realstyler.svg").read_bytes()
    write_bytes(icon, drawing, overwrite=True)
    write_text(entry, ENTRY.format(command=_command()), overwrite=True)
    return entry


def _command() -> str:
    script = Path(sys.executable).with_name("realstyler-gui")
    words = [str(script)] if script.exists() else [sys.executable, "-m", "realstyler_gui"]
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """Quote per the specification: backslashes are escaped twice, % is doubled."""
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, f"\\\\{sign}")
    return '"' + word.replace("%", "%%") + '"'
