"""Errors in the window's language, with remedies the window can offer."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from realstyler.errors import RealstylerError
from realstyler.messages import Language

_PROPERTY = "language"


def use_language(application: QCoreApplication, language: str) -> None:
    """Set the language of the window's texts."""
    application.setProperty(_PROPERTY, language)


def in_words(error: RealstylerError) -> str:
    """Return an error as one line of text."""
    application = QCoreApplication.instance()
    chosen = application.property(_PROPERTY) if application is not None else "en"
    language: Language = "ru" if chosen == "ru" else "en"
    return error.in_words(language, "window")
