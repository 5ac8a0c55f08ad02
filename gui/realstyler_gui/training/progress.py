"""What `realstyler train --progress json` says on stderr. No Qt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from realstyler.errors import RealstylerError


@dataclass(frozen=True)
class Progress:
    """Where a training stands."""

    step: int
    steps: int
    losses: dict[str, float]
    pictures_per_second: float
    remaining: float
    """Seconds."""

    @property
    def left(self) -> str:
        """The time that is left, as hours:minutes:seconds."""
        return str(timedelta(seconds=round(self.remaining)))


def parse(line: str) -> Progress | RealstylerError | None:
    """Read a line of progress, or the error that ended the training; None for any other line."""
    try:
        document: Any = json.loads(line)
        if "error" in document:
            return RealstylerError.from_json(document["error"])
        return Progress(**document)
    except (ValueError, TypeError, KeyError):
        return None
