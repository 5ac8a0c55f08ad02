"""What `realstyler train` says on stderr, as numbers. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"^step (\d+)/(\d+)\s+(.*?)\s+(\S+) pictures/s\s+(\S+) left\s*$")


@dataclass(frozen=True)
class Progress:
    """One line of progress."""

    step: int
    steps: int
    losses: dict[str, float]
    pictures_per_second: float
    left: str
    """Time that is left, as hours:minutes:seconds."""


def parse(line: str) -> Progress | None:
    """Read a line of progress; None for any other line."""
    match = _LINE.match(line)
    if match is None:
        return None
    step, steps, losses, pace, left = match.groups()
    words = losses.split()
    try:
        values = {name: float(value) for name, value in zip(words[::2], words[1::2], strict=True)}
        return Progress(int(step), int(steps), values, float(pace), left)
    except ValueError:
        return None
