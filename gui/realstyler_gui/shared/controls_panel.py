"""Controls panel for all modes: strength, colours, strokes, network and blend."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from realstyler_gui.shared.context import Context
from realstyler_gui.shared.parameters import STROKES, Parameters
from realstyler_gui.shared.presets_button import PresetsButton
from realstyler_gui.shared.widgets import (
    add_field,
    combo,
    form_layout,
    label,
    once,
    push_button,
    row,
    select_data,
)

_MARGIN, _WIDTH = 16, 252
_GESTURE_MILLISECONDS = 800
"""Key presses and wheel turns closer together than this belong to one gesture."""


class ControlsPanel(QWidget):
    """Shows parameters, and signals every change made by the user."""

    changed = Signal(object, str, int)
    """The new `Parameters`, what changed, and the gesture's number, or 0 if it is none."""

    def __init__(self, context: Context, *, strokes: bool = True, titled: bool = True) -> None:
        super().__init__()
        self._catalogue = context.catalogue
        self._strokes = strokes
        self._parameters = Parameters()
        self._gesture = 1
        self._sliding: QSlider | None = None
        self._pause = once(self, _GESTURE_MILLISECONDS, self._end_gesture)
        self.presets = PresetsButton(context, lambda: self._parameters)
        self.presets.chosen.connect(self._use)
        self._build()
        self.title.setVisible(titled)
        self._catalogue.changed.connect(lambda: self.show_parameters(self._parameters))

    def _build(self) -> None:
        self.setFixedWidth(_WIDTH)
        self.strength = self._slider(self.tr("Strength"), 100)
        self.strength_value = _value_label()
        self.strength.valueChanged.connect(self._change_strength)
        self.keep_colors = QCheckBox(self.tr("Keep the photo's colours"))
        self.keep_colors.setToolTip(self.tr("Paint the brightness only and keep the colours"))
        self.keep_colors.toggled.connect(
            lambda on: self._change(self.keep_colors.text(), keep_colors=on)
        )
        self.stroke = self._slider(self.tr("Stroke size"), len(STROKES) - 1, page=1)
        self.stroke_value = _value_label()
        self.stroke.valueChanged.connect(self._change_stroke)
        self.network = combo(self.tr("Quality"))
        self.network.addItem(self.tr("Finest"), "full")
        self.network.addItem(self.tr("Fastest"), "live")
        self.network.setToolTip(self.tr("Finest looks best; fastest is meant for video"))
        self.network.activated.connect(
            lambda: self._change(self.tr("Quality"), network=self.network.currentData())
        )
        self.second = combo(self.tr("Blend with"))
        self.second.setToolTip(self.tr("Mix in a second style"))
        self.second.activated.connect(
            lambda: self._change(self.tr("Blend"), second=self.second.currentData())
        )
        self.share = self._slider(self.tr("Share of the second style"), 100)
        self.share_value = _value_label()
        self.share.valueChanged.connect(self._change_share)
        self.reset = push_button(self.tr("Reset"), self._reset)
        self.reset.setToolTip(self.tr("Reset strength, strokes, colours and blend"))
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.setSpacing(4)
        self.title = label(role="subheading", wrap=True)
        layout.addWidget(self.title)
        layout.addSpacing(6)
        self._add(layout, self.tr("Strength"), self.strength, self.strength_value)
        layout.addWidget(self.keep_colors)
        layout.addSpacing(12)
        if self._strokes:
            self._add(layout, self.tr("Stroke size"), self.stroke, self.stroke_value)
            layout.addSpacing(8)
            form = form_layout()
            add_field(form, self.tr("Quality"), self.network)
            layout.addLayout(form)
            layout.addSpacing(12)
        layout.addWidget(label(self.tr("Blend with")))
        layout.addWidget(self.second)
        layout.addSpacing(6)
        self._share_title = label(self.tr("Share"))
        layout.addLayout(row(self._share_title, -1, self.share_value))
        layout.addWidget(self.share)
        layout.addStretch(1)
        layout.addLayout(row(self.presets, self.reset))

    def _add(self, layout: QVBoxLayout, name: str, slider: QSlider, value: QLabel) -> None:
        layout.addLayout(row(label(name), -1, value))
        layout.addWidget(slider)

    def _slider(self, name: str, highest: int, page: int = 10) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, highest)
        slider.setPageStep(page)
        slider.setAccessibleName(name)
        slider.sliderPressed.connect(self._end_gesture)
        slider.sliderReleased.connect(self._end_gesture)
        return slider

    @property
    def parameters(self) -> Parameters:
        """Return the parameters shown."""
        return self._parameters

    def show_parameters(self, parameters: Parameters) -> None:
        """Show parameters without emitting a signal."""
        self._parameters = parameters
        fields = (self.strength, self.keep_colors, self.stroke, self.share)
        blockers = [QSignalBlocker(field) for field in fields]
        self.strength.setValue(round(parameters.strength * 100))
        self.keep_colors.setChecked(parameters.keep_colors)
        self.stroke.setValue(
            STROKES.index(parameters.stroke) if parameters.stroke in STROKES else 0
        )
        self.share.setValue(round(parameters.share * 100))
        del blockers
        select_data(self.network, parameters.network)
        self._fill_second(parameters)
        self._show_values(parameters)

    def _show_values(self, parameters: Parameters) -> None:
        self.title.setText(self._catalogue.title(parameters.style) or self.tr("No trained style"))
        self.strength_value.setText(f"{parameters.strength:.0%}")
        names = {"auto": self.tr("automatic"), "native": self.tr("native")}
        stroke = parameters.stroke
        self.stroke_value.setText(names[stroke] if isinstance(stroke, str) else f"{stroke} px")
        self.share_value.setText(f"{parameters.share:.0%}")
        blended = bool(parameters.second)
        for widget in (self._share_title, self.share, self.share_value):
            widget.setVisible(blended)
        available = self._catalogue.networks(parameters)
        for index, network in enumerate(("full", "live")):
            item = self.network.model().item(index)  # type: ignore[attr-defined]
            item.setEnabled(network in available)

    def _fill_second(self, parameters: Parameters) -> None:
        self.second.blockSignals(True)
        self.second.clear()
        self.second.addItem(self.tr("nothing"), "")
        for style in self._catalogue.trained:
            if style.name != parameters.style:
                self.second.addItem(style.title, style.name)
        self.second.blockSignals(False)
        self.second.setEnabled(self.second.count() > 1)
        select_data(self.second, parameters.second)

    def _change(self, what: str, gesture: int = 0, **changes: object) -> None:
        self._parameters = self._parameters.but(**changes)
        self._show_values(self._parameters)
        self.changed.emit(self._parameters, what, gesture)

    def _slide(self, slider: QSlider, what: str, **changes: object) -> None:
        if slider is not self._sliding:
            self._end_gesture()
            self._sliding = slider
        if not slider.isSliderDown():
            self._pause.start()
        self._change(what, self._gesture, **changes)

    def _end_gesture(self) -> None:
        self._pause.stop()
        self._gesture += 1

    def _change_strength(self, value: int) -> None:
        self._slide(self.strength, self.tr("Strength"), strength=value / 100)

    def _change_stroke(self, value: int) -> None:
        self._slide(self.stroke, self.tr("Stroke size"), stroke=STROKES[value])

    def _change_share(self, value: int) -> None:
        self._slide(self.share, self.tr("Share"), share=value / 100)

    def _use(self, preset: Parameters, what: str) -> None:
        if not self._strokes:  # what this panel does not show stays as it is
            kept = self._parameters
            preset = preset.but(network=kept.network, stroke=kept.stroke)
        self.show_parameters(self._catalogue.fitted(preset))
        self.changed.emit(self._parameters, what, 0)

    def _reset(self) -> None:
        self.show_parameters(
            Parameters(style=self._parameters.style, network=self._parameters.network)
        )
        self.changed.emit(self._parameters, self.tr("Reset"), 0)


def _value_label() -> QLabel:
    made = label(muted=True)
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made
