"""The batch page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from realstyler_gui.batch.file_list import FileList
from realstyler_gui.batch.items import Item, Outcome
from realstyler_gui.batch.run import Batch
from realstyler_gui.batch.side_panel import BatchSettings
from realstyler_gui.shared import dialogs
from realstyler_gui.shared.context import Context
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.view.empty import EmptyState
from realstyler_gui.shared.widgets import (
    describe,
    label,
    panel,
    primary,
    progress_bar,
    push_button,
    row,
)


class BatchPage(QWidget):
    """Collects pictures and videos and paints them in one style into a folder."""

    def __init__(self, context: Context, parameters: Parameters) -> None:
        super().__init__()
        self._context = context
        self.batch = Batch(context, self)
        self.side = BatchSettings(context, parameters)
        self.controls, self.styles = self.side.controls, self.side.styles
        self._build()
        self._connect()
        self._restore()
        self._show_counts()

    def _restore(self) -> None:
        kept = self.batch.restore()
        if kept is not None and kept.plan is not None:
            self.side.plan = kept.plan

    def go_on(self) -> None:
        """Paint what an earlier session has left, if it had begun to."""
        if self.batch.begun:
            self._start([item for item in self.batch.items if item.outcome is Outcome.WAITING])

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 14, 12)
        layout.setSpacing(8)
        add = push_button(self.tr("Add files…"), self.ask_pictures)
        add_folder = push_button(self.tr("Add a folder…"), self.ask_folder)
        self.remove_button = push_button(self.tr("Remove"), self.remove_selected)
        describe(self.remove_button, self.tr("Remove the selected files from the list"), "Del")
        self.clear_button = push_button(self.tr("Clear"), self.clear)
        self.clear_button.setToolTip(self.tr("Clear the list; no files are deleted"))
        self.counts = label(muted=True)
        layout.addLayout(
            row(add, add_folder, self.remove_button, self.clear_button, -1, self.counts)
        )
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self._build_list(), 1)
        middle.addWidget(self.side)
        layout.addLayout(middle, 1)
        layout.addLayout(self._build_progress())

    def _build_list(self) -> QWidget:
        open_button = primary(push_button(self.tr("Add files…"), self.ask_pictures))
        self.empty = EmptyState(
            self._context.theme,
            self._context.icons,
            "batch",
            self.tr("Drop pictures, videos or a folder here"),
            self.tr("All are painted in one style; the originals are not changed"),
            open_button,
        )
        self.list = FileList(self.batch, self._context.theme)
        framed = panel()
        inside = QVBoxLayout(framed)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.list)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(framed)
        return self.stack

    def _build_progress(self) -> QHBoxLayout:
        self.progress = progress_bar(self.tr("Progress of the batch"))
        self.show_button = push_button(self.tr("Show results"), self._show_results)
        self.cancel_button = push_button(self.tr("Cancel"), self.batch.cancel)
        self.start_button = primary(push_button(self.tr("Paint all"), self.start))
        describe(self.start_button, self.tr("Paint all unfinished files"), "Ctrl+Return")
        self.start_button.setShortcut("Ctrl+Return")
        line = row(self.show_button, self.cancel_button, self.start_button)
        line.insertWidget(0, self.progress, 1)
        return line

    def _connect(self) -> None:
        batch = self.batch
        batch.items_changed.connect(self._show_counts)
        batch.item_changed.connect(lambda _: self._show_counts())
        batch.finished.connect(self._finish)
        batch.stopping.connect(lambda: self.cancel_button.setEnabled(False))
        batch.progressed.connect(lambda share: self.progress.setValue(round(share * 1000)))
        self.list.again_wanted.connect(self.paint_again)
        self.list.removal_wanted.connect(self.remove_selected)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_counts())
        self._context.catalogue.changed.connect(self._reload)

    # User actions

    def add(self, paths: Sequence[Path]) -> None:
        """Add pictures, videos and folders."""
        self.batch.add(paths)

    def ask_pictures(self) -> None:
        """Ask for pictures and videos and add them."""
        settings = self._context.settings
        paths = dialogs.ask_pictures(self, settings.folder("open"), videos=True)
        if paths:
            settings.keep_folder("open", paths[0].parent)
            self.add(paths)

    def ask_folder(self) -> None:
        """Ask for a folder and add its contents."""
        settings = self._context.settings
        folder = dialogs.ask_folder(self, settings.folder("open"), self.tr("Add a folder"))
        if folder is not None:
            settings.keep_folder("open", folder)
            self.add([folder])

    def remove_selected(self) -> None:
        """Remove the selected files from the list."""
        self.batch.remove(self.list.selected())

    def clear(self) -> None:
        """Clear the list."""
        self.batch.remove(self.batch.items)

    def start(self) -> None:
        """Paint all unfinished files."""
        self._start([item for item in self.batch.items if item.outcome is not Outcome.DONE])

    def paint_again(self) -> None:
        """Paint the selected files, finished or not, with the current settings."""
        self._start(self.list.selected())

    def _start(self, items: Sequence[Item]) -> None:
        self.progress.setValue(0)
        self.batch.start(items, self.side.plan)
        self._show_counts()

    @property
    def busy(self) -> bool:
        """Return whether files are being painted."""
        return self.batch.running

    def may_close(self) -> bool:
        """Ask before a running batch is aborted, unless all of it is painted."""
        counts = self.batch.counts
        left = counts[Outcome.WAITING] + counts[Outcome.PAINTING]
        question = self.tr("A batch is running. Stop it and close?")
        return not (self.batch.running and left) or dialogs.confirm(self, question)

    def shut_down(self) -> None:
        """Stop the batch."""
        self.batch.cancel()

    # Display

    def _reload(self) -> None:
        self.side.reload()
        self._show_counts()

    def _show_counts(self) -> None:
        batch = self.batch
        counts, total = batch.counts, len(batch.items)
        self.stack.setCurrentIndex(1 if total else 0)
        videos = sum(item.is_video for item in batch.items)
        parts = [self.tr("%n picture(s)", "", total - videos)] if total > videos else []
        parts += [self.tr("%n video(s)", "", videos)] if videos else []
        if counts[Outcome.DONE]:
            parts.append(self.tr("{count} done").format(count=counts[Outcome.DONE]))
        if counts[Outcome.FAILED]:
            parts.append(self.tr("{count} failed").format(count=counts[Outcome.FAILED]))
        self.counts.setText(" · ".join(parts))
        left = total - counts[Outcome.DONE]
        ready = left > 0 and bool(self.controls.parameters.recipe)
        self.start_button.setEnabled(ready and not batch.running)
        self.cancel_button.setEnabled(batch.running)
        self.clear_button.setEnabled(total > 0 and not batch.running)
        selected = self.list.selectionModel().hasSelection()
        self.remove_button.setEnabled(selected and not batch.running)
        self.show_button.setEnabled(counts[Outcome.DONE] > 0)
        self.progress.setEnabled(batch.running)
        self.list.paintable = bool(self.controls.parameters.recipe)
        # The settings of a batch are fixed while it runs.
        self.side.setEnabled(not batch.running)

    def _finish(self) -> None:
        counts = self.batch.counts
        message = self.tr("{done} done, {failed} failed, {waiting} left").format(
            done=counts[Outcome.DONE],
            failed=counts[Outcome.FAILED],
            waiting=counts[Outcome.WAITING],
        )
        self._context.notifier.show(message)
        QApplication.alert(self.window())  # notify users who switched to another program
        self._show_counts()

    def _show_results(self) -> None:
        dialogs.show_folder(self.side.folder)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Delete:
                self.remove_selected()
            case Qt.Key.Key_Escape if self.batch.running:
                self.batch.cancel()
            case _:
                super().keyPressEvent(event)
