"""Background tasks."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler.errors import RealstylerError
from realstyler_gui.shared.tasks import Task, Tasks


def test_work_runs_beside_and_ends_in_the_main_thread(qtbot: QtBot, qapp: QApplication) -> None:
    """Results, errors and unexpected exceptions are delivered to the main thread."""
    tasks, outcomes = Tasks(), []

    def fail(_: Task[None]) -> None:
        raise KeyError("oops")

    def note(outcome: object) -> None:
        outcomes.append((outcome, QThread.currentThread() is qapp.thread()))

    tasks.run(lambda _: QThread.currentThread() is qapp.thread(), note, note)
    tasks.run(fail, note, note)
    qtbot.waitUntil(lambda: len(outcomes) == 2, timeout=PATIENCE)
    results = {type(outcome): (outcome, main) for outcome, main in outcomes}
    assert results[bool] == (False, True)
    error, in_main = results[RealstylerError]
    assert "KeyError" in str(error)
    assert in_main
    assert tasks.close()


def test_cancelled_work_says_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    """After `cancel` neither a result nor an error is delivered, and closing waits for the work."""
    tasks, outcomes, entered = Tasks(), [], threading.Event()

    def work(task: Task[None]) -> None:
        entered.set()
        while True:
            task.cancel.check()

    task = tasks.run(work, outcomes.append, outcomes.append)
    assert entered.wait(30)
    task.cancel()
    assert tasks.close()
    qtbot.wait(50)
    assert outcomes == []
