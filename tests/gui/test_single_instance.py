"""A second start of the app."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE
from realstyler_gui.single_instance import Receiver, hand_over


def test_the_first_window_opens_what_the_second_was_given(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """Pictures are passed to the first window; without one the second start continues."""
    identity = str(tmp_path)
    assert not hand_over(identity, [Path("/a.png")])
    owner = QObject()
    receiver = Receiver(identity, owner)
    with qtbot.waitSignal(receiver.started, timeout=PATIENCE) as started:
        assert hand_over(identity, [Path("/a b.png")])
    assert started.args == [[Path("/a b.png")]]
