"""Formats of picture files: what is read, what is written, and how names tell."""

from __future__ import annotations

from pathlib import Path

from realstyler.errors import InputError, UsageError
from realstyler.pictures import heif, raw

READABLE = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".tif", ".tiff"),
        *(".bmp", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif", ".hif"),
        *raw.SUFFIXES,
    )
)
"""Suffixes of the picture files that `find_pictures` looks for."""

WRITABLE = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
"""Suffix (lower case) to the format that `write` gives it."""

WITH_ALPHA = frozenset(("PNG", "WEBP", "TIFF"))
"""Formats that keep transparency; in the others it is laid on white."""

_HEIF_SUFFIXES = {".heic", ".heif", ".hif"}
# What cameras write under other names is a JPEG, or as good as one.
_SHOWN_AS_JPEG = {".jpe", ".jfif", ".mpo", *_HEIF_SUFFIXES, *raw.SUFFIXES}


def format_of(target: Path) -> str:
    """The format that the suffix of `target` names; UsageError if it names none."""
    try:
        return WRITABLE[target.suffix.lower()]
    except KeyError:
        raise UsageError(
            code="picture-suffix-unknown",
            target=target,
            suffix=target.suffix,
            suffixes=", ".join(WRITABLE),
        ) from None


def known(file_format: str) -> str:
    """A format as `WRITABLE` spells it, from any spelling; UsageError if it cannot be written."""
    known = file_format.upper().replace("JPG", "JPEG")
    if known not in WRITABLE.values():
        formats = ", ".join(dict.fromkeys(WRITABLE.values()))
        raise UsageError(code="picture-format-unknown", format=file_format, formats=formats)
    return known


def lacking(source: Path) -> InputError | None:
    """What `read` would say of a file for want of a package, as its name tells; None: nothing."""
    if source.suffix.lower() not in _HEIF_SUFFIXES or heif.is_available():
        return None
    return InputError(code="heif-needs-extra", picture=source)


def writable_name(name: Path, suffix: str | None = None) -> Path:
    """Keep the name of a result, or give it the suffix of a format that `write` knows.

    That is `suffix` where one is asked for; else photographs become JPEG, and whatever may be
    transparent becomes PNG.
    """
    own = name.suffix.lower()
    if suffix:
        return name if WRITABLE.get(own) == WRITABLE[suffix] else name.with_suffix(suffix)
    if own in WRITABLE:
        return name
    return name.with_suffix(".jpg" if own in _SHOWN_AS_JPEG else ".png")
