"""Everything that is known about one style."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QFormLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from realstyler.errors import RealstylerError
from realstyler.registry import Style
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.widgets import centred, label, restyle, row
from realstyler_gui.shared.wording import in_words

_PICTURE = QSize(190, 150)


class StyleDetails(QWidget):
    """Picture, origin, licence and training of a style."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.picture = centred()
        self.picture.setMinimumSize(_PICTURE)
        self.title = label(role="heading", wrap=True)
        self.description = label(muted=True, wrap=True)
        self.fields = {name: label(wrap=True) for name in ("from", "author", "licence", "networks")}
        for field in self.fields.values():
            field.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.use_button = QPushButton(self.tr("Use it"))
        self.train_button = QPushButton(self.tr("Train…"))
        self.more_button = QPushButton(self.tr("More"))
        self.more_button.setMenu(QMenu(self.more_button))
        self.more_button.setProperty("menu", True)  # leaves room for its arrow
        form = QFormLayout()
        names = (self.tr("From"), self.tr("Author"), self.tr("Licence"), self.tr("Trained"))
        for name, field in zip(names, self.fields.values(), strict=True):
            form.addRow(label(name, muted=True), field)
        words = QVBoxLayout()
        for part in (self.title, self.description):
            words.addWidget(part)
        words.addLayout(form)
        words.addStretch(1)
        words.addLayout(row(self.use_button, self.train_button, self.more_button, -1))
        layout = row(spacing=18)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_style(self, style: Style) -> None:
        """Show a style."""
        self.title.setText(style.title)
        self.description.setText(style.description)
        self.description.setVisible(bool(style.description))
        nothing = "—"
        self.fields["from"].setText(self._context.catalogue.origin(style))
        self.fields["author"].setText(style.author or nothing)
        self.fields["licence"].setText(style.license or nothing)
        self.fields["networks"].setText(self._networks(style))
        self.use_button.setEnabled(style.trained)
        # The next thing to do stands out: to use what is trained, to train what is not.
        for button, stands_out in ((self.use_button, True), (self.train_button, False)):
            button.setProperty("primary", stands_out is style.trained)
            restyle(button)
        self._show_picture(style)

    def _networks(self, style: Style) -> str:
        names = {"full": self.tr("finest"), "live": self.tr("fastest")}
        lines = []
        for network in style.networks:
            try:
                steps = style.read_metadata(network).steps
                lines.append(
                    self.tr("{name}, {steps} steps").format(name=names[network], steps=steps)
                )
            except RealstylerError as error:
                lines.append(in_words(error))
        return "\n".join(lines) or self.tr("not yet")

    def _show_picture(self, style: Style) -> None:
        reader = QImageReader(str(style.picture_path))
        reader.setAutoTransform(True)
        ratio = self.devicePixelRatioF()
        size = reader.size()
        if size.isValid():
            room = _PICTURE * ratio
            reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
        pixmap = QPixmap.fromImage(reader.read())
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)
        missing = self.tr("The style picture is missing")
        self.picture.setAccessibleName(style.title if not pixmap.isNull() else missing)
        if pixmap.isNull():
            self.picture.setText(missing)
