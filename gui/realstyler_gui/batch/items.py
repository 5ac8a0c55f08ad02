"""A file of a batch, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from realstyler.pictures import Found


class Outcome(Enum):
    """Outcome of a file."""

    WAITING = "waiting"
    PAINTING = "painting"
    DONE = "done"
    FAILED = "failed"


@dataclass(eq=False)
class Item:
    """A picture or video in the batch; compared by identity, not by position."""

    found: Found
    is_video: bool = False
    """Whether it is a video, or a GIF or WebP with several frames."""
    outcome: Outcome = Outcome.WAITING
    target: Path | None = None
    remark: str = ""
    """Why it failed, its progress, or what its result lacks."""
    share: float = 0.0
    """Finished share, 0 to 1."""
