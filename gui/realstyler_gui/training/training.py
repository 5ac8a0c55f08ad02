"""Training in the background: a child process of ``realstyler train``, followed and steered."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from enum import Enum
from itertools import count
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QProcess, Signal

from realstyler import installation
from realstyler.errors import RealstylerError
from realstyler.registry import find_style
from realstyler_gui.shared.folders import data_folder
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.widgets import every
from realstyler_gui.training.plan import Plan
from realstyler_gui.training.process import TrainingProcess
from realstyler_gui.training.progress import Progress

_LOOK_MILLISECONDS = 1000
_ENDING_MILLISECONDS = 60_000
_INTERRUPTED = 130


class State(Enum):
    """Where a training stands."""

    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"


class Training(QObject):
    """At most one training at a time. A paused one is remembered until it is resumed or dropped."""

    state_changed = Signal(object)
    progressed = Signal(object)
    preview_changed = Signal(object)
    """The path of the newest preview picture."""
    failed = Signal(object)
    finished = Signal(str)
    """The name of the style that is trained now."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.state = State.IDLE
        self.plan = _remembered(settings)
        self.history: list[Progress] = []
        self.preview: Path | None = None
        self._forgetting = self._accepting = self._closing = False
        self._lock: QLockFile | None = None
        """Held while the child runs: no other window may train in the same folder."""
        self._process = TrainingProcess(self)
        self._process.progressed.connect(self._note)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._tell_start_error)
        self._look = every(self, _LOOK_MILLISECONDS, self._look_for_preview)
        if self.plan is not None:
            self.state = State.PAUSED
            self._look_for_preview()

    @property
    def running(self) -> bool:
        """Whether the child process is alive."""
        return self.state in (State.RUNNING, State.STOPPING)

    def start(
        self,
        style: str,
        network: str,
        data: Path | None,
        steps: int,
        photograph: Path | None = None,
    ) -> None:
        """Begin a new training in a folder of its own; no steps are those of the style."""
        folder, own = _new_folder(style, network), str(photograph or "")
        self._begin(Plan(style, network, str(data or ""), steps, folder, own))

    def start_new(self, style: str, photograph: Path | None) -> None:
        """Train a style that is new, as it is configured: first the full, then the live network."""
        folder, own = _new_folder(style, "full"), str(photograph or "")
        self._begin(Plan(style, "full", "", 0, folder, own, live=True))

    def accept(self) -> None:
        """End it with what was reached, which is good enough: the style gets these weights."""
        self._accepting = True
        self._interrupt()

    @property
    def may_go_on(self) -> bool:
        """Whether a training has ended that can be continued."""
        return self.state is State.DONE and self.plan is not None and self.plan.reached is not None

    def go_on(self) -> None:
        """Train on from what was reached; a backup of the weights is kept."""
        plan = self.plan
        if plan is None or not self.may_go_on:
            return
        network = "full" if plan.before else plan.network
        folder, live = _new_folder(plan.style, network), plan.live or bool(plan.before)
        self._begin(
            replace(
                plan, network=network, folder=folder, begin=str(plan.reached), live=live, before=""
            )
        )

    def _begin(self, plan: Plan) -> None:
        self.history.clear()
        self.preview = None
        if self._closing:  # it is begun when the window is opened again
            self._remember(plan)
        else:
            self._launch(plan)

    def resume(self) -> None:
        """Go on with the paused training."""
        if self.state in (State.PAUSED, State.FAILED) and self.plan is not None:
            self._launch(self.plan)

    def pause(self) -> None:
        """Save a checkpoint and end the process; `resume` goes on from there."""
        self._interrupt()

    def stop(self) -> None:
        """End the training for good; what it wrote stays in its folder."""
        self._forgetting = True
        if self.running:
            self._interrupt()
        else:
            self._forget()

    def close(self) -> None:
        """Pause and wait for the end of the process."""
        self._closing = True
        if self._process.state() is QProcess.ProcessState.NotRunning:
            return
        self._interrupt()
        if not self._process.waitForFinished(_ENDING_MILLISECONDS):
            self._process.kill()
            self._process.waitForFinished()

    def _launch(self, plan: Plan) -> None:
        if self.running or not self._take_lock(plan):
            return
        self.plan, self._forgetting, self._accepting = plan, False, False
        self._remember(plan)
        self._set_state(State.RUNNING)
        self._look.start()
        self._process.begin(plan.arguments())

    def _remember(self, plan: Plan) -> None:
        self._settings.keep("training/plan", json.dumps(asdict(plan)))

    def _take_lock(self, plan: Plan) -> bool:
        runs_folder().mkdir(parents=True, exist_ok=True)
        lock = QLockFile(f"{plan.folder}.lock")
        lock.setStaleLockTime(0)  # only the end of its process frees it, not its age
        if not lock.tryLock(0):
            self.failed.emit(RealstylerError(code="training-in-another-window"))
            return False
        self._lock = lock
        return True

    def _free_lock(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _interrupt(self) -> None:
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._set_state(State.STOPPING)
            self._process.interrupt()

    def _note(self, progress: Progress) -> None:
        self.history.append(progress)
        self.progressed.emit(progress)

    def _end(self, code: int, status: QProcess.ExitStatus) -> None:
        self._process.read_lines()
        self._free_lock()
        self._look.stop()
        self._look_for_preview()
        stopped = self.state is State.STOPPING or code == _INTERRUPTED
        if self._forgetting:
            self._forget()
        elif stopped and self._accepting:
            self._install()
        elif stopped:
            self._set_state(State.PAUSED)
        elif code == 0 and status is QProcess.ExitStatus.NormalExit:
            self._succeed()
        else:
            self._set_state(State.FAILED)
            self.failed.emit(self._process.error_of(code))

    def _install(self) -> None:
        """Give the style what a stopped training has learned."""
        assert self.plan is not None
        try:
            installation.install(self.plan.weights, find_style(self.plan.style))
        except RealstylerError as error:
            self._set_state(State.PAUSED)
            self.failed.emit(error)
        else:
            self._succeed()

    def _succeed(self) -> None:
        assert self.plan is not None
        plan = self.plan
        self._settings.keep("training/plan", "")
        self._set_state(State.DONE)
        self.finished.emit(plan.style)
        if plan.live:
            self._begin(_live_plan(plan))

    def _tell_start_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._free_lock()
            self._look.stop()
            self._set_state(State.FAILED)
            reason = self._process.errorString()
            self.failed.emit(RealstylerError(code="training-does-not-start", reason=reason))

    def _forget(self) -> None:
        self._settings.keep("training/plan", "")
        self.plan = None
        self._set_state(State.IDLE)

    def _look_for_preview(self) -> None:
        if self.plan is None:
            return
        shown = "photograph" if self.plan.photograph else "step"
        found = sorted(Path(self.plan.folder).glob(f"**/previews/{shown}-*.jpg"))
        if found and found[-1] != self.preview:
            self.preview = found[-1]
            self.preview_changed.emit(self.preview)

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit(state)


def _remembered(settings: Settings) -> Plan | None:
    try:
        return Plan(**json.loads(settings.text("training/plan")))
    except (ValueError, TypeError):
        return None


def _live_plan(plan: Plan) -> Plan:
    """The plan of the live network that follows a full one, begun from the style's if any."""
    style = find_style(plan.style)
    begin = str(style.weights_path("live")) if "live" in style.networks else ""
    folder = _new_folder(plan.style, "live")
    return replace(plan, network="live", folder=folder, begin=begin, live=False, before=plan.folder)


def _new_folder(style: str, network: str) -> str:
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    wanted = runs_folder() / f"{style}-{network}-{moment}"
    taken = (wanted.with_name(f"{wanted.name}-{number}") for number in count(2))
    return str(wanted if not wanted.exists() else next(f for f in taken if not f.exists()))


def runs_folder() -> Path:
    """Where trainings of the window keep their checkpoints and previews."""
    return data_folder() / "runs"
