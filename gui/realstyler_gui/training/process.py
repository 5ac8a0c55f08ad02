"""The child process that trains: how it is started and stopped, and what it says."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, Signal

from realstyler.errors import RealstylerError
from realstyler_gui.training.progress import Progress, parse


class TrainingProcess(QProcess):
    """One ``realstyler train`` at a time."""

    progressed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: RealstylerError | None = None
        """The error that ended it, if it could tell one."""
        self._last_line = ""
        """The last it said besides, for an end that it could not explain."""
        self.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self.readyReadStandardOutput.connect(self.read_lines)

    def begin(self, arguments: Sequence[str]) -> None:
        """Start ``realstyler`` with arguments."""
        self._told, self._last_line = None, ""
        # The window and everything else go first.
        nice = shutil.which("nice")
        command = [*([nice, "-n", "10"] if nice else []), sys.executable, "-m", "realstyler"]
        self.start(command[0], [*command[1:], *arguments])

    def interrupt(self) -> None:
        """Let it end after the running step, with a checkpoint."""
        if os.name == "posix":
            os.kill(self.processId(), signal.SIGINT)
        else:
            self.kill()  # the last checkpoint is at most 100 steps old

    def read_lines(self) -> None:
        """Take what it has said since."""
        text = bytes(self.readAllStandardOutput().data()).decode("utf-8", "replace")
        for line in filter(str.strip, text.splitlines()):
            told = parse(line)
            if isinstance(told, Progress):
                self.progressed.emit(told)
            elif told is not None:
                self._told = told
            else:
                self._last_line = line.strip()

    def error_of(self, code: int) -> RealstylerError:
        """Return why it ended with an exit code."""
        if self._told is not None:
            return self._told
        return RealstylerError(code="training-ended", number=code, last=self._last_line)
