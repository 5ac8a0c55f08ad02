"""Light and dark themes: named colours for Qt's palette, the style sheet and the icons."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True)
class Colours:
    """Colours of a theme; text has a contrast ratio of at least 4.5 to its background."""

    window: str
    surface: str
    """Panels and input fields."""
    raised: str
    """Hovered elements."""
    canvas: str
    """The area around pictures."""
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str


LIGHT = Colours(
    window="#f5f4f1",
    surface="#ffffff",
    raised="#eae8e3",
    canvas="#e7e5e0",
    line="#d8d5ce",
    text="#1f1d1a",
    muted="#67635b",
    accent="#b3431b",
    on_accent="#ffffff",
    danger="#a3003f",
)
DARK = Colours(
    window="#1d1c1b",
    surface="#282725",
    raised="#383633",
    canvas="#131312",
    line="#3d3b38",
    text="#f2efe9",
    muted="#aaa59b",
    accent="#f2935c",
    on_accent="#241208",
    danger="#ff8a80",
)
SYSTEM = "system"
APPEARANCES = {"light": LIGHT, "dark": DARK}


class Theme(QObject):
    """Applies a theme to the application, and follows the system's if chosen."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self.choice = choice
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self.apply(choice)

    @property
    def colours(self) -> Colours:
        """Return the colours in use."""
        return APPEARANCES.get(self.choice) or (DARK if _system_is_dark() else LIGHT)

    def apply(self, choice: str) -> None:
        """Use the theme ``light``, ``dark`` or ``system``."""
        self.choice = choice
        self._application.setPalette(palette(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()

    def _follow(self) -> None:
        if self.choice not in APPEARANCES:
            self.apply(self.choice)


def palette(colours: Colours) -> QPalette:
    """Return the Qt palette, for everything the style sheet does not cover."""
    role = QPalette.ColorRole
    named = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.ToolTipBase: colours.surface,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Text: colours.text,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.raised,
        role.Mid: colours.line,
        role.Dark: colours.line,
        role.Shadow: colours.line,
    }
    result = QPalette()
    for which, colour in named.items():
        result.setColor(which, QColor(colour))
    faint = QColor(colours.muted)
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, faint)
    return result


def style_sheet(colours: Colours) -> str:
    """Return the style sheet in these colours."""
    template = files("realstyler_gui").joinpath("resources/app.qss").read_text("utf-8")
    names = {field.name: getattr(colours, field.name) for field in fields(colours)}
    folder = Path(str(files("realstyler_gui"))) / "resources"
    kind = "dark" if colours is DARK else "light"
    return Template(template).substitute(names, resources=folder.as_posix(), kind=kind)


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
