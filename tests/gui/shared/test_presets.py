"""Presets of all settings, and settings copied from page to page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui_support import PATIENCE, save_photo
from realstyler_gui.modes import BATCH, LIVE, PHOTO
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.presets import Presets
from realstyler_gui.shared.presets_button import PresetsButton
from realstyler_gui.shared.settings import Settings
from realstyler_gui.window import MainWindow

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
SOFT = Parameters("quiet", second="painted", share=0.25, strength=0.6, keep_colors=True, stroke=512)


def entry(button: PresetsButton, text: str, menu: QMenu | None = None) -> None:
    """Choose an entry of the menu as a user does."""
    button.fill()
    entries = {each.text(): each for each in (menu or button.menu()).actions()}
    entries[text].trigger()


def names(button: PresetsButton) -> list[str]:
    """The presets that the menu offers."""
    button.fill()
    texts = [each.text() for each in button.menu().actions()]
    return texts[: texts.index("")]


def test_a_preset_brings_all_settings_back(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved under a name, applied as one undoable step, also in another session's window."""
    page = window.photo
    page.session.set_parameters(SOFT)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: " Soft & warm ")
    entry(page.controls.presets, "Save these settings…")
    page.session.set_parameters(Parameters("painted"))
    assert names(page.controls.presets) == ["Soft && warm"]
    entry(page.controls.presets, "Soft && warm")
    assert page.session.parameters == SOFT
    page.session.undo_stack.undo()
    assert page.session.parameters == Parameters("painted")
    assert Presets(Settings()).find("Soft & warm") == SOFT


def test_a_preset_is_replaced_only_if_confirmed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same name asks; No keeps the old settings, and an empty name saves nothing."""
    button = window.photo.controls.presets
    button.presets.keep("mine", SOFT)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: "mine")
    monkeypatch.setattr(dialogs, "confirm", lambda *_: False)
    button.ask_name()
    assert button.presets.find("mine") == SOFT
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    button.ask_name()
    assert button.presets.find("mine") == window.photo.controls.parameters
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: "  ")
    button.ask_name()
    assert names(button) == ["mine"]


def test_a_preset_is_removed(window: MainWindow) -> None:
    """Remove takes the preset off the menu of every page."""
    button = window.photo.controls.presets
    button.presets.keep("mine", SOFT)
    button.fill()
    removing = next(each.menu() for each in button.menu().actions() if each.menu())
    removing.actions()[0].trigger()
    assert names(button) == []
    assert names(window.page(LIVE).controls.presets) == []


def test_settings_are_copied_to_a_batch(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+Shift+C in photo mode and Ctrl+Shift+V in batch mode; the list of styles follows."""
    window.photo.session.set_parameters(SOFT)
    qtbot.keyClick(window, Qt.Key.Key_C, BOTH)
    window.show_mode(BATCH)
    page = window.page(BATCH)
    page.side.set_parameters(Parameters("painted"))
    qtbot.keyClick(window, Qt.Key.Key_V, BOTH)
    assert page.controls.parameters == SOFT
    assert page.styles.currentData() == "quiet"


def test_live_mode_keeps_its_network(qtbot: QtBot, window: MainWindow) -> None:
    """Settings pasted in live mode leave the quality there as it is: it decides the frame rate."""
    window.photo.session.set_parameters(SOFT)
    window.photo.controls.presets.copy()
    window.show_mode(LIVE)
    page = window.page(LIVE)
    qtbot.keyClick(window, Qt.Key.Key_V, BOTH)
    assert page.switcher.parameters == SOFT.but(network="live", stroke="auto")


def test_the_whole_folder_is_painted_like_the_open_picture(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """Ctrl+Shift+A adds the folder's pictures to the batch, with the settings of this one."""
    folder = tmp_path / "holiday"
    folder.mkdir()
    first, second = (save_photo(folder / name, 40, 30) for name in ("a.png", "b.png"))
    window.open([first])
    qtbot.waitUntil(lambda: window.photo.session.photo is not None, timeout=PATIENCE)
    window.photo.session.set_parameters(SOFT)
    qtbot.keyClick(window, Qt.Key.Key_A, BOTH)
    page = window.page(BATCH)
    assert window.mode == BATCH
    qtbot.waitUntil(lambda: len(page.batch.items) == 2, timeout=PATIENCE)
    assert [item.found.path for item in page.batch.items] == [first, second]
    assert page.controls.parameters == SOFT


def test_nothing_is_pasted_before_something_was_copied(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+Shift+V says so, and changes nothing."""
    before = window.photo.session.parameters
    qtbot.keyClick(window, Qt.Key.Key_V, BOTH)
    assert window.toasts.message == "No settings have been copied yet"
    assert window.photo.session.parameters == before
    assert window.mode == PHOTO


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=JSON.map(repr) | JSON.map(__import__("json").dumps) | st.text())
def test_damaged_presets_count_as_missing(kept: str, qtbot: QtBot) -> None:
    """Whatever the settings file says, there is a list of valid presets."""
    own = Settings()
    own.keep("presets", kept)
    for name in Presets(own).names:
        assert isinstance(Presets(own).find(name), Parameters)
