"""Two results of one photograph beside each other, verified by pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, save_photo
from realstyler.engine import Stylizer
from realstyler.registry import find_style
from realstyler_gui.photo.photo_page import PhotoPage
from realstyler_gui.photo.session import State
from realstyler_gui.shared.images import Pixels, as_pixels
from realstyler_gui.window import MainWindow

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
WIDTH, HEIGHT = 96, 64
CAPTION = 24
"""Lower rows that may lie under the captions, and columns at the divider under its handle."""


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, photo: Path) -> PhotoPage:
    """A photograph painted in full resolution in the first style."""
    window.open([photo])
    until_painted(qtbot, window.photo)
    return window.photo


def until_painted(qtbot: QtBot, page: PhotoPage) -> None:
    """Wait until what the controls say is painted."""
    qtbot.waitUntil(lambda: page.session.state is State.READY, timeout=PATIENCE)


def shown(page: PhotoPage) -> Pixels:
    """The screen's pixels where the picture is."""
    return as_pixels(page.view.grab(page.view.picture_rect().toRect()).toImage())


def painted(page: PhotoPage, style: str) -> Pixels:
    """The photograph as the engine paints it."""
    assert page.session.photo is not None
    return Stylizer(style).stylize(page.session.photo.picture.pixels)


def assert_halves(page: PhotoPage, left: Pixels, right: Pixels) -> None:
    """Check both sides of the divider, away from its handle and from the captions."""
    pixels = shown(page)
    np.testing.assert_array_equal(pixels[:20, :20], left[:20, :20])
    np.testing.assert_array_equal(pixels[:20, -20:], right[:20, -20:])


def test_a_result_is_pinned_and_compared(qtbot: QtBot, window: MainWindow, page: PhotoPage) -> None:
    """Ctrl+Shift+B, then another style: A on the left of the divider, B on the right."""
    qtbot.keyClick(window, Qt.Key.Key_B, BOTH)
    assert page.bar.results.isChecked()
    page.strip.choose("quiet")
    until_painted(qtbot, page)
    assert_halves(page, painted(page, "painted"), painted(page, "quiet"))
    assert page.view.layers.captions == ("A · Painted", "B · Quiet")


def test_holding_a_shows_the_pinned_result(
    qtbot: QtBot, window: MainWindow, page: PhotoPage
) -> None:
    """A flips to the pinned result and back; O still shows the photograph."""
    page.comparison.pin()
    page.strip.choose("quiet")
    until_painted(qtbot, page)
    qtbot.keyPress(page, Qt.Key.Key_A)
    np.testing.assert_array_equal(shown(page), painted(page, "painted"))
    qtbot.keyRelease(page, Qt.Key.Key_A)
    assert_halves(page, painted(page, "painted"), painted(page, "quiet"))
    qtbot.keyPress(page, Qt.Key.Key_O)
    assert page.session.photo is not None
    np.testing.assert_array_equal(shown(page), page.session.photo.picture.pixels)
    qtbot.keyRelease(page, Qt.Key.Key_O)


def test_results_are_swapped(qtbot: QtBot, window: MainWindow, page: PhotoPage) -> None:
    """Ctrl+Shift+X goes on with A, as one undoable step, and pins B."""
    page.comparison.pin()
    page.strip.choose("quiet")
    until_painted(qtbot, page)
    qtbot.keyClick(window, Qt.Key.Key_X, BOTH)
    until_painted(qtbot, page)
    assert page.session.parameters.style == "painted"
    assert_halves(page, painted(page, "quiet"), painted(page, "painted"))
    page.session.undo_stack.undo()
    assert page.session.parameters.style == "quiet"


def test_the_pinned_result_keeps_its_strength(
    qtbot: QtBot, window: MainWindow, page: PhotoPage
) -> None:
    """A at half its strength stays so, whatever the slider says afterwards."""
    page.controls.strength.setValue(50)
    page.comparison.pin()
    page.controls.strength.setValue(100)
    assert page.session.photo is not None
    photo = page.session.photo.picture.pixels[:20, :20].astype(int)
    half = (photo + painted(page, "painted")[:20, :20]) / 2
    assert np.abs(shown(page)[:20, :20] - half).max() <= 2
    assert page.view.layers.captions == ("A · Painted, 50%", "B · Painted")


def test_another_photograph_ends_the_comparison(
    qtbot: QtBot, window: MainWindow, page: PhotoPage, tmp_path: Path
) -> None:
    """The pinned result belongs to the photograph; the divider goes, too."""
    page.comparison.pin()
    window.open([save_photo(tmp_path / "other.png", 40, 30)])
    qtbot.waitUntil(lambda: page.comparison.parameters is None, timeout=PATIENCE)
    assert page.view.layers.pinned is None
    assert page.view.split is None
    assert not page.bar.results.isChecked()


def test_a_style_is_compared_from_its_menu(
    qtbot: QtBot, window: MainWindow, page: PhotoPage
) -> None:
    """The present result is pinned and the style is chosen; untrained ones can't be."""
    entry = page.strip.menu(find_style("quiet")).actions()[-1]
    entry.trigger()
    assert page.comparison.parameters is not None
    assert page.comparison.parameters.style == "painted"
    assert page.session.parameters.style == "quiet"
    assert not page.strip.menu(find_style("raw")).actions()[-1].isEnabled()


def test_nothing_can_be_pinned_before_it_is_painted(qtbot: QtBot, window: MainWindow) -> None:
    """The window says so; the button does not stay pressed."""
    window.photo.comparison.toggle()
    assert window.toasts.message == "Nothing is painted yet"
    window.photo.comparison.swap()
    assert window.toasts.message == "No result is pinned"
    assert not window.photo.bar.results.isChecked()
