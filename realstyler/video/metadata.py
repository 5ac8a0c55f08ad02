"""Which metadata of the source goes into the result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

Metadata = Literal["all", "no-place", "none"]
"""``all`` copies every tag, ``no-place`` all but where it was filmed, ``none`` nothing."""

CHOICES: tuple[Metadata, ...] = get_args(Metadata)

_OF_THE_FILE = {"major_brand", "minor_version", "compatible_brands", "encoder", "duration"}
"""Tags that describe the container itself; they would be wrong in another."""

_PLACE = re.compile(r"location|gps|iso6709|latitude|longitude|altitude|xyz", re.IGNORECASE)
"""As phones and cameras name it, e.g. ``com.apple.quicktime.location.ISO6709``, and Matroska."""

_COORDINATES = re.compile(
    r"[-+]\d{2}(\.\d+)?[-+]\d{3}(\.\d+)?([-+]\d+(\.\d+)?)?/"  # ISO 6709
    r"|(gps|geo|lat|latitude|lon|long|longitude|lng)\b\W{0,4}[-+]?\d"
    r"|\d{1,3}\.\d{4,}\s*°?\s*[NSEW]?[\s,;/]+[-+]?\d{1,3}\.\d{4,}",
    re.IGNORECASE,
)
"""Coordinates in a text, as drones and dashcams write them into subtitles."""


def tells_place(text: str | bytes) -> bool:
    """Tell whether a text holds the coordinates of a place."""
    words = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return _COORDINATES.search(words) is not None


def kept(tags: Mapping[str, str], wish: Metadata) -> dict[str, str]:
    """Return the tags of a container or a stream that go into the result."""
    if wish == "none":
        return {key: value for key, value in tags.items() if key.lower() == "language"}
    return {
        key: value
        for key, value in tags.items()
        if key.lower() not in _OF_THE_FILE
        and (wish == "all" or not (_PLACE.search(key) or tells_place(value)))
    }
