"""Saves and copies results. A request keeps the photo and parameters it was made for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Qt, QTemporaryDir, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from realstyler import pictures
from realstyler.errors import RealstylerError
from realstyler.pictures import Picture
from realstyler_gui.photo.export_dialog import Export, ExportDialog
from realstyler_gui.photo.opener import Opened
from realstyler_gui.photo.session import FullPainting, Painting, Session
from realstyler_gui.shared import dialogs, file_names, images
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.parameters import Parameters

_SMOOTH = Qt.TransformationMode.SmoothTransformation


@dataclass(frozen=True, eq=False)
class _Wish:
    """A request to use a result as soon as it is painted."""

    photo: Opened
    parameters: Parameters
    use: Callable[[Picture], Any]
    """Called in a thread with the finished picture."""
    told: Callable[[Any], None]
    """Called with the return value of `use`."""


class Exporter(QObject):
    """Saves and copies results, now or once painted, even after another photo is opened."""

    changed = Signal()
    """`waiting` has changed."""

    def __init__(self, context: Context, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._session, self._window = context, session, window
        self._wishes: list[_Wish] = []
        self._saved: tuple[Opened, Path] | None = None
        """The photograph that was saved last, and its file."""
        self._drags = QTemporaryDir()

    @property
    def waiting(self) -> int:
        """Return the number of results not saved or copied yet."""
        return len(self._wishes)

    def save(self) -> None:
        """Save the result; the second time to the same file, without asking."""
        photo = self._session.photo
        if self._saved is not None and self._saved[0] is photo:
            self.save_to(self._saved[1])
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask where to save the result, and save it once painted."""
        photo = self._session.photo
        if not self._ready() or photo is None:
            return
        self._session.paint_full()  # keep painting while the dialog is open
        suggestion = file_names.suggested(
            self._context.settings, photo.path, self._session.parameters
        )
        target = dialogs.ask_save(self._window, suggestion)
        if target is not None:
            file_names.remember(self._context.settings, target, photo.path)
            self.save_to(target)

    def save_to(self, target: Path) -> None:
        """Save the result to a file once painted."""
        photo = self._session.photo
        if not self._ready() or photo is None:
            return
        self._saved = (photo, target)

        def write(finished: Picture) -> Path:
            pictures.write(finished, target, overwrite=True)
            return target

        self._wish(photo, write, self._tell_saved)

    def export(self) -> None:
        """Ask for export options and a file name, and write the result once painted."""
        photo = self._session.photo
        if not self._ready() or photo is None:
            return
        self._session.paint_full()
        settings = self._context.settings
        dialog = ExportDialog(settings, photo.shown.size, self._window)
        if dialog.exec() != ExportDialog.DialogCode.Accepted:
            return
        chosen = dialog.export
        suggestion = file_names.suggested(
            settings, photo.path, self._session.parameters, chosen.suffix
        )
        target = dialogs.ask_save(self._window, suggestion)
        if target is not None:
            file_names.remember(settings, target, photo.path)
            self.export_to(target, chosen)

    def export_to(self, target: Path, chosen: Export) -> None:
        """Write the result to a file with the chosen options, once painted."""
        photo = self._session.photo
        if not self._ready() or photo is None:
            return

        def write(finished: Picture) -> Path:
            result = chosen.apply(finished, photo.picture)
            quality, metadata = chosen.quality, chosen.metadata
            pictures.write(result, target, quality=quality, metadata=metadata, overwrite=True)
            return target

        self._wish(photo, write, self._tell_saved)

    def drag(self) -> None:
        """Drag the finished result out of the window, as a file and as an image."""
        photo, painting = self._session.photo, self._session.result
        if photo is None or painting is None:
            return
        parameters = self._session.parameters
        pixels = self._context.stylizers.mix(
            photo.picture.pixels, painting.pixels, parameters.strength
        )
        suggestion = file_names.suggested(self._context.settings, photo.path, parameters)
        # The file must outlive the drag: the receiving program may read it later.
        path = Path(self._drags.path()) / suggestion.name
        pictures.write(photo.picture.with_pixels(pixels), path, overwrite=True)
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(path))])
        shown = painting.shown.levels[-1].scaledToHeight(96, _SMOOTH)
        drag = QDrag(self._window)
        drag.setMimeData(content)
        drag.setPixmap(QPixmap.fromImage(shown))
        drag.exec(Qt.DropAction.CopyAction)

    def copy(self) -> None:
        """Copy the result to the clipboard once painted."""
        photo = self._session.photo
        if self._ready() and photo is not None:
            self._wish(photo, lambda finished: images.shown(finished).levels[0], self._put)

    def _ready(self) -> bool:
        ready = self._session.photo is not None and bool(self._session.parameters.recipe)
        if not ready:
            self._context.notifier.show(self.tr("Open a picture first"))
        return ready

    def _wish(
        self, photo: Opened, use: Callable[[Picture], Any], told: Callable[[Any], None]
    ) -> None:
        wish = _Wish(photo, self._session.parameters, use, told)
        self._wishes.append(wish)
        painting = self._session.result
        if painting is not None:
            self._use(wish, painting)
        elif (full := self._session.paint_full()) is not None:
            self._wait(wish, full)
        self.changed.emit()

    def _wait(self, wish: _Wish, full: FullPainting) -> None:
        full.claims += 1
        full.done.connect(lambda painting: self._use(wish, painting))
        full.failed.connect(lambda error: self._give_up(wish, error))
        full.stopped.connect(lambda: self._drop(wish))

    def _use(self, wish: _Wish, painting: Painting) -> None:
        stylizers, picture = self._context.stylizers, wish.photo.picture

        def finish() -> Any:
            pixels = stylizers.mix(picture.pixels, painting.pixels, wish.parameters.strength)
            return wish.use(picture.with_pixels(pixels))

        self._context.tasks.run(
            lambda _: finish(), partial(self._end, wish), partial(self._give_up, wish)
        )

    def _end(self, wish: _Wish, outcome: Any) -> None:
        self._drop(wish)
        wish.told(outcome)

    def _give_up(self, wish: _Wish, error: RealstylerError) -> None:
        self._drop(wish)
        self._context.notifier.error(error)

    def _drop(self, wish: _Wish) -> None:
        self._wishes.remove(wish)
        self.changed.emit()

    def _put(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._context.notifier.show(self.tr("Copied"))

    def _tell_saved(self, target: Path) -> None:
        self._context.notifier.show(
            self.tr("Saved {name}").format(name=target.name),
            self.tr("Show"),
            partial(dialogs.show_folder, target.parent),
        )
