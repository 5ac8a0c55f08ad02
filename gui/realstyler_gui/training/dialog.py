"""What to train with: photographs, network, steps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from realstyler.photographs import Photographs
from realstyler.registry import Style
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.tasks import Tasks
from realstyler_gui.shared.widgets import add_field, combo, form_layout, label, push_button
from realstyler_gui.training.pace import seconds_per_step


class TrainingDialog(QDialog):
    """Asks how a style is to be trained; photographs are looked at before it can start.

    Without any it learns from those that come with the program.
    """

    def __init__(self, style: Style, settings: Settings, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Train {title}").format(title=style.title))
        self.setMinimumWidth(460)
        self._style, self._settings, self._tasks = style, settings, tasks
        self.data: Path | None = None
        """The folder of photographs; None: those that come with the program."""
        self.folder_button = push_button("", self._ask_folder)
        self.found = label(muted=True, wrap=True)
        self.network = combo(self.tr("Network"))
        self.network.addItem(self.tr("Finest, for photographs"), "full")
        self.network.addItem(self.tr("Fastest, for video"), "live")
        self.network.activated.connect(self._propose_steps)
        self.steps = QSpinBox()
        self.steps.setRange(1, 1_000_000)
        self.steps.setSingleStep(500)
        self.steps.setAccessibleName(self.tr("Steps"))
        self.estimate = label(muted=True, wrap=True)
        self.steps.valueChanged.connect(self._estimate)
        form = form_layout()
        add_field(form, self.tr("Photographs"), self.folder_button)
        add_field(form, "", self.found)
        add_field(form, self.tr("Network"), self.network)
        add_field(form, self.tr("Steps"), self.steps)
        add_field(form, "", self.estimate)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start = self.buttons.addButton(
            self.tr("Start training"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.start.setProperty("primary", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addSpacing(8)
        layout.addWidget(self.buttons)
        self._propose_steps()
        kept = Path(settings.text("training/data") or "/nowhere")
        self.set_data(kept if kept.exists() else None)

    def set_data(self, folder: Path | None) -> None:
        """Look for photographs in a folder, in the background."""
        self.data = folder
        self.start.setEnabled(folder is None)
        self.folder_button.setText(folder.name if folder else self.tr("Choose a folder…"))
        if folder is None:
            text = self.tr("Without one it learns from the few photographs that come along")
            self.found.setText(text)
            return
        self.found.setText(self.tr("Looking for photographs…"))
        self._tasks.run(
            lambda _: self._look(folder), self._accept_data, lambda e: self._refuse(str(e))
        )

    @staticmethod
    def _look(folder: Path) -> str:
        return Photographs.find(folder).description

    def _accept_data(self, description: str) -> None:
        self.found.setText(description)
        self.start.setEnabled(True)
        self._settings.keep("training/data", self.data)

    def _refuse(self, reason: str) -> None:
        self.found.setText(reason)

    def _ask_folder(self) -> None:
        kept = self.data if self.data and self.data.is_dir() else None
        folder = kept or self._settings.folder("open")
        chosen = dialogs.ask_folder(self, folder, self.tr("Folder with photographs"))
        if chosen is not None:
            self.set_data(chosen)

    def _estimate(self) -> None:
        pace = seconds_per_step(self._settings, self.network.currentData())
        if pace is None:
            self.estimate.setText(self.tr("How long it takes is shown once it runs"))
            return
        minutes = max(1, round(self.steps.value() * pace / 60))
        hours, rest = divmod(minutes, 60)
        text = self.tr("about {hours} h {minutes} min, by the last training")
        short = self.tr("about {minutes} min, by the last training")
        self.estimate.setText((text if hours else short).format(hours=hours, minutes=rest))

    def _propose_steps(self) -> None:
        self.steps.setValue(self._style.training(self.network.currentData()).steps)
        self._estimate()
