"""The dialog that shows what a style file holds, before it is added."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from realstyler.pictures import Picture
from realstyler.style_files import Offered
from realstyler_gui.shared import images
from realstyler_gui.shared.widgets import centred, label, row

_SIDE = 260


class OfferDialog(QDialog):
    """Shows the style picture and a photograph painted in it, and asks whether to add the style."""

    def __init__(self, offered: Offered, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add this style?"))
        shown = [self._shown(offered.picture, self.tr("Style picture"))]
        if offered.preview is not None:
            shown.append(self._shown(offered.preview, self.tr("A photograph in this style")))
        layout = QVBoxLayout(self)
        layout.addLayout(row(*shown))
        layout.addWidget(label(offered.title, role="heading", wrap=True))
        for text in (offered.description, " · ".join(filter(None, self._facts(offered)))):
            line = label(text, muted=True, wrap=True)
            line.setVisible(bool(text))
            layout.addWidget(line)
        layout.addWidget(self._build_buttons())

    @staticmethod
    def _facts(offered: Offered) -> tuple[str, str]:
        return offered.author, offered.license

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        role = QDialogButtonBox.ButtonRole.AcceptRole
        self.add = buttons.addButton(self.tr("Add it"), role)
        self.add.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _shown(self, picture: Picture, name: str) -> QLabel:
        ratio = self.devicePixelRatioF()
        side = round(_SIDE * ratio)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        image = images.shown(picture).levels[0].scaled(side, side, keep, smooth)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        made = centred()
        made.setPixmap(pixmap)
        made.setAccessibleName(name)
        return made
