"""The window in Russian."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from realstyler_gui.shared.settings import Settings


def test_the_translation_is_complete() -> None:
    """Every text has a compiled Russian translation with the same placeholders."""
    folder = files("realstyler_gui").joinpath("translations")
    tree = ET.fromstring(folder.joinpath("realstyler_gui_ru.ts").read_bytes())
    messages = list(tree.iter("message"))
    assert len(messages) > 200
    for message in messages:
        source, translation = message.findtext("source"), message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, source
        forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
        for form in forms:
            assert placeholders(form or "") == placeholders(source or ""), source
    assert folder.joinpath("realstyler_gui_ru.qm").is_file()


def placeholders(text: str) -> set[str]:
    """The placeholders in a text."""
    return set(re.findall(r"\{[^}]*\}|%n", text))


def test_no_text_is_missing_in_the_translation(tmp_path: Path) -> None:
    """The translation contains exactly the texts that Qt's tool finds in the source."""
    import shutil
    import subprocess
    import sys

    tool = Path(sys.executable).with_name("pyside6-lupdate")
    if not tool.exists():
        pytest.skip("Qt's translation tools are not installed")
    package = Path(str(files("realstyler_gui")))
    copy = tmp_path / "found.ts"
    shutil.copy(package / "translations/realstyler_gui_ru.ts", copy)
    sources = [str(path) for path in sorted(package.rglob("*.py"))]
    command = [str(tool), *sources, "-no-obsolete", "-locations", "none", "-ts", str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    tree = ET.parse(copy)
    assert not [m.findtext("source") for m in tree.iter("message") if _unfinished(m)]


def _unfinished(message: ET.Element) -> bool:
    translation = message.find("translation")
    return translation is None or translation.get("type") == "unfinished"


def test_russian_is_spoken(qtbot: QtBot, qapp: QApplication, styles: list[str]) -> None:
    """With Russian chosen, the window and Qt's plural forms are Russian."""
    from PySide6.QtCore import QTranslator

    from realstyler_gui.application import make_window

    Settings().keep("language", "ru")
    window = make_window(qapp)
    qtbot.addWidget(window)
    assert window.photo.bar.save.text() == "Сохранить…"
    window.show_mode(2)
    assert window.page(2).tr("%n picture(s)", "", 3) == "3 снимка"
    window.close()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


def test_other_languages_get_english_plurals(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a language without translations, and in locale C, plurals are still resolved."""
    from PySide6.QtCore import QCoreApplication, QTranslator

    from realstyler_gui import application

    for languages in (["de-DE"], ["C"], []):
        monkeypatch.setattr(
            application.QLocale, "uiLanguages", lambda _, found=languages: found, raising=False
        )
        application.translate(qapp, "")
        text = QCoreApplication.translate("BatchPage", "%n picture(s)", "", 3)
        assert text == "3 pictures"
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()
