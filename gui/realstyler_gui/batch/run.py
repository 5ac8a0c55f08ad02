"""A batch of files: items, outcomes, and the background run. No widgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from realstyler import pictures
from realstyler.errors import Cancelled
from realstyler.pictures import READABLE
from realstyler_gui.batch import video
from realstyler_gui.batch.items import Item, Outcome
from realstyler_gui.batch.journal import Journal, Kept, Plan, journal_file
from realstyler_gui.shared import video_support
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.file_names import free_name
from realstyler_gui.shared.tasks import BATCH, Task, as_error
from realstyler_gui.shared.wording import in_words


class Batch(QObject):
    """The files of the batch, and the run over some of them."""

    items_changed = Signal()
    item_changed = Signal(object)
    """An `Item` with a new outcome or remark."""
    stopping = Signal()
    """The run ends once the file being written is on disk."""
    finished = Signal()
    progressed = Signal(float)

    _moved = Signal(object, object, object, str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.items: list[Item] = []
        self._task: Task[Any] | None = None
        self._run: list[Item] = []
        self._journal = Journal(journal_file(context.settings))
        self._moved.connect(self._move)
        self.items_changed.connect(lambda: self._journal.write(self.items))

    @property
    def running(self) -> bool:
        """Return whether files are being painted, or the last one is still being written."""
        return self._task is not None

    @property
    def counts(self) -> Counter[Outcome]:
        """Count the files by outcome."""
        return Counter(item.outcome for item in self.items)

    @property
    def begun(self) -> bool:
        """Return whether the painting of this list was started, maybe in an earlier session."""
        return self._journal.begun

    def restore(self) -> Kept | None:
        """Take over the list of an earlier session, if files of it are left to be painted."""
        kept = self._journal.read()
        self.items = kept.items if kept is not None else []
        self.items_changed.emit()
        return kept

    def add(self, paths: Sequence[Path]) -> None:
        """Add pictures, videos and the contents of folders, in the background; skip duplicates."""
        # Without PyAV, skip a folder's videos; a video added by name fails with the remedy.
        suffixes = READABLE | video.SUFFIXES if video_support.available() else READABLE

        def search(_: Task[Any]) -> list[Item]:
            found = pictures.find_pictures(paths, suffixes=suffixes)
            return [Item(each, video.moves(each.path)) for each in found]

        self._context.tasks.run(search, self._append)

    def _append(self, items: list[Item]) -> None:
        known = {item.found.path for item in self.items}
        self.items += [item for item in items if item.found.path not in known]
        self.items_changed.emit()

    def remove(self, items: Sequence[Item]) -> None:
        """Remove files from the list; they stay on disk."""
        if not self.running:
            self.items = [item for item in self.items if item not in items]
            self.items_changed.emit()

    def start(self, items: Sequence[Item], plan: Plan) -> None:
        """Paint files of the list."""
        waiting = list(items)
        if self.running or not waiting:
            return
        self._run = waiting
        for item in waiting:
            self._move(item, Outcome.WAITING, None, "")
        self._journal.start(waiting, plan)

        def work(task: Task[Any]) -> None:
            for item in waiting:
                task.cancel.check()
                self._paint(task, item, plan)

        self._task = self._context.tasks.run(
            work, failed=self._context.notifier.error, ended=self._end, lane=BATCH
        )
        self._task.progressed.connect(self._share)

    def cancel(self) -> None:
        """Stop; finished results stay, the file being painted goes back to waiting.

        `running` becomes false a moment later, when the thread has released its file; only then may
        another run start or the list change.
        """
        if self._task is not None:
            self._task.cancel()
            self.stopping.emit()

    def _paint(self, task: Task[Any], item: Item, plan: Plan) -> None:
        """Paint one file, in the batch's thread; an error affects this file only."""
        self._moved.emit(item, Outcome.PAINTING, None, "")
        try:
            if item.is_video:
                target, remark = self._paint_video(task, item, plan)
            else:
                target, remark = self._paint_picture(task, item, plan), ""
        except Cancelled:
            self._journal.end(item, Outcome.WAITING, None, "")
            raise
        except Exception as problem:  # noqa: BLE001 - continue with the other files
            self._tell_end(item, Outcome.FAILED, None, in_words(as_error(problem)))
        else:
            self._tell_end(item, Outcome.DONE, target, remark)

    def _tell_end(self, item: Item, outcome: Outcome, target: Path | None, remark: str) -> None:
        self._journal.end(item, outcome, target, remark)
        self._moved.emit(item, outcome, target, remark)

    def _paint_picture(self, task: Task[Any], item: Item, plan: Plan) -> Path:
        picture = pictures.read(item.found.path)
        painted = self._context.stylizers.paint_mixed(task, picture, plan.parameters)
        target = _free(plan.folder / target_name(item.found.relative, plan.suffix))
        self._journal.begin(item, target)
        pictures.write(painted, target)
        return target

    def _paint_video(self, task: Task[Any], item: Item, plan: Plan) -> tuple[Path, str]:
        video.require()

        def tell(remark: str) -> None:
            self._moved.emit(item, Outcome.PAINTING, None, remark)

        target = _free(plan.folder / video.target_name(item.found.relative))
        self._journal.begin(item, target)
        stylizers, source = self._context.stylizers, item.found.path
        return target, video.paint(task, stylizers, source, target, plan.parameters, tell)

    def _move(self, item: Item, outcome: Outcome, target: Path | None, remark: str) -> None:
        is_new = item.outcome is not outcome
        item.outcome, item.target, item.remark = outcome, target, remark
        item.share = 0.0 if is_new else item.share
        self.item_changed.emit(item)
        if is_new:
            self._share(0.0)

    def _share(self, of_this: float) -> None:
        over = (Outcome.DONE, Outcome.FAILED)
        done = sum(item.outcome in over for item in self._run)
        for item in self._run:
            if item.outcome is Outcome.PAINTING and item.share != of_this:
                item.share = of_this
                self.item_changed.emit(item)
        if self._run:
            self.progressed.emit(min(1.0, (done + of_this) / len(self._run)))

    def _end(self) -> None:
        self._task = None
        for item in self._run:
            if item.outcome is Outcome.PAINTING:
                self._move(item, Outcome.WAITING, None, "")
        self._run = []
        self.finished.emit()


def _free(target: Path) -> Path:
    """Create a result's folder and return a free name in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return free_name(target)


def target_name(relative: Path, suffix: str) -> Path:
    """Return a result's name: in the given format, or in its own if that is writable."""
    if suffix:
        return relative.with_suffix(suffix)
    return pictures.writable_name(relative)
