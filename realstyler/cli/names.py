"""Names of results in a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path, PurePosixPath
from string import Formatter

from realstyler.errors import UsageError

FIELDS = ("stem", "style")
"""Fields of a pattern: the input's name without its suffix, and the style."""

_OPTION = "--name"


@dataclass(frozen=True)
class Naming:
    """How the results of a command are named; checked when it is made.

    Raises:
        UsageError: the pattern asks for something else, leaves the folder, or gives the paintings
            of several styles one name.
    """

    styles: tuple[str, ...]
    pattern: str | None = None
    """None is the input's own name, with the style behind it if there are several."""
    suffix: str | None = None
    """Of the format asked for; None follows from the input."""

    def __post_init__(self) -> None:
        if self.pattern is not None:
            _check(self.pattern, len(self.styles) > 1)

    def of(self, relative: Path, style: str) -> Path:
        """Name the result of an input, by its path inside its folder, in one of the styles."""
        from realstyler.pictures import writable_name

        suffix = writable_name(relative, self.suffix).suffix
        pattern = self.pattern or ("{stem}-{style}" if len(self.styles) > 1 else "{stem}")
        # A folder for each style holds the sub-folders of the input, and not the other way round.
        front, name = _divided(pattern)
        values = {"stem": relative.stem, "style": in_a_name(style)}
        # Not by with_suffix: what follows a dot in a name is not always one.
        return Path(front.format(**values)) / relative.parent / (name.format(**values) + suffix)


def in_a_name(style: str) -> str:
    """Write a style or a blend in characters that every disk allows: ``mosaic-0.6-night-0.4``."""
    return re.sub(r"[^\w.]+", "-", style)


def free(name: Path, taken: Collection[str]) -> Path:
    """Append the first number that makes a name free; `taken` holds names `on_any_disk`."""
    numbered = (name.with_stem(f"{name.stem}-{number}") for number in count(2))
    return next(one for one in numbered if on_any_disk(one) not in taken)


def on_any_disk(name: Path) -> str:
    """Normalize what some disks ignore in names: case, and how accents are composed."""
    return unicodedata.normalize("NFC", str(name)).casefold()


def _divided(pattern: str) -> tuple[str, str]:
    """Split a pattern into the folders that are the same for all inputs, and the rest."""
    parts = PurePosixPath(pattern).parts
    common = list(takewhile(lambda part: "{stem}" not in part, parts[:-1]))
    return "/".join(common), "/".join(parts[len(common) :])


def _check(pattern: str, several: bool) -> None:
    fields = _fields(pattern)
    unknown = [field for field in fields if field not in FIELDS]
    if unknown:
        about = {"option": _OPTION, "pattern": pattern, "field": unknown[0]}
        raise UsageError(code="pattern-field-unknown", **about)
    path = PurePosixPath(pattern)
    if not path.name or path.is_absolute() or ".." in path.parts:
        raise UsageError(code="pattern-leaves-folder", option=_OPTION, pattern=pattern)
    if "stem" not in fields or (several and "style" not in fields):
        raise UsageError(code="pattern-not-distinct", option=_OPTION, pattern=pattern)


def _fields(pattern: str) -> Sequence[str]:
    try:
        parsed = list(Formatter().parse(pattern))
    except ValueError:
        raise UsageError(code="pattern-unbalanced", option=_OPTION, pattern=pattern) from None
    if any(form or conversion for _, _, form, conversion in parsed):
        raise UsageError(code="pattern-with-format", option=_OPTION, pattern=pattern)
    return [field for _, field, _, _ in parsed if field is not None]
