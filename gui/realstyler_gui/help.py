"""Contents of the help menu: keyboard shortcuts and the about box."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from realstyler import __version__
from realstyler_gui.shared.logs import log_file


def show_keys(parent: QWidget) -> None:
    """Show all keyboard shortcuts."""
    translate = QCoreApplication.translate
    keys = (
        ("Ctrl+O, Ctrl+V", translate("Help", "open, paste a picture")),
        (
            "Ctrl+S, Ctrl+Shift+S, Ctrl+E, Ctrl+C",
            translate("Help", "save, save as, export, copy the result"),
        ),
        ("Ctrl+Z, Ctrl+Shift+Z", translate("Help", "undo, redo")),
        ("Ctrl+Shift+C, Ctrl+Shift+V", translate("Help", "copy, paste all settings")),
        ("Ctrl+Shift+A", translate("Help", "paint the whole folder like this picture")),
        ("← →", translate("Help", "previous, next style")),
        ("PgUp, PgDown", translate("Help", "previous, next picture in the folder")),
        ("O", translate("Help", "hold to see the original")),
        ("Ctrl+F, Ctrl+D", translate("Help", "find a style, make it a favourite")),
        ("Ctrl+G", translate("Help", "all styles on this picture")),
        ("Ctrl+N, Ctrl+Shift+N", translate("Help", "new style from a picture, from this picture")),
        ("Ctrl+B, [ ]", translate("Help", "compare, move the divider")),
        ("Ctrl+Shift+B", translate("Help", "compare two results: pin this one as A")),
        ("A; Ctrl+Shift+X", translate("Help", "hold to see A; swap A and B")),
        ("Ctrl+0, Ctrl+1, Ctrl++, Ctrl+-", translate("Help", "fit, 100%, zoom")),
        (translate("Help", "Space"), translate("Help", "snapshot, in live mode")),
        ("R, M", translate("Help", "record, mirror, in live mode")),
        ("P; , .", translate("Help", "pause a video; go back, forward")),
        ("Alt+1 … Alt+4", translate("Help", "photo, live, batch, styles")),
        ("F5, F11, Esc", translate("Help", "reload styles, full screen, stop")),
    )
    rows = "".join(
        f"<tr><td style='padding:4px 18px 4px 0'><b>{key}</b></td>"
        f"<td style='padding:4px 0'>{what}</td></tr>"
        for key, what in keys
    )
    box = QMessageBox(
        QMessageBox.Icon.NoIcon,
        translate("Help", "Keyboard shortcuts"),
        f"<table>{rows}</table>",
        QMessageBox.StandardButton.Close,
        parent,
    )
    box.open()


def show_about(parent: QWidget) -> None:
    """Show version, licences, and the path of the log."""
    translate = QCoreApplication.translate
    what = translate("Help", "Paints photographs, videos and webcams in artistic styles.")
    licences = translate(
        "Help",
        "Program: MIT. Trained networks: CC BY 4.0. Style pictures: CC0. "
        "Qt and PySide6: LGPL 3. OpenVINO: Apache 2.0.",
    )
    log = translate("Help", "Log: {path}").format(path=log_file())
    box = QMessageBox(parent)
    box.setWindowTitle(translate("Help", "About realstyler"))
    box.setText(f"<h3>realstyler {__version__}</h3><p>{what}</p><p>{licences}</p><p>{log}</p>")
    box.setInformativeText(versions())
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.open()


def versions() -> str:
    """Return the versions to include in a bug report."""
    parts = [f"Python {platform.python_version()}", f"Qt {qVersion()}"]
    for name in ("openvino", "av"):
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return " · ".join(parts)
