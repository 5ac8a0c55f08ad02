"""A batch of files: what is to be done, what came of it, and the work itself. No widgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from realstyler import pictures
from realstyler.errors import Cancelled, RealstylerError
from realstyler.pictures import READABLE, WRITABLE, Found
from realstyler_gui.batch import video
from realstyler_gui.shared import video_support
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.file_names import free_name
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.tasks import BATCH, Task, as_error


class Outcome(Enum):
    """What became of a file."""

    WAITING = "waiting"
    PAINTING = "painting"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Item:
    """One picture or video of the batch."""

    found: Found
    is_video: bool = False
    """Whether it moves: a video, or a GIF or WebP of several frames."""
    outcome: Outcome = Outcome.WAITING
    target: Path | None = None
    remark: str = ""
    """Why it failed, how far it is, or what its result lacks."""


class Batch(QObject):
    """The files and the run over them; a run takes those that are waiting or failed."""

    items_changed = Signal()
    item_changed = Signal(int)
    """The index of an item that has another outcome or remark."""
    finished = Signal()
    progressed = Signal(float)

    _moved = Signal(int, object, object, str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.items: list[Item] = []
        self._task: Task[Any] | None = None
        self._run: list[int] = []
        self._moved.connect(self._hear)

    @property
    def running(self) -> bool:
        """Whether files are being painted."""
        return self._task is not None

    @property
    def counts(self) -> Counter[Outcome]:
        """How many files have which outcome."""
        return Counter(item.outcome for item in self.items)

    def add(self, paths: Sequence[Path]) -> None:
        """Add pictures and videos, and those in folders, in the background; none twice."""
        # Without PyAV a folder's videos would only fail; one that is named is told what it needs.
        suffixes = READABLE | video.SUFFIXES if video_support.available() else READABLE

        def search(_: Task[Any]) -> list[Item]:
            found = pictures.find_pictures(paths, suffixes=suffixes)
            return [Item(each, video.moves(each.path)) for each in found]

        self._context.tasks.run(search, self._append)

    def _append(self, items: list[Item]) -> None:
        known = {item.found.path for item in self.items}
        self.items += [item for item in items if item.found.path not in known]
        self.items_changed.emit()

    def remove(self, indices: Sequence[int]) -> None:
        """Take files out of the list; on the disk they stay."""
        if not self.running:
            gone = set(indices)
            self.items = [item for index, item in enumerate(self.items) if index not in gone]
            self.items_changed.emit()

    def start(self, parameters: Parameters, folder: Path, suffix: str) -> None:
        """Paint what is not done yet into `folder`; an empty suffix keeps each picture's format."""
        self._run = [n for n, item in enumerate(self.items) if item.outcome is not Outcome.DONE]
        if self.running or not self._run:
            return
        for index in self._run:
            self._move(index, Outcome.WAITING, None, "")
        todo = [(index, self.items[index]) for index in self._run]

        def work(task: Task[Any]) -> None:
            for index, item in todo:
                task.cancel.check()
                self._paint(task, index, item, parameters, folder, suffix)

        tasks = self._context.tasks
        self._task = tasks.run(work, lambda _: self._end(), self._fail, lane=BATCH)
        self._task.progressed.connect(self._share)

    def cancel(self) -> None:
        """Stop; what is written stays, what is being painted goes back to waiting."""
        if self._task is not None:
            self._task.cancel()
            self._end()

    def _paint(
        self,
        task: Task[Any],
        index: int,
        item: Item,
        parameters: Parameters,
        folder: Path,
        suffix: str,
    ) -> None:
        """Paint one file, in the thread of the batch; its error is its own."""
        self._moved.emit(index, Outcome.PAINTING, None, "")
        try:
            if item.is_video:
                target, remark = self._paint_video(task, index, item.found, parameters, folder)
            else:
                target, remark = (
                    self._paint_picture(task, item.found, parameters, folder, suffix),
                    "",
                )
        except Cancelled:
            raise
        except Exception as problem:  # noqa: BLE001 - the others go on
            error = as_error(problem)
            self._moved.emit(index, Outcome.FAILED, None, str(error))
        else:
            self._moved.emit(index, Outcome.DONE, target, remark)

    def _paint_picture(
        self, task: Task[Any], found: Found, parameters: Parameters, folder: Path, suffix: str
    ) -> Path:
        picture = pictures.read(found.path)
        painted = self._context.stylizers.paint_mixed(task, picture.pixels, parameters)
        target = _free(folder / target_name(found.relative, suffix))
        pictures.write(picture.with_pixels(painted), target)
        return target

    def _paint_video(
        self, task: Task[Any], index: int, found: Found, parameters: Parameters, folder: Path
    ) -> tuple[Path, str]:
        video.require()

        def tell(remark: str) -> None:
            self._moved.emit(index, Outcome.PAINTING, None, remark)

        target = _free(folder / video.target_name(found.relative))
        return target, video.paint(
            task, self._context.stylizers, found.path, target, parameters, tell
        )

    def _hear(self, index: int, outcome: Outcome, target: Path | None, remark: str) -> None:
        # After a Cancel, what the thread had said just before is still on its way.
        if self.running or outcome is not Outcome.PAINTING:
            self._move(index, outcome, target, remark)

    def _move(self, index: int, outcome: Outcome, target: Path | None, remark: str) -> None:
        item = self.items[index]
        is_new = item.outcome is not outcome
        item.outcome, item.target, item.remark = outcome, target, remark
        self.item_changed.emit(index)
        if is_new:
            self._share(0.0)

    def _share(self, of_this: float) -> None:
        if not self._run:
            return
        over = (Outcome.DONE, Outcome.FAILED)
        done = sum(self.items[index].outcome in over for index in self._run)
        self.progressed.emit(min(1.0, (done + of_this) / len(self._run)))

    def _end(self) -> None:
        self._task = None
        for index, item in enumerate(self.items):
            if item.outcome is Outcome.PAINTING:
                self._move(index, Outcome.WAITING, None, "")
        self.finished.emit()

    def _fail(self, error: RealstylerError) -> None:
        self._context.notifier.error(error)
        self._end()


def _free(target: Path) -> Path:
    """Make the folder of a result, and its name a new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return free_name(target)


def target_name(relative: Path, suffix: str) -> Path:
    """The name of a result: in another format, or in its own if that can be written."""
    if suffix:
        return relative.with_suffix(suffix)
    return relative if relative.suffix.lower() in WRITABLE else relative.with_suffix(".png")
