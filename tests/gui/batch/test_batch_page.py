"""Batch mode in the real window."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, save_photo
from realstyler import pictures
from realstyler.engine import Cancellation, Stream, Stylizer
from realstyler.pictures import Found
from realstyler_gui.batch.batch_page import BatchPage
from realstyler_gui.batch.items import Item, Outcome
from realstyler_gui.batch.model import STATE
from realstyler_gui.batch.run import target_name
from realstyler_gui.modes import BATCH
from realstyler_gui.shared import dialogs, video_support
from realstyler_gui.shared.images import Pixels
from realstyler_gui.window import MainWindow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs, one of them in a sub-folder, and a broken file."""
    folder = tmp_path / "holiday"
    (folder / "beach").mkdir(parents=True)
    save_photo(folder / "a.png", 40, 30)
    save_photo(folder / "beach" / "c.png", 30, 40)
    (folder / "b.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path) -> BatchPage:
    """The page with the folder in its list, and an empty output folder."""
    window.show_mode(BATCH)
    page: BatchPage = window.page(BATCH)
    page.side.folder = tmp_path / "painted"
    page.side.folder.mkdir()
    window.open([folder])
    qtbot.waitUntil(lambda: len(page.batch.items) == 3, timeout=PATIENCE)
    return page


def test_a_broken_file_does_not_stop_the_others(
    qtbot: QtBot, window: MainWindow, page: BatchPage
) -> None:
    """Two pictures are painted into the same folder structure, one fails with its reason."""
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
            target = page.side.folder / item.found.relative
            with Image.open(item.found.path) as source, Image.open(target) as result:
                wanted = Stylizer("painted").stylize(np.asarray(source))
                np.testing.assert_array_equal(np.asarray(result), wanted)


def test_a_second_run_overwrites_nothing(qtbot: QtBot, page: BatchPage) -> None:
    """Results whose names are taken get numbered names."""
    (page.side.folder / "a.png").write_bytes(b"mine")
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert (page.side.folder / "a.png").read_bytes() == b"mine"
    assert (page.side.folder / "a-2.png").exists()


def test_cancel_stops_between_and_inside_pictures(
    qtbot: QtBot, page: BatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancel aborts the current picture without writing it; the rest can be painted later."""
    entered = Event()
    stylize = Stylizer.stylize

    def slow(
        self: Stylizer, pixels: Pixels, *more: object, cancel: Cancellation, **rest: object
    ) -> Pixels:
        entered.set()
        while True:
            cancel.check()

    with monkeypatch.context() as patch:
        patch.setattr(Stylizer, "stylize", slow)
        page.start()
        qtbot.waitUntil(entered.is_set, timeout=PATIENCE)
        qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not page.batch.running, timeout=PATIENCE)
    assert not list(page.side.folder.iterdir())
    assert page.batch.counts[Outcome.WAITING] >= 2
    assert Stylizer.stylize is stylize
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert page.batch.counts[Outcome.DONE] == 2


def test_closing_asks_while_a_batch_runs(
    qtbot: QtBot, window: MainWindow, page: BatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answering No keeps the window and the batch; after it is finished nobody is asked."""
    asked = []
    monkeypatch.setattr(dialogs, "confirm", lambda *_: asked.append(1))
    page.start()
    assert not window.close()
    qtbot.waitUntil(lambda: not page.batch.running, timeout=PATIENCE)
    assert window.close()
    assert len(asked) == 1


def test_pictures_are_taken_off_the_list(qtbot: QtBot, page: BatchPage) -> None:
    """Del removes the selected pictures from the list but not the files."""
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert len(page.batch.items) == 2
    assert all(item.found.path.exists() for item in page.batch.items)


@pytest.fixture
def clips(qtbot: QtBot, page: BatchPage, tmp_path: Path) -> Path:
    """A folder in the list, with a video with audio, a truncated video, and an invalid one."""
    pytest.importorskip("av")
    from clips import Clip

    folder = tmp_path / "clips"
    (folder / "sea").mkdir(parents=True)
    Clip(frames=8, sound=True).write(folder / "sea" / "waves.mp4")
    half = Clip(frames=50).write(folder / "half.mkv")
    half.write_bytes(half.read_bytes()[: half.stat().st_size * 2 // 3])
    (folder / "text.avi").write_text("no video " * 200)
    page.clear()
    page.add([folder])
    qtbot.waitUntil(lambda: len(page.batch.items) == 3, timeout=PATIENCE)
    return folder


def test_videos_are_painted_with_their_sound(
    qtbot: QtBot, window: MainWindow, page: BatchPage, clips: Path
) -> None:
    """Each video becomes a video with the identical audio; losses and damage are reported."""
    from clips import read

    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page.counts.text() == "3 videos · 2 done · 1 failed"
    source, result = (read(folder / "sea" / "waves.mp4") for folder in (clips, page.side.folder))
    assert result.packets["audio"] == source.packets["audio"]
    assert result.times == source.times
    assert np.abs(result.frames[3].astype(int) - source.frames[3]).mean() > 5
    model = page.list.model()
    states = " ".join(model.index(line, STATE).data() for line in range(3))
    assert "saved as waves.mp4" in states
    assert "saved as half.mkv; " in states
    assert "is cut off or damaged after" in states
    assert "text.avi is not a video" in states


def test_a_video_is_painted_as_the_controls_say(qtbot: QtBot, page: BatchPage, clips: Path) -> None:
    """At strength 0 the result is the original video."""
    from clips import read

    page.controls.strength.setValue(0)
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    source, result = (read(folder / "sea" / "waves.mp4") for folder in (clips, page.side.folder))
    assert np.abs(result.frames[3].astype(int) - source.frames[3]).mean() < 3


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_an_animation_goes_on_moving(qtbot: QtBot, page: BatchPage, suffix: str) -> None:
    """Animations are painted completely; still or damaged ones are treated as pictures."""
    pytest.importorskip("av")
    folder = page.side.folder.parent / "animations"
    folder.mkdir()
    frames = [Image.new("RGB", (48, 32), (60 * number, 90, 200)) for number in range(4)]
    frames[0].save(folder / f"moving{suffix}", save_all=True, append_images=frames[1:])
    frames[0].save(folder / f"still{suffix}")
    damaged = (folder / f"moving{suffix}").read_bytes()
    (folder / f"x{suffix}").write_bytes(damaged[: len(damaged) // 20])
    page.clear()
    page.add([folder])
    qtbot.waitUntil(lambda: len(page.batch.items) == 3, timeout=PATIENCE)
    assert [item.is_video for item in page.batch.items] == [True, False, False]
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert page.batch.items[2].outcome is Outcome.FAILED
    for item, wanted in zip(page.batch.items[:2], (4, 1), strict=True):
        assert item.target is not None, item.remark
        with Image.open(item.target) as result:
            assert getattr(result, "n_frames", 1) == wanted


def test_cancel_stops_inside_a_video(
    qtbot: QtBot, page: BatchPage, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row shows speed and remaining time; Cancel leaves no file, and a later run paints it."""
    from realstyler_gui.batch import video

    monkeypatch.setattr(video, "_PACE", 0.0)
    page.batch.remove(page.batch.items[:2])
    cancelled = Event()
    with monkeypatch.context() as patch:
        patch.setattr(Stream, "stylize", waiting(Stream.stylize, cancelled))
        page.start()
        state = page.list.model().index(0, STATE)
        qtbot.waitUntil(lambda: "left" in state.data(), timeout=PATIENCE)
        qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
        cancelled.set()
        qtbot.waitUntil(lambda: not page.batch.running, timeout=PATIENCE)
        assert not list(page.side.folder.rglob("*.m*"))
    assert page.batch.counts[Outcome.WAITING] == 1
    assert state.data() == "waiting"
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert page.batch.counts[Outcome.DONE] == 1


def waiting(stylize: Callable[..., Pixels], event: Event) -> Callable[..., Pixels]:
    """A stream whose fifth frame waits for an event, so that the video can't finish earlier."""
    frames = count(1)

    def wait_first(*arguments: Any, **named: Any) -> Pixels:
        if next(frames) == 5:
            event.wait(PATIENCE / 1000)
        return stylize(*arguments, **named)

    return wait_first


def test_without_the_extra_a_video_says_what_to_install(
    qtbot: QtBot, page: BatchPage, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without PyAV, a folder's videos are skipped; a video added by name fails with the remedy."""
    monkeypatch.setattr(video_support, "available", lambda: False)
    page.clear()
    page.add([clips, clips / "sea" / "waves.mp4"])
    qtbot.waitUntil(lambda: len(page.batch.items) == 1, timeout=PATIENCE)
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    assert "pip install 'realstyler[video]'" in page.list.model().index(0, STATE).data()


@given(st.sampled_from(["a.jpg", "b/c.PNG", "d.gif", "e.avif"]), st.sampled_from(["", ".png"]))
def test_results_have_formats_that_can_be_written(name: str, suffix: str) -> None:
    """Whatever the input format, the result's suffix is one that `pictures.write` supports."""
    from realstyler.pictures import format_of

    target = target_name(Path(name), suffix)
    assert format_of(target)
    assert target.parent == Path(name).parent


@pytest.mark.parametrize("then", ["clear", "swap", "again"])
def test_cancel_while_a_result_is_written_mixes_nothing_up(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """Clear, add or start right after Cancel, while writing: every row stays correct."""
    page: BatchPage = window.page(BATCH)
    page.side.folder = tmp_path / "out"
    page.side.folder.mkdir()
    first, second = (save_photo(tmp_path / name, 40, 30) for name in ("a.png", "b.png"))
    writing, go_on = Event(), Event()
    write = pictures.write

    def slow(*arguments: Any, **named: Any) -> None:
        writing.set()
        go_on.wait(PATIENCE / 1000)
        write(*arguments, **named)

    monkeypatch.setattr(pictures, "write", slow)
    page.add([first])
    qtbot.waitUntil(lambda: len(page.batch.items) == 1, timeout=PATIENCE)
    page.start()
    qtbot.waitUntil(writing.is_set, timeout=PATIENCE)
    page.batch.cancel()
    page.start() if then == "again" else page.clear()
    if then == "swap":
        page.add([second])
        qtbot.waitUntil(lambda: len(page.batch.items) == 2, timeout=PATIENCE)
    go_on.set()
    qtbot.waitUntil(lambda: not page.batch.running, timeout=PATIENCE)
    assert [path.name for path in page.side.folder.iterdir()] == ["a.png"]
    done = page.batch.items[0]
    assert (done.outcome, done.target) == (Outcome.DONE, page.side.folder / "a.png")
    if then == "swap":
        with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
            page.start()
        assert [item.target.name for item in page.batch.items] == ["a.png", "b.png"]


def test_the_settings_rest_while_a_batch_runs(qtbot: QtBot, page: BatchPage) -> None:
    """Settings that a run does not re-read can't be changed during it."""
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
        assert not page.styles.isEnabled()
        assert not page.controls.strength.isEnabled()
    assert page.styles.isEnabled()


def test_a_file_can_be_painted_again(
    qtbot: QtBot, window: MainWindow, page: BatchPage, folder: Path
) -> None:
    """A row's menu opens its result, or repaints it under a new name; a fixed file is retried."""
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.start()
    save_photo(folder / "b.jpg", 20, 20)
    names = [item.found.path.name for item in page.batch.items]
    page.list.setCurrentIndex(page.list.model().index(names.index("b.jpg"), 0))
    texts = [action.text() for action in page.list.row_menu().actions() if action.text()]
    assert texts == ["Open the original", "Show in its folder", "Paint again", "Remove"]
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.paint_again()
    assert page.batch.counts[Outcome.DONE] == 3
    page.list.setCurrentIndex(page.list.model().index(names.index("a.png"), 0))
    assert page.list.row_menu().actions()[0].text() == "Open the result"
    with qtbot.waitSignal(page.batch.finished, timeout=PATIENCE):
        page.paint_again()
    assert len(list(page.side.folder.glob("a*.png"))) == 2


def test_closing_asks_only_while_something_is_left(
    window: MainWindow, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment between the last result and the end of the run is nothing to be asked about."""
    page: BatchPage = window.page(BATCH)
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "confirm", lambda _, question: bool(asked.append(question)))
    monkeypatch.setattr(type(page.batch), "running", property(lambda _: True))
    page.batch.items[:] = [Item(Found(photo, Path(photo.name)), outcome=Outcome.DONE)]
    assert page.may_close()
    assert asked == []
    page.batch.items[0].outcome = Outcome.PAINTING
    assert not page.may_close()
    assert len(asked) == 1
    page.batch.items.clear()
