"""What a training says about itself."""

from __future__ import annotations

from realstyler_gui.training.progress import Progress, parse


def test_a_line_of_progress_is_read() -> None:
    """The trainer's line becomes numbers; other lines are left alone."""
    line = "step 120/4000  content 8.51e5  style 1.2e6  12.3 pictures/s  1:02:03 left"
    losses = {"content": 851000.0, "style": 1200000.0}
    assert parse(line) == Progress(120, 4000, losses, 12.3, "1:02:03")
    assert parse("Stopping after this step") is None
