"""A real offscreen window for every test, with its own settings and small styles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from gui_support import open_window, save_photo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")

if find_spec("PySide6") is None or find_spec("pytestqt") is None:
    # The core is also tested without this extra; test_plugin.py covers what must work then.
    collect_ignore = [
        str(path)
        for path in Path(__file__).parent.rglob("test_*.py")
        if path.name != "test_plugin.py"
    ]
else:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox
    from pytestqt.qtbot import QtBot

    from realstyler_gui.application import make_application
    from realstyler_gui.shared import dialogs
    from realstyler_gui.window import MainWindow
    from support import add_style

    @pytest.fixture(scope="session")
    def qapp_cls() -> Callable[[list[str]], QApplication]:
        """Our own application object instead of a plain one."""
        return lambda _: make_application()

    @pytest.fixture(autouse=True)
    def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        QSettings.setPath(ini, user, str(tmp_path / "settings"))
        monkeypatch.setenv("LANGUAGE", "en")

    @pytest.fixture(autouse=True)
    def _no_unexpected_questions(monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a dialog that nobody answers fail the test; no time-out reaches into its loop."""

        def asked(*arguments: object, **options: object) -> None:
            raise AssertionError(f"a dialog that the test does not answer: {arguments}")

        monkeypatch.setattr(QMessageBox, "question", asked)
        monkeypatch.setattr(QInputDialog, "getText", asked)
        for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, asked)
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", asked)

    @pytest.fixture
    def styles(painted: Path, drop_ins: Path) -> list[str]:
        """Two trained styles, ``painted`` and ``quiet``, and an untrained one, ``raw``."""
        add_style(drop_ins, "quiet", seed=1)
        add_style(drop_ins, "raw", trained=False)
        return ["painted", "quiet", "raw"]

    @pytest.fixture
    def window(
        qtbot: QtBot,
        qapp: QApplication,
        styles: list[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[MainWindow]:
        """The main window, shown and in English; closed properly at the end."""
        shown = open_window(qapp, tmp_path)
        qtbot.addWidget(shown)
        shown.show()
        qtbot.waitExposed(shown)
        yield shown
        # A question dialog would block forever.
        monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
        shown.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photograph of 96×64 pixels, red on the left and blue on the right."""
    return save_photo(tmp_path / "photo.png", 96, 64)
