"""Batch mode in the real window."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, save_photo
from realstyler.engine import Cancellation, Stylizer
from realstyler_gui import dialogs
from realstyler_gui.batch.batch_page import BatchPage
from realstyler_gui.batch.model import STATE
from realstyler_gui.batch.run import Outcome, target_name
from realstyler_gui.images import Pixels
from realstyler_gui.window import BATCH, MainWindow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs, one of them in a sub-folder, and one file that is broken."""
    folder = tmp_path / "holiday"
    (folder / "beach").mkdir(parents=True)
    save_photo(folder / "a.png", 40, 30)
    save_photo(folder / "beach" / "c.png", 30, 40)
    (folder / "b.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path) -> BatchPage:
    """The page with the folder in its list, and an empty folder for the results."""
    window.show_mode(BATCH)
    page: BatchPage = window.page(BATCH)
    page.folder = tmp_path / "painted"
    page.folder.mkdir()
    window.open([folder])
    qtbot.waitUntil(lambda: len(page.batch.items) == 3, timeout=PATIENCE)
    return page


def test_a_broken_file_does_not_stop_the_others(
    qtbot: QtBot, window: MainWindow, page: BatchPage
) -> None:
    """Two are painted into the folder's shape, one fails with its reason; the counts are honest."""
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page.counts.text() == "3 pictures · 2 done · 1 failed"
    assert window.toasts.message == "2 done, 1 failed, 0 left"
    model = page.list.model()
    states = [model.index(line, STATE).data() for line in range(3)]
    assert "saved as a.png" in states
    assert any("b.jpg is not a picture" in state for state in states)
    for item in page.batch.items:
        if item.outcome is Outcome.DONE:
            target = page.folder / item.found.relative
            with Image.open(item.found.path) as source, Image.open(target) as result:
                wanted = Stylizer("painted").stylize(np.asarray(source))
                np.testing.assert_array_equal(np.asarray(result), wanted)


def test_a_second_run_overwrites_nothing(qtbot: QtBot, page: BatchPage) -> None:
    """Results that are there already get a numbered neighbour."""
    (page.folder / "a.png").write_bytes(b"mine")
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert (page.folder / "a.png").read_bytes() == b"mine"
    assert (page.folder / "a-2.png").exists()


def test_cancel_stops_between_and_inside_pictures(
    qtbot: QtBot, page: BatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancel ends the picture at work, writes nothing of it, and the rest can be painted later."""
    entered = Event()
    stylize = Stylizer.stylize

    def slow(self: Stylizer, pixels: Pixels, *, cancel: Cancellation, **rest: object) -> Pixels:
        entered.set()
        while True:
            cancel.check()

    with monkeypatch.context() as patch:
        patch.setattr(Stylizer, "stylize", slow)
        page.start()
        qtbot.waitUntil(entered.is_set, timeout=PATIENCE)
        qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    assert not list(page.folder.iterdir())
    assert page.batch.counts[Outcome.WAITING] >= 2
    assert Stylizer.stylize is stylize
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert page.batch.counts[Outcome.DONE] == 2


def test_closing_asks_while_a_batch_runs(
    qtbot: QtBot, window: MainWindow, page: BatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No keeps the window and the batch; after it is done nobody is asked."""
    asked = []
    monkeypatch.setattr(dialogs, "confirm", lambda *_: asked.append(1))
    page.start()
    assert not window.close()
    qtbot.waitUntil(lambda: not page.batch.running, timeout=PATIENCE)
    assert window.close()
    assert len(asked) == 1


def test_pictures_are_taken_off_the_list(qtbot: QtBot, page: BatchPage) -> None:
    """Del removes the selected pictures from the list and leaves the files alone."""
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert len(page.batch.items) == 2
    assert all(item.found.path.exists() for item in page.batch.items)


@given(st.sampled_from(["a.jpg", "b/c.PNG", "d.gif", "e.avif"]), st.sampled_from(["", ".png"]))
def test_results_have_formats_that_can_be_written(name: str, suffix: str) -> None:
    """Whatever is read, the result's suffix is one that `pictures.write` knows."""
    from realstyler.pictures import format_of

    target = target_name(Path(name), suffix)
    assert format_of(target)
    assert target.parent == Path(name).parent
