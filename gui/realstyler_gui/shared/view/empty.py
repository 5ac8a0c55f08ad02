"""Placeholder shown while there is no picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.theme import Theme
from realstyler_gui.shared.widgets import centred, label, row


class EmptyState(QFrame):
    """An illustration, a message, and buttons for what to do."""

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, title: str, hint: str, *widgets: QWidget
    ) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self._icons, self._icon = icons, icon
        self._drawing = centred()
        self.title = centred(title, "emptyTitle")
        self.title.setWordWrap(True)
        self.hint = label(hint, muted=True, wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(10)
        layout.addStretch(1)
        for part in (self._drawing, self.title, self.hint):
            layout.addWidget(part)
        layout.addSpacing(10)
        layout.addLayout(row(-1, *widgets, -1))
        layout.addStretch(1)
        theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self._drawing.setPixmap(self._icons.pixmap(self._icon, 56))
