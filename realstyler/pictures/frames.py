"""The frames of animations and the pages of documents, several pictures in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageFile

from realstyler.pictures.picture import Picture

MAX_FRAME_PIXELS = 150_000_000
"""Frames of more pixels together are too many to keep in memory, unless told otherwise."""

_HOLD_ANIMATIONS = {"PNG", "WEBP"}
_HOLD_PAGES = {"TIFF"}
# Bits of TIFF 6.0's NewSubfileType (tag 254): a smaller copy of another page, and its mask.
_SUBFILE_TYPE = 254
_NO_PAGE = 0b101
# What browsers make of GIF frames that claim to last a hundredth of a second or less.
_SHORTEST_GIF_FRAME = 10
_USUAL_GIF_FRAME = 100


class Frame(NamedTuple):
    """One of several pictures, and how long it is shown; 0 for pages."""

    picture: Picture
    milliseconds: int


@dataclass(frozen=True)
class Frames:
    """Several pictures of one file, one at least; the first one's metadata are the file's.

    repeats: how often an animation is played; 0 is for ever.
    """

    frames: Sequence[Frame]
    repeats: int = 0

    @property
    def first(self) -> Picture:
        """The first frame or page."""
        return self.frames[0].picture


def holds_frames(file_format: str, source_format: str | None) -> bool:
    """Whether a format can hold all frames or pages of a picture that was read from another.

    Both are Pillow's words, as in `Picture.format`.
    """
    return file_format in (_HOLD_PAGES if source_format == "TIFF" else _HOLD_ANIMATIONS)


def places(image: ImageFile.ImageFile) -> list[int]:
    """The numbers of an open image's frames or pages; thumbnails and masks are none.

    Raises whatever Pillow raises for frames that are damaged.
    """
    # The other pictures of an MPO are previews, depths and brightness of the first.
    if image.format == "MPO" or not getattr(image, "is_animated", False):
        return [0]
    numbers = list(range(getattr(image, "n_frames", 1)))
    if image.format == "TIFF":
        pages = [number for number in numbers if _is_page(image, number)]
        image.seek(0)
        return pages if 0 in pages else [0]
    # An APNG may begin with a picture for programs that show no animations.
    return numbers[1:] if getattr(image, "default_image", False) else numbers


def shown_for(image: Image.Image) -> int:
    """For how many milliseconds a decoded frame is shown."""
    try:
        milliseconds = round(float(image.info.get("duration", 0)))
    except (TypeError, ValueError, OverflowError):
        milliseconds = 0
    if image.format == "GIF" and milliseconds <= _SHORTEST_GIF_FRAME:
        return _USUAL_GIF_FRAME
    return max(0, milliseconds)


def repeats_of(image: Image.Image) -> int:
    """How often an animation is played; 0 is for ever. GIF tells how often it is played again."""
    loop = image.info.get("loop")
    if image.format == "GIF":
        return 1 if loop is None else loop + 1 if loop else 0
    return loop if isinstance(loop, int) else 0


def _is_page(image: ImageFile.ImageFile, number: int) -> bool:
    image.seek(number)
    kind = getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)
    return not (isinstance(kind, int) and kind & _NO_PAGE)
