"""What can be asked of a video, and how it is written on the command line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from realstyler.errors import UsageError
from realstyler.video.options import (
    VideoOptions,
    VideoProgress,
    fitted,
    parse_rate,
    parse_size,
    parse_time,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", Fraction(90)),
        ("1.5", Fraction(3, 2)),
        ("1:30.5", Fraction(181, 2)),
        ("1:00:00", 3600),
    ],
)
def test_times(text: str, seconds: Fraction) -> None:
    """Seconds, minutes and hours are read without rounding."""
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "a", "1:2:3:4", "-3", "1:", "1/0"])
def test_wrong_times(text: str) -> None:
    """What is no time is named, with examples."""
    with pytest.raises(UsageError, match="is not a time"):
        parse_time(text)


def test_rates_and_sizes() -> None:
    """Fractions of broadcast rates are exact; a size is one side or two."""
    assert parse_rate("30000/1001") == Fraction(30000, 1001)
    assert parse_size("640") == 640
    assert parse_size("640x480") == parse_size("640×480") == (640, 480)
    with pytest.raises(UsageError, match="not a frame rate"):
        parse_rate("fast")
    with pytest.raises(UsageError, match="not a size"):
        parse_size("640x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": Fraction(-1)},
        {"start": Fraction(3), "end": Fraction(3)},
        {"fps": Fraction(0)},
        {"fps": Fraction(2000)},
        {"crf": 52},
        {"size": 4},
        {"size": (640, 99999)},
    ],
)
def test_values_out_of_range(wrong: dict[str, Any]) -> None:
    """Impossible options are refused when they are made."""
    with pytest.raises(UsageError):
        VideoOptions(**wrong)


def test_sizes_keep_proportions() -> None:
    """One number is the longer side; two are taken as they are."""
    assert fitted(1920, 1080, 640) == (640, 360)
    assert fitted(1080, 1920, 640) == (360, 640)
    assert fitted(10, 1000, 8) == (1, 8)
    assert fitted(64, 48, (40, 40)) == (40, 40)
    assert fitted(64, 48, None) == (64, 48)


def test_remaining_time() -> None:
    """A quarter in 10 s leaves 30 s; without a length nothing is said."""
    assert VideoProgress(10, 0.25, 10.0, 1.0).remaining == pytest.approx(30)
    assert VideoProgress(10, None, 10.0, 1.0).remaining is None
