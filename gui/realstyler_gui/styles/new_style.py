"""The dialog for a new style from a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from realstyler import pictures
from realstyler.adoption import adopt
from realstyler.errors import RealstylerError
from realstyler_gui.shared import dialogs, images
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.folders import data_folder
from realstyler_gui.shared.widgets import (
    add_field,
    centred,
    combo,
    form_layout,
    label,
    line_edit,
    push_button,
)
from realstyler_gui.shared.wording import in_words
from realstyler_gui.styles import adoption

_SHOWN = 260
LICENSES = ("", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "MIT")


class NewStyleDialog(QDialog):
    """Asks for the picture and what the style is called, and makes it."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New style from a picture"))
        self.setMinimumWidth(480)
        self._context = context
        self.image: Path | None = None
        self.created = ""
        """The name of the style once it is made."""
        self._build()

    def _build(self) -> None:
        self.shown = centred()
        self.choose = push_button(self.tr("Choose a picture…"), self._ask)
        self.title = line_edit(self.tr("e.g. Red chalk"))
        self.title.textChanged.connect(self._propose_name)
        self.name = line_edit("red-chalk")
        self.name.setToolTip(self.tr("Small letters, digits and hyphens"))
        self.name.textChanged.connect(self._check)
        self.author = line_edit(self.tr("optional"))
        self.license = combo(self.tr("Licence"))
        for each in LICENSES:
            self.license.addItem(each or self.tr("for myself only"), each)
        self.problem = label(role="error", wrap=True)
        form = form_layout()
        add_field(form, self.tr("Title"), self.title)
        add_field(form, self.tr("Name"), self.name)
        add_field(form, self.tr("Author"), self.author)
        add_field(form, self.tr("Licence"), self.license)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.make = self.buttons.addButton(
            self.tr("Make the style"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.make.setProperty("primary", True)
        self.buttons.accepted.connect(self._make)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (self.shown, self.choose):
            layout.addWidget(part)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self._check()

    def set_image(self, path: Path) -> None:
        """Use a picture file."""
        self.image = path
        self._context.tasks.run(
            lambda _: images.shown(pictures.read(path)).levels[-1], self._show, self._refuse
        )
        self.choose.setText(path.name)
        if not self.title.text():
            self.title.setText(path.stem.replace("-", " ").replace("_", " ").strip().capitalize())
        self._check()

    def _show(self, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        size = round(_SHOWN * ratio)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(image).scaled(size, size, keep, smooth)
        pixmap.setDevicePixelRatio(ratio)
        self.shown.setPixmap(pixmap)

    def _ask(self) -> None:
        path = dialogs.ask_picture(self, self._context.settings.folder("open"))
        if path is not None:
            self.set_image(path)

    def _propose_name(self, title: str) -> None:
        self.name.setText(adoption.slug(title))

    def _check(self) -> None:
        self.problem.setText("")
        self.make.setEnabled(self.image is not None and bool(self.name.text()))

    def _make(self) -> None:
        image, name = self.image, self.name.text()
        assert image is not None
        title, author = self.title.text().strip(), self.author.text().strip()
        license_ = self.license.currentData()
        self.make.setEnabled(False)
        self._context.tasks.run(
            lambda _: adopt(name, image, data_folder() / "packages", title, author, license_),
            lambda _: self._done(name),
            self._refuse,
        )

    def _done(self, name: str) -> None:
        self.created = name
        self.accept()

    def _refuse(self, error: RealstylerError) -> None:
        self._check()
        self.problem.setText(in_words(error))
