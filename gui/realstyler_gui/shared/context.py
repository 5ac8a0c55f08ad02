"""The context shared by all pages of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from realstyler.errors import RealstylerError
from realstyler_gui.shared.catalogue import Catalogue
from realstyler_gui.shared.icons import Icons
from realstyler_gui.shared.settings import Settings
from realstyler_gui.shared.stylizer_pool import StylizerPool
from realstyler_gui.shared.tasks import Tasks
from realstyler_gui.shared.theme import Theme


class Notifier(Protocol):
    """Shows unobtrusive messages."""

    def show(
        self, message: str, action: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Show a message for some seconds, with an optional button."""

    def error(self, error: RealstylerError) -> None:
        """Show an error, a little longer than a message."""


@dataclass(frozen=True)
class Context:
    """The services that pages depend on."""

    settings: Settings
    theme: Theme
    icons: Icons
    tasks: Tasks
    stylizers: StylizerPool
    catalogue: Catalogue
    notifier: Notifier
