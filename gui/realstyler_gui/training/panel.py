"""What a training looks like while it runs: preview, curve, time left, pause and stop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.widgets import label, primary, progress_bar, push_button, row
from realstyler_gui.training.loss_curve import LossCurve
from realstyler_gui.training.progress import Progress
from realstyler_gui.training.training import State, Training


class Preview(QLabel):
    """A picture that is scaled to the room it has."""

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pixmap = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(90)

    def show_file(self, path: Path) -> None:
        """Show a picture file."""
        self._pixmap = QPixmap(str(path))
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, 150)

    def _fit(self) -> None:
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled = self._pixmap.scaled(self.size() * ratio, keep, smooth)
        scaled.setDevicePixelRatio(ratio)
        self.setPixmap(scaled)


class TrainingPanel(QWidget):
    """Follows the training and steers it."""

    def __init__(self, context: Context, training: Training) -> None:
        super().__init__()
        self._context, self._training = context, training
        self.title = label(role="subheading")
        self.line = label(muted=True)
        self.bar = progress_bar(self.tr("Progress of the training"))
        self.preview = Preview()
        self.preview.setAccessibleName(self.tr("Preview of the training"))
        self.curve = LossCurve(context.theme)
        self.accept_button = primary(push_button(self.tr("Good enough"), training.accept))
        self.accept_button.setToolTip(self.tr("End here and use what was learned"))
        self.go_on_button = push_button(self.tr("Go on"), training.go_on)
        self.go_on_button.setToolTip(
            self.tr("Train on from here; the weights from before are kept as a backup")
        )
        self.pause_button = push_button(self.tr("Pause"), training.pause)
        self.pause_button.setToolTip(self.tr("Keep a checkpoint and go on later, even tomorrow"))
        self.resume_button = push_button(self.tr("Resume"), training.resume)
        self.stop_button = push_button(self.tr("Give up"), self._stop)
        self.stop_button.setToolTip(self.tr("Give this training up"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        steering = (self.accept_button, self.go_on_button, self.pause_button, self.resume_button)
        layout.addLayout(row(self.title, -1, *steering, self.stop_button))
        layout.addWidget(self.line)
        layout.addWidget(self.bar)
        layout.addWidget(self.preview, 5)
        layout.addWidget(self.curve, 2)
        training.state_changed.connect(self._show_state)
        training.progressed.connect(self._show_progress)
        training.preview_changed.connect(self.preview.show_file)
        if training.preview is not None:
            self.preview.show_file(training.preview)
        self._show_state(training.state)

    def _stop(self) -> None:
        question = self.tr("Give this training up? Its checkpoints stay in its folder.")
        if dialogs.confirm(self, question):
            self._training.stop()

    def _show_state(self, state: State) -> None:
        plan = self._training.plan
        self.setVisible(plan is not None and state is not State.IDLE)
        if plan is None:
            return
        live = plan.network == "live"
        words = {
            State.RUNNING: self.tr("Training {title} for video")
            if live
            else self.tr("Training {title}"),
            State.STOPPING: self.tr("Saving a checkpoint of {title}…"),
            State.PAUSED: self.tr("Training of {title} is paused"),
            State.DONE: self.tr("{title} is trained"),
            State.FAILED: self.tr("Training of {title} failed"),
        }
        title = self._context.catalogue.title(plan.style)
        self.title.setText(words.get(state, "").format(title=title))
        self._show_steering(state)
        self.bar.setVisible(state is not State.DONE)
        if state is State.RUNNING and not self._training.history:
            self.bar.setRange(0, 0)
            self.line.setText(self.tr("Starting…"))
            self.curve.show_history(())
        elif state is State.DONE:
            self.line.setText(self.tr("Its weights are in place; try it in photo mode"))

    def _show_steering(self, state: State) -> None:
        """Offer what can be done in a state."""
        running = state in (State.RUNNING, State.STOPPING)
        for button in (self.accept_button, self.pause_button):
            button.setVisible(running)
            button.setEnabled(state is State.RUNNING)
        # Nothing is learned before the first step.
        self.accept_button.setEnabled(state is State.RUNNING and bool(self._training.history))
        self.go_on_button.setVisible(self._training.may_go_on)
        self.resume_button.setVisible(state in (State.PAUSED, State.FAILED))
        self.stop_button.setVisible(state is not State.DONE)
        self.stop_button.setEnabled(state is not State.STOPPING)

    def _show_progress(self, progress: Progress) -> None:
        self._show_steering(self._training.state)
        self.bar.setRange(0, progress.steps)
        self.bar.setValue(progress.step)
        text = self.tr("Step {step} of {steps} · {left} left · {pace:.1f} pictures a second")
        self.line.setText(
            text.format(
                step=progress.step,
                steps=progress.steps,
                left=progress.left,
                pace=progress.pictures_per_second,
            )
        )
        self.curve.show_history(self._training.history)
