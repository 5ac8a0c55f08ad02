"""Errors in the language of the window, with what the window offers as their remedy."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from realstyler.errors import RealstylerError
from realstyler.messages import Language

_PROPERTY = "language"


def use_language(application: QCoreApplication, language: str) -> None:
    """Remember which language the texts of the window are in."""
    application.setProperty(_PROPERTY, language)


def in_words(error: RealstylerError) -> str:
    """Say an error on one line as the window says it."""
    application = QCoreApplication.instance()
    chosen = application.property(_PROPERTY) if application is not None else "en"
    language: Language = "ru" if chosen == "ru" else "en"
    return error.in_words(language, "window")
