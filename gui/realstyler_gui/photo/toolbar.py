"""The toolbar above the picture in photo mode."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from realstyler_gui.photo.album import Album
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.widgets import elided_label, primary, row, tool_button


class PhotoToolbar(QWidget):
    """Open, undo, neighbours, zoom, compare, copy and save; the page connects them."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.open = tool_button(icons, "open", self.tr("Open pictures"), "Ctrl+O")
        self.open.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.recent_menu = QMenu(self)
        self.open.setMenu(self.recent_menu)
        self.undo = tool_button(icons, "undo", self.tr("Undo"), "Ctrl+Z")
        self.redo = tool_button(icons, "redo", self.tr("Redo"), "Ctrl+Shift+Z")
        self.previous = tool_button(icons, "previous", self.tr("Previous picture"), "PgUp")
        self.next = tool_button(icons, "next", self.tr("Next picture"), "PgDown")
        self.name = elided_label()
        self.zoom_out = tool_button(icons, "zoom-out", self.tr("Zoom out"), "Ctrl+-")
        self.zoom_value = QPushButton("100%")
        self.zoom_value.setMinimumWidth(72)
        self.zoom_value.setToolTip(self.tr("Fit, or 100% (Ctrl+0, Ctrl+1)"))
        self.zoom_in = tool_button(icons, "zoom-in", self.tr("Zoom in"), "Ctrl++")
        self.compare = tool_button(icons, "compare", self.tr("Compare side by side"), "Ctrl+B")
        self.compare.setCheckable(True)
        self.results = tool_button(
            icons,
            "results",
            self.tr("Compare two results: pin this one, then choose another style"),
            "Ctrl+Shift+B",
        )
        self.results.setCheckable(True)
        self.peek = tool_button(icons, "eye", self.tr("Hold to see the original"), "O")
        self.grid = tool_button(icons, "grid", self.tr("All styles on this picture"), "Ctrl+G")
        self.new_style = tool_button(
            icons, "styles", self.tr("New style from this picture"), "Ctrl+Shift+N"
        )
        self.copy = tool_button(icons, "copy", self.tr("Copy the result"), "Ctrl+C")
        self.save = primary(QPushButton(self.tr("Save…")))
        self.save.setToolTip(self.tr("Save the result") + " (Ctrl+S)")
        zooming = (self.zoom_out, self.zoom_value, self.zoom_in)
        viewing = (self.grid, self.compare, self.results, self.peek, self.new_style)
        saving = (self.copy, self.save)
        self._of_a_picture = (*zooming, *viewing, *saving)
        layout = row(
            *(self.open, self.undo, self.redo, 8, self.previous, self.next, self.name),
            *(*zooming, 8, *viewing, 8, *saving),
            spacing=4,
        )
        layout.setStretchFactor(self.name, 1)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        for button in (self.undo, self.redo):
            button.setEnabled(False)
        self.show_album(None)
        self.set_loaded(False)

    def set_loaded(self, loaded: bool) -> None:
        """Enable everything that requires a picture."""
        for part in self._of_a_picture:
            part.setEnabled(loaded)

    def show_album(self, album: Album | None) -> None:
        """Show the current picture's name and its position in the album."""
        several = album is not None and len(album.paths) > 1
        self.previous.setVisible(several)
        self.next.setVisible(several)
        if album is None:
            self.name.setText("")
        elif several:
            place = self.tr("{number} of {count}").format(
                number=album.index + 1, count=len(album.paths)
            )
            self.name.setText(f"{album.current.name} · {place}")
        else:
            self.name.setText(album.current.name)

    def show_zoom(self, scale: float) -> None:
        """Show the zoom factor; 1.0 is 100 %."""
        self.zoom_value.setText(f"{scale:.0%}")
