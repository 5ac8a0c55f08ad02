"""The status line in photo mode: state, progress and remaining time."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from realstyler_gui.photo.session import State
from realstyler_gui.shared.widgets import elided_label, label, progress_bar, row

_ESTIMATE_AFTER = 2.0
"""Seconds before the remaining time is shown: earlier estimates would fluctuate."""


class StatusLine(QWidget):
    """Shows the progress of painting; the page connects its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.text = elided_label()
        self.progress = progress_bar(self.tr("Progress of painting"))
        self.progress.setFixedWidth(180)
        self.share = label(muted=True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.finish = QPushButton(self.tr("Paint in full resolution"))
        policy = self.cancel.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # keep the layout stable
        self.cancel.setSizePolicy(policy)
        self.size_label = label(muted=True)
        layout = row(self.text, self.finish, self.progress, self.share, self.cancel)
        layout.setStretchFactor(self.text, 1)
        layout.addWidget(self.size_label)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self._began = 0.0

    def show_state(self, state: State, painting: bool, waiting: int) -> None:
        """Show the state of the painting, and how many results are pending."""
        words = {
            State.EMPTY: "",
            State.WAITING: self.tr("Painting…") if painting else "",
            State.PREVIEW: self.tr("Preview — painting in full resolution…"),
            State.READY: self.tr("Painted in full resolution"),
            State.STOPPED: self.tr("Stopped"),
            State.FAILED: self.tr("This style could not paint the picture"),
        }
        pending = self.tr("%n result(s) will be saved when painted", "", waiting)
        self.text.setText(pending if waiting else words[state])
        busy = painting and state in (State.WAITING, State.PREVIEW)
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self.finish.setVisible(state is State.STOPPED)
        if not busy or state is State.WAITING:
            self.show_progress(0.0)

    def show_progress(self, share: float) -> None:
        """Show the finished share, 0 to 1, and the remaining time once it can be estimated."""
        now = time.monotonic()
        if share == 0.0:
            self._began = now
        self.progress.setValue(round(share * 1000))
        elapsed = now - self._began
        if not share:
            self.share.setText("")
        elif elapsed < _ESTIMATE_AFTER:
            self.share.setText(f"{share:.0%}")
        else:
            seconds = round(elapsed * (1 - share) / share)
            left = self.tr("{percent}, {time} left")
            left = left.format(percent=f"{share:.0%}", time=f"{seconds // 60}:{seconds % 60:02}")
            self.share.setText(left)

    def show_facts(self, size: QSize, bits: int) -> None:
        """Show the picture's size, and that it loses bits per channel if it has more than 8."""
        text = f"{size.width()} × {size.height()}"
        if bits > 8:
            text += " · " + self.tr("{bits} bits, painted with 8").format(bits=bits)
        self.size_label.setText(text)
