"""The list of a batch on disk, and what became of each file, so that a crash loses nothing."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from realstyler.errors import RealstylerError
from realstyler.files import write_text
from realstyler.pictures import Found
from realstyler_gui.batch.items import Item, Outcome
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.settings import Settings

logger = logging.getLogger(__name__)

_BEGUN = "begun"
_Entry = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How the files of a batch are painted."""

    parameters: Parameters
    folder: Path
    """For the results."""
    suffix: str
    """Of results; empty keeps each picture's own."""


@dataclass(frozen=True)
class Kept:
    """A batch of an earlier session."""

    items: list[Item]
    plan: Plan | None
    """None if its painting was never started."""

    @property
    def left(self) -> int:
        """Return how many files are still to be painted."""
        return sum(item.outcome is Outcome.WAITING for item in self.items)


class Journal:
    """Writes the list when it changes, and a line for each file; may be called by any thread.

    A result's name is written down before the result appears under it. Files are published whole:
    a file of that name therefore is the result, even if the program ended before it could say so.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._plan: Plan | None = None

    @property
    def begun(self) -> bool:
        """Return whether the painting of this list was started."""
        return self._plan is not None

    def write(self, items: Sequence[Item]) -> None:
        """Write the list; what is known of its files stays known."""
        with self._lock:
            kept = self._entries
            self._entries = {
                path: kept.get(path) or _entry(item)
                for path, item in ((str(item.found.path), item) for item in items)
            }
            self._write_all()

    def start(self, items: Iterable[Item], plan: Plan) -> None:
        """Write that these files of the list are to be painted, finished or not."""
        with self._lock:
            self._plan = plan
            for item in items:
                self._entries[str(item.found.path)] = _entry(item) | {
                    "state": Outcome.WAITING.value
                }
            self._write_all()

    def begin(self, item: Item, target: Path) -> None:
        """Write that a file's result is about to appear under a name that is still free."""
        self._add(item, state=_BEGUN, target=str(target))

    def end(self, item: Item, outcome: Outcome, target: Path | None, remark: str) -> None:
        """Write what became of a file."""
        place = str(target) if target else ""
        self._add(item, state=outcome.value, target=place, remark=remark)

    def read(self) -> Kept | None:
        """Read what an earlier session left; None if no file is left to be painted."""
        with self._lock:
            self._entries, self._plan = _read(self._file)
            items = [item for item in map(_item, self._entries.values()) if item is not None]
            kept = Kept(items, self._plan)
            return kept if kept.left else None

    def _add(self, item: Item, **news: str) -> None:
        path = str(item.found.path)
        with self._lock:
            if path not in self._entries:
                return  # taken off the list meanwhile
            self._entries[path] |= news
            line = json.dumps({"path": path, **news}) + "\n"
            self._attempt(lambda: _append(self._file, line))

    def _write_all(self) -> None:
        if not self._entries:
            self._plan = None
            self._attempt(lambda: self._file.unlink(missing_ok=True))
            return
        lines = [_plan_line(self._plan), *self._entries.values()]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        self._attempt(lambda: _replace(self._file, text))

    def _attempt(self, work: Any) -> None:
        """Write; where this is impossible the batch goes on, and could not be resumed."""
        try:
            work()
        except (OSError, RealstylerError) as error:
            logger.warning("the list of the batch cannot be kept: %s", error)


def journal_file(settings: Settings) -> Path:
    """Return where the batch is kept: beside the settings, so that both belong together."""
    return Path(settings.file).with_name("batch.jsonl")


def _entry(item: Item) -> _Entry:
    return {
        "path": str(item.found.path),
        "relative": str(item.found.relative),
        "video": item.is_video,
        "state": item.outcome.value,
        "target": str(item.target) if item.target else "",
        "remark": item.remark,
    }


def _item(entry: _Entry) -> Item | None:
    """Return the item of an entry; None if it makes no sense."""
    try:
        found = Found(Path(entry["path"]), Path(entry["relative"]))
        target = Path(entry["target"]) if entry["target"] else None
        state, remark = entry["state"], str(entry["remark"])
        if state == _BEGUN:
            whole = target is not None and target.exists()
            state, remark = (Outcome.DONE if whole else Outcome.WAITING).value, ""
        outcome = Outcome(state)
        done = outcome is Outcome.DONE
        return Item(found, bool(entry["video"]), outcome, target if done else None, remark)
    except (KeyError, TypeError, ValueError):
        return None


def _plan_line(plan: Plan | None) -> _Entry:
    if plan is None:
        return {}
    parameters = asdict(plan.parameters)
    return {"parameters": parameters, "folder": str(plan.folder), "suffix": plan.suffix}


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, text, overwrite=True)


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


def _read(file: Path) -> tuple[dict[str, _Entry], Plan | None]:
    entries: dict[str, _Entry] = {}
    plan = None
    for line in _lines(file):
        if "path" in line:
            path = str(line["path"])
            entries[path] = entries.get(path, {}) | line
        elif "folder" in line:
            parameters = Parameters.from_dict(line.get("parameters"))
            plan = Plan(parameters, Path(str(line["folder"])), str(line.get("suffix", "")))
    return entries, plan


def _lines(file: Path) -> Iterable[_Entry]:
    """Return the readable lines; a crash may have cut off the last one."""
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry
