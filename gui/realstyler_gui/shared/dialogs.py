"""System dialogs for files and folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from realstyler.pictures import READABLE
from realstyler_gui.shared import file_names

VIDEOS = ("mp4", "mov", "mkv", "webm", "avi", "m4v")


def ask_pictures(parent: QWidget, folder: Path, *, videos: bool = False) -> list[Path]:
    """Ask for pictures, and optionally videos; empty if cancelled."""
    suffixes = [*sorted(READABLE), *(f".{name}" for name in VIDEOS if videos)]
    patterns = " ".join(f"*{suffix}" for suffix in suffixes)
    title = QCoreApplication.translate("dialogs", "Open pictures")
    kind = QCoreApplication.translate("dialogs", "Pictures")
    if videos:
        title = QCoreApplication.translate("dialogs", "Open pictures and videos")
        kind = QCoreApplication.translate("dialogs", "Pictures and videos")
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(folder), f"{kind} ({patterns})")
    return [Path(name) for name in names]


def ask_picture(parent: QWidget, folder: Path) -> Path | None:
    """Ask for one picture."""
    patterns = " ".join(f"*{suffix}" for suffix in sorted(READABLE))
    title = QCoreApplication.translate("dialogs", "Choose a picture")
    kind = QCoreApplication.translate("dialogs", "Pictures")
    name, _ = QFileDialog.getOpenFileName(parent, title, str(folder), f"{kind} ({patterns})")
    return Path(name) if name else None


def ask_video(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a video file."""
    patterns = " ".join(f"*.{suffix}" for suffix in VIDEOS)
    title = QCoreApplication.translate("dialogs", "Open a video")
    kind = QCoreApplication.translate("dialogs", "Videos")
    name, _ = QFileDialog.getOpenFileName(parent, title, str(folder), f"{kind} ({patterns})")
    return Path(name) if name else None


def is_picture(path: Path) -> bool:
    """Whether a file's name is that of a picture."""
    return path.suffix.lower() in READABLE and path.is_file()


def is_video(path: Path) -> bool:
    """Return whether a file name is that of a video."""
    return path.suffix.lower().lstrip(".") in VIDEOS


def ask_folder(parent: QWidget, folder: Path, title: str) -> Path | None:
    """Ask for a folder."""
    name = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(name) if name else None


def ask_save(parent: QWidget, suggestion: Path) -> Path | None:
    """Ask where to save a picture; the system confirms before replacing an existing file."""
    title = QCoreApplication.translate("dialogs", "Save the picture")
    chosen = next((n for n, s in file_names.FILTERS.items() if s == suggestion.suffix), "")
    kinds = ";;".join(file_names.FILTERS)
    name, used = QFileDialog.getSaveFileName(parent, title, str(suggestion), kinds, chosen)
    if not name:
        return None
    path = file_names.with_suffix(Path(name), used)
    # The system asked about the name as typed, not about the one with the suffix added.
    return path if str(path) == name or not path.exists() or confirm_replace(parent, path) else None


def ask_text(parent: QWidget, title: str, name: str, text: str = "") -> str:
    """Ask for a line of text called `name`; empty if cancelled."""
    given, accepted = QInputDialog.getText(parent, title, name, text=text)
    return given if accepted else ""


def ask_save_style(parent: QWidget, suggestion: Path) -> Path | None:
    """Ask for the file of a style; the system confirms before replacing an existing one."""
    title = QCoreApplication.translate("dialogs", "Export the style")
    kind = QCoreApplication.translate("dialogs", "Styles")
    suffix = suggestion.suffix
    name, _ = QFileDialog.getSaveFileName(parent, title, str(suggestion), f"{kind} (*{suffix})")
    if not name:
        return None
    path = Path(name if name.endswith(suffix) else name + suffix)
    # The system asked about the name as typed, not about the one with the suffix added.
    return path if str(path) == name or not path.exists() or confirm_replace(parent, path) else None


def show_file(path: Path) -> None:
    """Open a file in its default program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_folder(folder: Path) -> None:
    """Open a folder in the file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def confirm_replace(parent: QWidget, path: Path) -> bool:
    """Ask whether an existing file may be replaced."""
    text = QCoreApplication.translate("dialogs", "{name} already exists. Replace it?")
    return confirm(parent, text.format(name=path.name))


def confirm(parent: QWidget, question: str) -> bool:
    """Ask a yes/no question; no is the default."""
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    return QMessageBox.question(parent, "realstyler", question, yes | no, no) == yes
