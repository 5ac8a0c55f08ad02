"""How the files of a batch are painted: style, controls, folder and format."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from realstyler_gui.batch.journal import Plan
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.controls_panel import ControlsPanel
from realstyler_gui.shared.file_names import FILTERS
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.widgets import (
    SCROLL_BAR,
    combo,
    describe,
    label,
    push_button,
    scrolling,
    select_data,
)

_MARGIN = 16
_FOLDER_PIXELS = 190


class BatchSettings(QFrame):
    """Shows and remembers what is set."""

    def __init__(self, context: Context, parameters: Parameters) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._context = context
        self._folder = context.settings.folder("batch")
        self._build()
        self.styles.activated.connect(self._choose_style)
        self.controls.changed.connect(lambda changed, *_: self.set_parameters(changed))
        self.format.activated.connect(
            lambda: context.settings.keep("batch/suffix", self.format.currentData())
        )
        self.controls.show_parameters(context.catalogue.fitted(parameters))
        self.reload()
        self.folder = self._folder

    @property
    def plan(self) -> Plan:
        """Return what is set."""
        return Plan(self.controls.parameters, self.folder, self.format.currentData())

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self.set_parameters(plan.parameters)
        self.folder = plan.folder
        select_data(self.format, plan.suffix)

    @property
    def folder(self) -> Path:
        """Return the folder for the results."""
        return self._folder

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._folder = folder
        metrics, elide = self.folder_button.fontMetrics(), Qt.TextElideMode.ElideLeft
        self.folder_button.setText(metrics.elidedText(str(folder), elide, _FOLDER_PIXELS))
        self.folder_button.setToolTip(str(folder))

    def set_parameters(self, parameters: Parameters) -> None:
        """Use and show other parameters."""
        self.controls.show_parameters(self._context.catalogue.fitted(parameters))
        select_data(self.styles, self.controls.parameters.style)

    def reload(self) -> None:
        """Show the styles that there are now."""
        self.styles.clear()
        for style in self._context.catalogue.trained:
            self.styles.addItem(style.title, style.name)
        self.set_parameters(self.controls.parameters)

    def ask_folder(self) -> None:
        """Ask for the folder of the results."""
        folder = dialogs.ask_folder(self, self.folder, self.tr("Folder for the results"))
        if folder is not None:
            self.folder = folder
            self._context.settings.keep_folder("batch", folder)

    def _build(self) -> None:
        self.styles = combo(self.tr("Style"))
        self.controls = ControlsPanel(self._context, titled=False)
        self.folder_button = push_button("", self.ask_folder)
        describe(self.folder_button, self.tr("Folder for the results"))
        self.format = combo(self.tr("Format"))
        self.format.addItem(self.tr("same as the original"), "")
        for name, suffix in FILTERS.items():
            self.format.addItem(name.partition(" ")[0], suffix)
        select_data(self.format, self._context.settings.text("batch/suffix"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, _MARGIN, 0, _MARGIN)
        layout.setSpacing(4)
        top, bottom = (QVBoxLayout() for _ in range(2))
        for part in (top, bottom):
            part.setContentsMargins(_MARGIN, 0, _MARGIN + SCROLL_BAR, 0)
        top.addWidget(label(self.tr("Style")))
        top.addWidget(self.styles)
        bottom.addWidget(label(self.tr("Save to")))
        bottom.addWidget(self.folder_button)
        bottom.addWidget(label(self.tr("Format")))
        bottom.addWidget(self.format)
        layout.addLayout(top)
        layout.addWidget(scrolling(self.controls), 1)
        layout.addLayout(bottom)
        self.setFixedWidth(self.controls.width() + SCROLL_BAR)

    def _choose_style(self) -> None:
        name = self.styles.currentData()
        self.set_parameters(self.controls.parameters.with_style(name))
