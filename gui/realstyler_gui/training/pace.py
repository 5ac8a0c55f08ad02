"""How fast this computer trains, to tell how long a training will take."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject

from realstyler_gui.shared.settings import Settings
from realstyler_gui.training.progress import Progress
from realstyler_gui.training.training import Training

_ENOUGH = 10
"""Steps: the first ones take longer."""


class PaceKeeper(QObject):
    """Measures the steps of a training, and remembers the pace of each network."""

    def __init__(self, settings: Settings, training: Training) -> None:
        super().__init__(training)
        self._settings, self._training = settings, training
        self._begun: tuple[str, int, float] | None = None
        """The network, and step and time of its first progress."""
        training.progressed.connect(self._follow)

    def _follow(self, progress: Progress) -> None:
        plan, now = self._training.plan, time.monotonic()
        if plan is None:
            return
        network, step, began = self._begun or ("", 0, 0.0)
        if network != plan.network or progress.step < step:
            self._begun = (plan.network, progress.step, now)
        elif progress.step - step >= _ENOUGH:
            seconds = (now - began) / (progress.step - step)
            self._settings.keep(_key(plan.network), seconds)


def seconds_per_step(settings: Settings, network: str) -> float | None:
    """Return the pace of the last training of a network; None before the first."""
    return settings.number(_key(network), 0, 0, 1e5) or None


def _key(network: str) -> str:
    return f"training/seconds_per_step/{network}"
