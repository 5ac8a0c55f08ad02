"""The rest of a file, beside pictures, sound and subtitles: what is copied and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from realstyler.video.container import open_input

_COVER = av.stream.Disposition.attached_pic
_DISCARD_ALL = 48
"""As FFmpeg marks tracks of which it gives no packets."""

_APPLE = "com.apple.quicktime."
_TECHNICAL = ("com.android.", "handler_name", "software", "vendor_id")
"""Tags that nobody misses."""


def timecode_of(container: InputContainer) -> str | None:
    """Return the camera's time code of the first frame, if the file states it."""
    tags = [container.metadata, *(stream.metadata for stream in container.streams)]
    codes = [value for tag in tags for key, value in tag.items() if key.lower() == "timecode"]
    return codes[0] if codes else None


def untaken(container: InputContainer, video: VideoStream) -> list[str]:
    """Tell which tracks of a file are never in the result."""
    notes = []
    others = [stream for stream in container.streams.video if stream.index != video.index]
    if any(stream.disposition & _COVER for stream in others):
        notes.append("the cover picture was left out")
    if any(not stream.disposition & _COVER and stream.frames != 1 for stream in others):
        notes.append("only one of several tracks of pictures was painted")
    data = [s for s in container.streams.data if not _is_timecode(s) and not is_ignored(s)]
    if data:
        notes.append(f"tracks of other data were left out: {', '.join(map(_name, data))}")
    return notes


def has_hidden_alpha(video: VideoStream) -> bool:
    """Tell whether VP8 or VP9 comes with transparency, which FFmpeg's own decoders leave out."""
    return {key.lower(): value for key, value in video.metadata.items()}.get("alpha_mode") == "1"


def is_ignored(stream: Any) -> bool:
    """Tell whether FFmpeg has taken from a track what it is for, as titles of chapters in MP4."""
    return int(getattr(stream, "discard", 0)) >= _DISCARD_ALL


def as_held(tags: Mapping[str, str], container: str) -> dict[str, str]:
    """Return tags under the names by which a container knows them, as FFmpeg calls it."""
    if container != "mov":
        return dict(tags)
    own = {f"{_APPLE}{name}": name for name in ("make", "model")}
    return {own.get(key, key): value for key, value in tags.items()}


def lost_tags(tags: Mapping[str, str], path: Path) -> list[str]:
    """Return the names of those tags that a finished file does not hold."""
    with open_input(str(path)) as written:
        held = [*written.metadata.values()]
        held += [value for stream in written.streams for value in stream.metadata.values()]
    return [name.removeprefix(_APPLE) for name, value in _told(tags) if not _is_in(value, held)]


def _told(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in tags.items():
        if value.strip() and not name.lower().startswith(_TECHNICAL):
            yield name, value


def _is_in(value: str, held: list[str]) -> bool:
    """Whether a value is among others; a date may have lost its fractions of a second."""
    return any(value == other or (value[:19] == other[:19] and "T" in value) for other in held)


def _is_timecode(stream: Any) -> bool:
    return "timecode" in {key.lower() for key in stream.metadata}


def _name(stream: Any) -> str:
    name = stream.metadata.get("handler_name", "").strip(" \0\t\v\r\n")
    return name or f"track {stream.index}"
