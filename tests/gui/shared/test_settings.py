"""Persistent settings."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from realstyler_gui.shared.settings import Settings


def test_settings_survive_nonsense(qapp: QApplication) -> None:
    """Values of the wrong type count as missing, as do folders and pictures that are gone."""
    settings = Settings()
    settings.keep("threads", "many")
    settings.keep("folder/open", "/no/such/folder")
    settings.keep("recent", "/gone.jpg\n\n")
    assert settings.number("threads", 3) == 3
    assert settings.folder("open").is_dir()
    assert settings.recent == []


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e300", "-3"])
def test_numbers_out_of_range_count_as_missing(qapp: QApplication, value: str) -> None:
    """Whatever is in the settings file, the window opens."""
    settings = Settings()
    settings.keep("threads", value)
    assert settings.number("threads", 0, 0, 64) == 0
