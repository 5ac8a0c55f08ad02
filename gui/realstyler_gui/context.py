"""What every page of the window shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from realstyler.errors import RealstylerError
from realstyler_gui.catalogue import Catalogue
from realstyler_gui.icons import Icons
from realstyler_gui.settings import Settings
from realstyler_gui.studio import Studio
from realstyler_gui.tasks import Tasks
from realstyler_gui.theme import Theme


class Notifier(Protocol):
    """Something that can show a quiet message."""

    def show(
        self, message: str, action: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Show a message for some seconds, with an optional button."""

    def error(self, error: RealstylerError) -> None:
        """Show an error a little longer."""


@dataclass(frozen=True)
class Context:
    """The parts that pages are built from."""

    settings: Settings
    theme: Theme
    icons: Icons
    tasks: Tasks
    studio: Studio
    catalogue: Catalogue
    notifier: Notifier
