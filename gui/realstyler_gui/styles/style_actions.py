"""What can be done with a style besides using and training it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from realstyler import style_files
from realstyler.errors import OutputError
from realstyler.registry import Style
from realstyler.registry.candidates import drop_in_folder
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.file_names import free_name
from realstyler_gui.shared.folders import data_folder


class StyleActions(QObject):
    """Renames, exports and removes the style that is shown, and opens its folder."""

    def __init__(
        self, context: Context, page: QWidget, current: Callable[[], Style | None]
    ) -> None:
        super().__init__(page)
        self._context, self._page, self._current = context, page, current

    def fill(self, menu: QMenu, busy: bool) -> None:
        """Fill the menu of the style that is shown; what is being trained is not removed."""
        menu.clear()
        style = self._current()
        if style is None:
            return
        menu.addAction(self.tr("Rename…"), self.rename)
        menu.addAction(self.tr("Export…"), self.export).setEnabled(style.trained)
        menu.addAction(self.tr("Open its folder"), self.open_folder)
        menu.addSeparator()
        remove = menu.addAction(self.tr("Remove…"), self.remove)
        remove.setEnabled(is_own(style) and not busy)

    def rename(self) -> None:
        """Ask what the style is to be called in this window; blanks give its own title back."""
        style = self._current()
        if style is None:
            return
        title = dialogs.ask_text(
            self._page, self.tr("Rename the style"), self.tr("Title"), style.title
        )
        if title and title.strip() != style.title:
            self._context.catalogue.rename(style.name, title.strip())

    def export(self) -> None:
        """Ask for a file, and write the style into it, for other people and computers."""
        style = self._current()
        if style is None:
            return
        folder = self._context.settings.folder("styles")
        suggestion = free_name(folder / f"{style.name}{style_files.SUFFIX}")
        target = dialogs.ask_save_style(self._page, suggestion)
        if target is not None:
            self._context.settings.keep_folder("styles", target.parent)
            self.export_to(style, target)

    def export_to(self, style: Style, target: Path) -> None:
        """Write a style into a file."""
        self._context.tasks.run(
            lambda _: style_files.write(style, target, overwrite=True), self._tell_exported
        )

    def open_folder(self) -> None:
        """Open the style's folder in the file manager."""
        style = self._current()
        if style is not None:
            dialogs.show_folder(style.folder)

    def remove(self) -> None:
        """Take one of the user's own styles away; it can be brought back."""
        style = self._current()
        question = self.tr("Remove {title} from your styles?")
        if style is None or not is_own(style):
            return
        if dialogs.confirm(self._page, question.format(title=style.title)):
            place = drop_in_folder() / style.name
            kept = free_name(data_folder() / "removed" / style.name)
            if self._move(place, kept):
                self._context.notifier.show(
                    self.tr("{title} is removed").format(title=style.title),
                    self.tr("Bring it back"),
                    partial(self._bring_back, kept, place),
                )

    def _bring_back(self, kept: Path, place: Path) -> None:
        self._move(kept, place)

    def _move(self, source: Path, target: Path) -> bool:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
        except OSError as error:
            told = {"folder": source, "reason": error.strerror}
            self._context.notifier.error(OutputError(code="style-not-moved", **told))
            return False
        self._context.stylizers.forget()
        self._context.catalogue.reload()
        return True

    def _tell_exported(self, target: Path) -> None:
        self._context.notifier.show(
            self.tr("Saved {name}").format(name=target.name),
            self.tr("Show"),
            partial(dialogs.show_folder, target.parent),
        )


def is_own(style: Style) -> bool:
    """Return whether a style is a folder of the user's, and not part of a package."""
    place = drop_in_folder() / style.name
    return place.exists() and place.resolve() == style.folder.resolve()
