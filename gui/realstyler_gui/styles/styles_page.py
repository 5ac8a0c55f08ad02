"""The page of the styles: list, details, failures, training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImageReader, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from realstyler import style_files
from realstyler.errors import RealstylerError
from realstyler.registry import Style, registry
from realstyler.style_files import Offered
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.widgets import (
    describe,
    label,
    panel,
    primary,
    push_button,
    row,
    scrolling,
)
from realstyler_gui.styles.new_style import NewStyleDialog
from realstyler_gui.styles.offer import OfferDialog
from realstyler_gui.styles.style_actions import StyleActions
from realstyler_gui.styles.style_details import StyleDetails
from realstyler_gui.training.dialog import TrainingDialog
from realstyler_gui.training.pace import PaceKeeper
from realstyler_gui.training.panel import TrainingPanel
from realstyler_gui.training.training import State, Training

_ICON = QSize(52, 39)
_MARGIN, _ROW = 18, 58
_NAME = Qt.ItemDataRole.UserRole


class StylesPage(QWidget):
    """Every style, where it comes from, and what can be done with it."""

    style_wanted = Signal(str)
    """A style that is to be used in photo mode."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.training = Training(context.settings, self)
        self.pace = PaceKeeper(context.settings, self.training)
        self._build()
        self.actions_of_style = StyleActions(context, self, lambda: self.current)
        menu = self.details.more_button.menu()
        menu.aboutToShow.connect(
            lambda: self.actions_of_style.fill(menu, busy=self.training.running)
        )
        context.catalogue.changed.connect(self._fill)
        self.training.failed.connect(context.notifier.error)
        self.training.finished.connect(self._take_over)
        self.training.state_changed.connect(lambda _: self._show_current())
        self._fill()

    def _build(self) -> None:
        new = primary(push_button(self.tr("New style…"), self.new_style))
        describe(new, self.tr("New style from a picture"), "Ctrl+N")
        reload = push_button(self.tr("Reload"), self.reload)
        describe(reload, self.tr("Look for styles and plugins again"), "F5")
        self.list = QListWidget()
        self.list.setIconSize(_ICON)
        self.list.setSpacing(2)
        self.list.setAccessibleName(self.tr("Styles"))
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        left = panel()
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.list)
        left.setFixedWidth(240)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(left)
        middle.addWidget(self._build_right(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(row(new, reload, -1))
        layout.addLayout(middle, 1)

    def _build_right(self) -> QWidget:
        self.details = StyleDetails(self._context)
        self.details.train_button.clicked.connect(self.train_current)
        self.details.use_button.clicked.connect(self._use)
        self.failures = QVBoxLayout()
        self.failures_panel = panel("card")
        self.failures_panel.setLayout(self.failures)
        self.failures.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        self.training_panel = TrainingPanel(self._context, self.training)
        card = panel()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        inside.setSpacing(12)
        inside.addWidget(self.details)
        inside.addWidget(self.training_panel, 1)
        inside.addStretch()
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(card, 1)
        layout.addWidget(self.failures_panel)
        return scrolling(column)

    # The list

    @property
    def current(self) -> Style | None:
        """The style that is shown."""
        item = self.list.currentItem()
        return self._context.catalogue.find(item.data(_NAME)) if item is not None else None

    def show_style(self, name: str) -> None:
        """Select a style."""
        for line in range(self.list.count()):
            if self.list.item(line).data(_NAME) == name:
                self.list.setCurrentRow(line)

    def _fill(self) -> None:
        kept = self.current.name if self.current else ""
        self.list.clear()
        for style in self._context.catalogue.styles:
            state = self.tr("trained") if style.trained else self.tr("not trained")
            item = QListWidgetItem(_icon(style), f"{style.title}\n{state}")
            item.setData(_NAME, style.name)
            item.setSizeHint(QSize(0, _ROW))
            item.setToolTip(f"{style.name} · {self._context.catalogue.origin(style)}")
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.show_style(kept)
        self._fill_failures()

    def _fill_failures(self) -> None:
        while (item := self.failures.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.deleteLater()
        failures = self._context.catalogue.failures
        self.failures_panel.setVisible(bool(failures))
        if failures:
            self.failures.addWidget(label(self.tr("Plugins that do not work"), role="subheading"))
        for failure in failures:
            text = f"{failure.name} ({failure.distribution}): {failure.reason}. {failure.remedy}"
            line = label(text, role="error", wrap=True)
            line.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.failures.addWidget(line)

    def _show_current(self) -> None:
        style = self.current
        self.details.setVisible(style is not None)
        if style is not None:
            self.details.show_style(style)
            again = self.tr("Train again…") if style.trained else self.tr("Train…")
            self.details.train_button.setText(again)
        self.details.train_button.setEnabled(not self.training.running)

    # What a user does

    def reload(self) -> None:
        """Discover styles and plugins again."""
        self._context.stylizers.forget()
        self._context.catalogue.reload()
        count = len(self._context.catalogue.styles)
        self._context.notifier.show(self.tr("%n style(s) found", "", count))

    def new_style(self, picture: Path | None = None) -> None:
        """Ask for a picture, unless there is one, make a style of it and train it."""
        dialog = NewStyleDialog(self._context, self)
        if picture is not None:
            dialog.set_image(picture)
        dialog.accepted.connect(lambda: self._take_new(dialog))
        dialog.open()

    def train_current(self) -> None:
        """Ask how to train the style that is shown, and start."""
        style = self.current
        if style is None or self.training.running:
            return
        dialog = TrainingDialog(style, self._context.settings, self._context.tasks, self)
        dialog.accepted.connect(lambda: self._start(style, dialog))
        dialog.open()

    def _start(self, style: Style, dialog: TrainingDialog) -> None:
        network, steps = dialog.network.currentData(), dialog.steps.value()
        own = next(iter(self._context.settings.recent), None)
        self.training.start(style.name, network, dialog.data, steps, own)

    def _use(self) -> None:
        if self.current is not None:
            self.style_wanted.emit(self.current.name)

    def install(self, files: Sequence[Path]) -> None:
        """Show what style files hold, and add those that are wanted."""
        for file in files:
            self._look(file)

    def _look(self, file: Path) -> None:
        self._context.tasks.run(
            lambda _: style_files.look(file), lambda offered: self._offer(file, offered)
        )

    def _offer(self, file: Path, offered: Offered) -> None:
        dialog = OfferDialog(offered, self)
        dialog.accepted.connect(lambda: self._install(file))
        dialog.open()

    def _install(self, file: Path, replace: bool = False) -> None:
        question = self.tr("You have a style of this name. Replace it? The old one is kept.")
        try:
            added = style_files.install(file, registry(), replace=replace)
        except RealstylerError as error:
            if error.code != "style-name-yours":
                self._context.notifier.error(error)
            elif dialogs.confirm(self, question):
                self._install(file, replace=True)
        else:
            self._show_installed(added.style.name)

    def _show_installed(self, name: str) -> None:
        self.reload()
        self.show_style(name)
        title = self._context.catalogue.title(name)
        self._context.notifier.show(
            self.tr("{title} is one of your styles now").format(title=title),
            self.tr("Use it"),
            lambda: self.style_wanted.emit(name),
        )

    def _take_new(self, dialog: NewStyleDialog) -> None:
        if not dialog.train_wanted or self.training.running:
            self._show_new(dialog.created)
            return
        self.reload()
        self.show_style(dialog.created)
        self.training.start_new(dialog.created, dialog.photograph)

    def _show_new(self, name: str) -> None:
        self.reload()
        self.show_style(name)
        self._context.notifier.show(
            self.tr("{title} is there; now it wants to be trained").format(
                title=self._context.catalogue.title(name)
            ),
            self.tr("Train it"),
            self.train_current,
        )

    def _take_over(self, name: str) -> None:
        self.reload()
        self.show_style(name)
        title = self._context.catalogue.title(name)
        self._context.notifier.show(
            self.tr("{title} is trained").format(title=title),
            self.tr("Use it"),
            lambda: self.style_wanted.emit(name),
        )

    @property
    def busy(self) -> bool:
        """Return whether a style is being trained."""
        return self.training.running

    def may_close(self) -> bool:
        """Ask before a running training is interrupted."""
        question = self.tr("A training is running. Pause it and close? It can be resumed later.")
        return not self.training.running or dialogs.confirm(self, question)

    def shut_down(self) -> None:
        """Pause the training."""
        if self.training.state in (State.RUNNING, State.STOPPING):
            self.training.close()


def _icon(style: Style) -> QIcon:
    reader = QImageReader(str(style.picture_path))
    size = reader.size()
    if size.isValid():
        expand = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        reader.setScaledSize(size.scaled(_ICON * 2, expand))
        scaled = reader.scaledSize()
        left = (scaled.width() - 2 * _ICON.width()) // 2
        top = (scaled.height() - 2 * _ICON.height()) // 2
        image = reader.read().copy(left, top, 2 * _ICON.width(), 2 * _ICON.height())
        pixmap = QPixmap.fromImage(image)
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # otherwise it is tinted
        return icon
    return QIcon()
