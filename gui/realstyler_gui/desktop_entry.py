"""Desktop entry and MIME type of style files for Linux.

They follow the desktop-entry and shared-MIME-info specifications of freedesktop.org.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from realstyler.errors import UsageError
from realstyler.files import write_bytes, write_text
from realstyler.style_files import SUFFIX

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
MimeType=image/jpeg;image/png;image/webp;image/tiff;image/bmp;image/gif;image/avif;image/heic;image/heif;{style_file};
StartupWMClass=realstyler
"""

STYLE_FILE = "application/vnd.realstyler.style+zip"

MIME = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{style_file}">
    <comment>realstyler style</comment>
    <comment xml:lang="ru">стиль realstyler</comment>
    <sub-class-of type="application/zip"/>
    <icon name="realstyler"/>
    <glob pattern="*{suffix}"/>
  </mime-type>
</mime-info>
"""


def install() -> Path:
    """Write the entry, the icon and the MIME type of style files for this user.

    After that, a double click on a style file opens the window, which adds the style.

    Returns:
        The entry's path.

    Raises:
        UsageError: this system has no desktop entries.
        OutputError: a file cannot be written.
    """
    if not sys.platform.startswith("linux"):
        raise UsageError(code="no-desktop-entries")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    entry = write_entry(data, *_command())
    _tell("update-mime-database", data / "mime")
    _tell("update-desktop-database", entry.parent)
    return entry


def write_entry(data: Path, *command: str) -> Path:
    """Write the entry, the icon and the MIME type into a data folder, such as ``/usr/share``.

    Args:
        data: made if it is missing.
        command: the words that start the window.

    Returns:
        The entry's path.

    Raises:
        OutputError: a file cannot be written.
    """
    entry = data / "applications" / "realstyler.desktop"
    icon = data / "icons/hicolor/scalable/apps" / "realstyler.svg"
    kind = data / "mime/packages" / "realstyler.xml"
    for target in (entry, icon, kind):
        target.parent.mkdir(parents=True, exist_ok=True)
    drawing = files("realstyler_gui").joinpath("resources/realstyler.svg").read_bytes()
    write_bytes(icon, drawing, overwrite=True)
    write_text(kind, MIME.format(style_file=STYLE_FILE, suffix=SUFFIX), overwrite=True)
    quoted = " ".join(_quoted(word) for word in command)
    write_text(entry, ENTRY.format(command=quoted, style_file=STYLE_FILE), overwrite=True)
    return entry


def _tell(program: str, folder: Path) -> None:
    """Let the desktop read a folder again, where it has the program for it; otherwise at login."""
    found = shutil.which(program)
    if found:
        command = [found, str(folder)]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - the system's own


def _command() -> list[str]:
    script = Path(sys.executable).with_name("realstyler-gui")
    return [str(script)] if script.exists() else [sys.executable, "-m", "realstyler_gui"]


def _quoted(word: str) -> str:
    """Quote per the specification: backslashes are escaped twice, % is doubled."""
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, f"\\\\{sign}")
    return '"' + word.replace("%", "%%") + '"'
