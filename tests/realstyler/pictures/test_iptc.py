"""IPTC records: kept from JPEG to JPEG, the place only if asked for, nothing odd passed on."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from realstyler import pictures
from realstyler.pictures import iptc


def record(group: int, number: int, content: bytes) -> bytes:
    """One record."""
    return struct.pack(">BBBH", 0x1C, group, number, len(content)) + content


UTF8 = record(1, 90, b"\x1b%G")
VERSION = record(2, 0, b"\0\4")
CAPTION = record(2, 120, "Ein Steg, früh".encode())
KEYWORDS = record(2, 25, b"sea") + record(2, 25, b"pier")
CITY = record(2, 90, b"Secretville")
PREVIEW = record(2, 202, b"old thumbnail")
BLOCK = UTF8 + VERSION + CAPTION + CITY + KEYWORDS + PREVIEW


def photograph(block: bytes = BLOCK) -> bytes:
    """A JPEG with records."""
    buffer = BytesIO()
    image = Image.fromarray(np.arange(6 * 9 * 3, dtype=np.uint8).reshape(6, 9, 3))
    image.save(buffer, "JPEG", extra=iptc.segment(block))
    return buffer.getvalue()


def block_in(content: bytes) -> bytes | None:
    """The records of a file."""
    with Image.open(BytesIO(content)) as image:
        found: bytes | None = image.info.get("photoshop", {}).get(iptc.RESOURCE)
    return found


def test_what_was_written_is_kept() -> None:
    """Without the place by default, with it if asked for, and nothing if that is asked for."""
    picture = pictures.read(photograph())
    assert block_in(pictures.encode(picture, "JPEG")) == UTF8 + VERSION + CAPTION + KEYWORDS
    everything = block_in(pictures.encode(picture, "JPEG", metadata="all"))
    assert everything == UTF8 + VERSION + CAPTION + CITY + KEYWORDS
    assert block_in(pictures.encode(picture, "JPEG", metadata="none")) is None
    assert pictures.encode(picture, "PNG")  # which cannot hold them


def test_the_place_alone_leaves_nothing() -> None:
    """No empty frame is written."""
    assert iptc.kept(UTF8 + VERSION + CITY, place=False) is None
    assert iptc.kept(UTF8 + VERSION + CITY, place=True) == UTF8 + VERSION + CITY


@pytest.mark.parametrize("block", [b"", b"junk", record(2, 120, b"x" * 30_000) * 3])
def test_what_cannot_be_kept_is_dropped(block: bytes) -> None:
    """Without an error."""
    assert iptc.kept(block, place=True) is None


@given(st.binary(max_size=40), st.integers(0, len(BLOCK)), st.booleans())
def test_odd_records_end_what_is_read(junk: bytes, at: int, place: bool) -> None:
    """Whatever stands among them: what is kept is readable again, and the same."""
    kept = iptc.kept(BLOCK[:at] + junk + BLOCK[at:], place)
    if kept is not None:
        assert iptc.kept(kept, place) == kept
