"""The dialog for a new style from a picture."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from realstyler import authorship, pictures
from realstyler.adoption import adopt
from realstyler.errors import RealstylerError
from realstyler.messages import packaged
from realstyler_gui.drops import DropTarget
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
    select_data,
)
from realstyler_gui.shared.wording import in_words
from realstyler_gui.styles import adoption

_SHOWN = 260
CAN_TRAIN = find_spec("lightning") is not None
LICENSES = ("", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "MIT")


class NewStyleDialog(QDialog):
    """Asks for the picture and what the style is called, makes it, and has it trained.

    A picture may be dropped on it. What is learned is shown on a photograph of the user's own: the
    one that was opened last, or another.
    """

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New style from a picture"))
        self.setMinimumWidth(480)
        self._context = context
        self.image: Path | None = None
        self.created = ""
        """The name of the style once it is made."""
        self.photograph: Path | None = None
        """On which the training shows what it has learned."""
        self.train_wanted = False
        self._build()
        dropped = DropTarget(self)
        dropped.files.connect(lambda files: self.set_image(files[0]))

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
        kept = authorship.remembered() or authorship.Authorship()
        self.author.setText(kept.author)
        select_data(self.license, kept.license)
        self.problem = label(role="error", wrap=True)
        form = form_layout()
        add_field(form, self.tr("Title"), self.title)
        add_field(form, self.tr("Name"), self.name)
        add_field(form, self.tr("Author"), self.author)
        add_field(form, self.tr("Licence"), self.license)
        self.choose_photograph = push_button("", self._ask_photograph)
        add_field(form, self.tr("Shown on"), self.choose_photograph)
        layout = QVBoxLayout(self)
        for part in (self.shown, self.choose):
            layout.addWidget(part)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(label(self._promise(), muted=True, wrap=True))
        layout.addWidget(self._build_buttons())
        self._show_photograph(None)
        self._check()

    def _promise(self) -> str:
        if not CAN_TRAIN and packaged():
            return self.tr(
                "The app paints and cannot train; to train, install Python, "
                "then pip install 'realstyler[gui,train]'"
            )
        if not CAN_TRAIN:
            return self.tr("Training needs the extra “train”: pip install 'realstyler[train]'")
        return self.tr(
            "It learns in the background, some minutes for photographs and some for video, on this "
            "computer alone. You see what it has learned and end it when you like it."
        )

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.make = buttons.addButton(self.tr("Only make it"), role)
        self.make.clicked.connect(lambda: self._make(train=False))
        self.train = buttons.addButton(self.tr("Make and train it"), role)
        self.train.setVisible(CAN_TRAIN)
        self.train.setDefault(True)
        self.train.setProperty("primary", True)
        self.train.clicked.connect(lambda: self._make(train=True))
        buttons.rejected.connect(self.reject)
        return buttons

    def set_image(self, path: Path) -> None:
        """Use a picture file."""
        self.image = path
        self._context.tasks.run(
            lambda _: images.shown(pictures.read(path)).levels[-1], self._show, self._refuse
        )
        self.choose.setText(path.name)
        if self.photograph in (None, path):
            others = (other for other in self._context.settings.recent if other != path)
            self._show_photograph(next(others, None))
        if not self.title.text():
            self.title.setText(path.stem.replace("-", " ").replace("_", " ").strip().capitalize())
        self.title.setFocus()
        self.title.selectAll()
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

    def _ask_photograph(self) -> None:
        path = dialogs.ask_picture(self, self._context.settings.folder("open"))
        if path is not None:
            self._show_photograph(path)

    def _show_photograph(self, path: Path | None) -> None:
        self.photograph = path
        self.choose_photograph.setText(path.name if path else self.tr("Choose a photograph…"))

    def _propose_name(self, title: str) -> None:
        self.name.setText(adoption.slug(title))

    def _check(self) -> None:
        self.problem.setText("")
        for button in (self.make, self.train):
            button.setEnabled(self.image is not None and bool(self.name.text()))

    def _make(self, *, train: bool) -> None:
        image, name = self.image, self.name.text()
        assert image is not None
        title, author = self.title.text().strip(), self.author.text().strip()
        license_ = self.license.currentData()
        self.train_wanted = train
        for button in (self.make, self.train):
            button.setEnabled(False)
        self._context.tasks.run(
            lambda _: _adopt(name, image, title, author, license_),
            lambda _: self._done(name),
            self._refuse,
        )

    def _done(self, name: str) -> None:
        self.created = name
        self.accept()

    def _refuse(self, error: RealstylerError) -> None:
        self._check()
        self.problem.setText(in_words(error))


def _adopt(name: str, image: Path, title: str, author: str, license_: str) -> None:
    """Make the style, and remember for the next one who makes styles here."""
    adopt(name, image, data_folder() / "packages", title, author, license_)
    authorship.remember(author, license_)
