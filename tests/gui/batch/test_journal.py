"""A batch that was cut off goes on in the next session, and paints nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, open_window, save_photo
from realstyler import pictures
from realstyler.pictures import Found
from realstyler_gui.batch.batch_page import BatchPage
from realstyler_gui.batch.items import Item, Outcome
from realstyler_gui.batch.journal import Journal, Plan, journal_file
from realstyler_gui.modes import BATCH
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.window import MainWindow


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> BatchPage:
    """The page with three photographs of one folder, and an empty output folder."""
    folder = tmp_path / "holiday"
    folder.mkdir()
    for name in "abc":
        save_photo(folder / f"{name}.png", 40, 30)
    window.show_mode(BATCH)
    page: BatchPage = window.page(BATCH)
    page.side.folder = tmp_path / "painted"
    page.side.folder.mkdir()
    page.add([folder])
    qtbot.waitUntil(lambda: len(page.batch.items) == 3, timeout=PATIENCE)
    return page


@pytest.fixture
def cut_off(
    qtbot: QtBot, window: MainWindow, page: BatchPage, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """What a crash leaves behind that comes just after the second picture was written."""
    file = journal_file(window.context.settings)
    written, go_on = Event(), Event()
    write = pictures.write
    results: list[Path] = []

    def slow(picture: pictures.Picture, target: Path, **named: Any) -> None:
        write(picture, target, **named)
        results.append(target)
        if len(results) == 2:
            written.set()
            go_on.wait(PATIENCE / 1000)

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "write", slow)
        page.side.set_parameters(Parameters("quiet", strength=0.5))
        page.start()
        qtbot.waitUntil(written.is_set, timeout=PATIENCE)
        left = file.read_bytes()
        page.batch.cancel()
        go_on.set()
        qtbot.waitUntil(lambda: not page.batch.running, timeout=PATIENCE)
    window.close()
    file.write_bytes(left)
    return file


@pytest.fixture
def next_window(
    cut_off: Path, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[MainWindow]:
    """The window at the next start."""
    shown = open_window(qapp, tmp_path)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()


def test_the_next_start_goes_on(qtbot: QtBot, next_window: MainWindow, tmp_path: Path) -> None:
    """It offers to continue: with the same settings, and only what is not written yet."""
    window, painted = next_window, tmp_path / "painted"
    before = {path: path.stat().st_mtime_ns for path in painted.iterdir()}
    assert len(before) == 2
    qtbot.waitUntil(lambda: bool(window.toasts.message), timeout=PATIENCE)
    assert window.toasts.message == "1 file of your last batch is left"
    button = next(b for b in window.toasts.findChildren(QPushButton) if b.text() == "Continue")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    page: BatchPage = window.page(BATCH)
    assert window.mode == BATCH
    qtbot.waitUntil(lambda: page.batch.counts[Outcome.DONE] == 3, timeout=PATIENCE)
    assert page.side.controls.parameters == Parameters("quiet", strength=0.5)
    assert sorted(path.name for path in painted.iterdir()) == ["a.png", "b.png", "c.png"]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_finished_batch_is_not_offered(
    qtbot: QtBot, qapp: QApplication, next_window: MainWindow, tmp_path: Path
) -> None:
    """Once all is painted the next start is silent, and the list is empty."""
    page: BatchPage = next_window.page(BATCH)
    page.go_on()
    qtbot.waitUntil(lambda: page.batch.counts[Outcome.DONE] == 3, timeout=PATIENCE)
    assert next_window.close()
    third = open_window(qapp, tmp_path)
    qtbot.addWidget(third)
    third.intake.offer_to_go_on()
    assert third.toasts.message == ""
    assert third.page(BATCH).batch.items == []
    third.close()


def test_a_list_that_was_not_started_waits(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, page: BatchPage, tmp_path: Path
) -> None:
    """Files that were only added are there again; continuing shows them, and paints nothing."""
    window.close()
    second = open_window(qapp, tmp_path)
    qtbot.addWidget(second)
    second.intake.offer_to_go_on()
    assert second.toasts.message == "3 files of your last batch are left"
    restored: BatchPage = second.page(BATCH)
    restored.go_on()
    assert not restored.batch.running
    assert len(restored.batch.items) == 3
    restored.clear()
    assert not journal_file(second.context.settings).exists()
    second.close()


def test_a_list_that_cannot_be_kept_is_painted(
    qtbot: QtBot, window: MainWindow, page: BatchPage
) -> None:
    """Where nothing can be written beside the settings, the batch runs as before."""
    file = journal_file(window.context.settings)
    file.unlink()
    file.mkdir()
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert page.batch.counts[Outcome.DONE] == 3


def test_each_cut_leaves_a_list_that_is_true(tmp_path: Path) -> None:
    """However many bytes of it were written: no finished file waits, and none is made up."""
    item = Item(Found(tmp_path / "a.png", Path("a.png")))
    other = Item(Found(tmp_path / "b.png", Path("b.png")))
    target = save_photo(tmp_path / "result.png", 8, 8)
    file = tmp_path / "batch.jsonl"
    journal = Journal(file)
    journal.write([item, other])
    journal.start([item, other], Plan(Parameters("quiet"), tmp_path, ".png"))
    whole = len(file.read_bytes())
    journal.begin(item, target)
    begun = len(file.read_bytes())
    journal.end(item, Outcome.DONE, target, "")
    lines = file.read_bytes()
    for length in range(whole, len(lines) + 1):
        file.write_bytes(lines[:length])
        kept = Journal(file).read()
        assert kept is not None
        assert kept.plan == Plan(Parameters("quiet"), tmp_path, ".png")
        done = [each.target for each in kept.items if each.outcome is Outcome.DONE]
        assert done == ([target] if length >= begun - 1 else [])
    target.unlink()
    file.write_bytes(lines[:begun])
    kept = Journal(file).read()
    assert kept is not None
    assert kept.left == 2  # the name was written down, the result was not


LINES = st.lists(
    st.dictionaries(
        st.sampled_from(["path", "relative", "state", "target", "folder", "parameters", "video"]),
        st.none() | st.integers() | st.sampled_from(["a", "done", "begun", "waiting", ""]),
    ).map(json.dumps)
    | st.text()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_a_damaged_list_is_read_as_far_as_it_makes_sense(lines: list[str], tmp_path: Path) -> None:
    """Whatever the file holds, reading it gives a list or none."""
    file = tmp_path / "damaged.jsonl"
    file.write_text("\n".join(lines), "utf-8", errors="surrogatepass")
    kept = Journal(file).read()
    assert kept is None or kept.left > 0
