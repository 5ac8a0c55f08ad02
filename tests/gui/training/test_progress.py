"""What a training says about itself."""

from __future__ import annotations

import json

import pytest

from realstyler.errors import RealstylerError, UsageError
from realstyler_gui.training.progress import Progress, parse


def test_a_line_of_progress_is_read() -> None:
    """The trainer's JSON becomes numbers."""
    losses = {"content": 851000.0, "style": 1200000.0}
    document = {"step": 120, "steps": 4000, "losses": losses, "pictures_per_second": 12.3}
    read = parse(json.dumps({**document, "remaining": 3723.4}))
    assert read == Progress(120, 4000, losses, 12.3, 3723.4)
    assert read.left == "1:02:03"


def test_an_error_is_said_in_the_language_of_the_window() -> None:
    """The child's error arrives as its code and parameters, not as an English sentence."""
    error = UsageError(code="run-exists", folder="runs/candy")
    read = parse(json.dumps({"error": error.as_json()}))
    assert isinstance(read, RealstylerError)
    assert read.in_words("ru", "window") == error.in_words("ru", "window")
    assert "--" not in read.in_words("ru", "window")


@pytest.mark.parametrize(
    "line",
    [
        "Stopping after this step",
        "step 120/4000  content 8.51e5  12.3 pictures/s  1:02:03 left",
        "[]",
        "7",
        '{"step": 1}',
        '{"error": {"code": "of-a-newer-program", "parameters": {}}}',
        '{"error": "no"}',
    ],
)
def test_other_lines_are_left_alone(line: str) -> None:
    """Whatever else a child prints is neither progress nor an error."""
    assert parse(line) is None
