"""The column of modes on the left of the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout

from realstyler_gui.shared.icons import Icons


class ModeRail(QFrame):
    """One button per mode; the selected one is marked."""

    chosen = Signal(int)

    def __init__(self, icons: Icons, modes: Sequence[tuple[str, str]]) -> None:
        """Create a button for each of `modes`, a pair of name and icon."""
        super().__init__()
        self.setObjectName("rail")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        self._buttons = QButtonGroup(self)
        for mode, (name, icon) in enumerate(modes):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setIconSize(QSize(24, 24))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setToolTip(f"{name} (Alt+{mode + 1})")
            button.setAccessibleName(name)
            icons.put(button, icon, "muted")
            self._buttons.addButton(button, mode)
            layout.addWidget(button)
        layout.addStretch(1)
        self._buttons.idClicked.connect(self.chosen)
        self.mark(0)

    def mark(self, mode: int) -> None:
        """Mark a mode as selected."""
        self._buttons.button(mode).setChecked(True)
