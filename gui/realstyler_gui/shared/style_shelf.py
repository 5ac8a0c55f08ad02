"""The strip of styles, with a search and the favourites beside it where there are many."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget
from typing_extensions import override

from realstyler_gui.shared.context import Context
from realstyler_gui.shared.style_strip import StyleStrip
from realstyler_gui.shared.thumbnails import Thumbnails
from realstyler_gui.shared.widgets import line_edit, row

MANY = 8
"""More styles than this do not fit a small window: they are searched."""

_TOOLS_WIDTH = 150


class StyleShelf(QWidget):
    """Ctrl+F searches; Enter takes the first hit, Esc shows all styles again."""

    def __init__(self, context: Context, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._catalogue = context.catalogue
        self.strip = StyleStrip(context, thumbnails)
        self.search = line_edit(self.tr("Search styles"))
        self.search.setAccessibleName(self.tr("Search styles"))
        self.search.setToolTip(self.tr("Search styles") + " (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.favourites = QCheckBox(self.tr("Favourites"))
        self.favourites.setToolTip(self.tr("Show only favourites; Ctrl+D makes a style one"))
        self._tools = self._build_tools()
        layout = row(self._tools, self.strip)
        layout.setStretchFactor(self.strip, 1)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.favourites.toggled.connect(self._filter)
        self._catalogue.changed.connect(self._show_tools)
        self._show_tools()

    def start_search(self) -> None:
        """Let the user search."""
        self._tools.show()
        self.search.setFocus()
        self.search.selectAll()

    def show_all(self) -> None:
        """End the search."""
        self.search.clear()
        self.favourites.setChecked(False)

    def choose(self, name: str) -> None:
        """Choose a style as if it were clicked, also one that the search has hidden."""
        if not self.strip.shows(name):
            self.show_all()
        self.strip.choose(name)

    def _build_tools(self) -> QWidget:
        made = QWidget()
        made.setFixedWidth(_TOOLS_WIDTH)
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(self.search)
        layout.addWidget(self.favourites)
        layout.addStretch(1)
        return made

    def _show_tools(self) -> None:
        filtered = bool(self.search.text()) or self.favourites.isChecked()
        self._tools.setVisible(filtered or len(self._catalogue.styles) > MANY)

    def _filter(self) -> None:
        self.strip.show_only(self.search.text(), self.favourites.isChecked())

    def _take_first(self) -> None:
        self.strip.step_to_first()
        self._leave()

    def _leave(self) -> None:
        self.show_all()
        self._show_tools()
        page = self.parentWidget()
        if page is not None:
            page.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.hasFocus():
            self._leave()
        else:
            super().keyPressEvent(event)
