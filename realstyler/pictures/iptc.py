"""IPTC records in JPEG files: what editors and archives wrote, kept like XMP says the same today.

The format is that of the Information Interchange Model (IIM 4.2), inside an image resource of
Photoshop, inside an APP13 segment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

RESOURCE = 0x0404
"""Which of Photoshop's image resources holds the records."""

_TOLD = 2
"""The group of records that describe the picture."""
_FRAME = {(1, 90), (2, 0)}
"""The character set and the version of the others."""
# Title, urgency, categories, keywords, instructions, dates, author, headline, credit, rights,
# contact, caption and its writer.
_DESCRIPTIVE = frozenset(
    (5, 10, 15, 20, 25, 40, 55, 60, 62, 63, 80, 85, 103, 105, 110, 115, 116, 118, 120, 122)
)
_PLACE = frozenset((26, 27, 90, 92, 95, 100, 101))
_LONGEST = 65_000


def kept(block: bytes, place: bool) -> bytes | None:
    """Return the records that describe the picture, and where it was taken if that is wanted.

    None: there are none, or they are more than a segment holds.
    """
    wanted = _DESCRIPTIVE | (_PLACE if place else frozenset())
    records = list(_records(block))
    told = [content for group, number, content in records if group == _TOLD and number in wanted]
    frame = [content for group, number, content in records if (group, number) in _FRAME]
    result = b"".join((*frame, *told))
    return result if told and len(result) <= _LONGEST else None


def segment(block: bytes) -> bytes:
    """Return the APP13 segment of a JPEG file that holds the records."""
    resource = b"8BIM" + struct.pack(">HxxI", RESOURCE, len(block)) + block + bytes(len(block) % 2)
    content = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def _records(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield record, dataset and all bytes of each; end where anything is odd."""
    start = 0
    while start + 5 <= len(block) and block[start] == 0x1C:
        length = int.from_bytes(block[start + 3 : start + 5])
        end = start + 5 + length
        if length & 0x8000 or end > len(block):
            return
        yield block[start + 1], block[start + 2], block[start:end]
        start = end
