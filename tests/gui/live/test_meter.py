"""Frame rate and latency."""

from __future__ import annotations

import pytest

from realstyler_gui.live.meter import Meter


def test_the_meter_reads_pace_and_latency() -> None:
    """30 frames per second with 40 ms each; frames older than two seconds are ignored."""
    meter = Meter()
    meter.count(0.0, 1.0)
    for number in range(90):
        shown = 5 + number / 30
        meter.count(shown - 0.04, shown)
    reading = meter.read(5 + 89 / 30)
    assert reading is not None
    assert reading.frames_per_second == pytest.approx(30)
    assert reading.latency == pytest.approx(0.04)
    assert meter.read(100.0) is None


@pytest.mark.parametrize(("usual", "late"), [(0.04, True), (0.4, False)])
def test_only_stragglers_are_late(usual: float, late: bool) -> None:
    """A frame of 300 ms is late among fresh ones, but not where all take that long."""
    meter = Meter()
    for number in range(10):
        meter.count(5 + number / 10 - usual, 5 + number / 10)
    assert meter.is_late(5.7, 6.0) is late
    assert not meter.is_late(5.9, 6.0)
    assert meter.is_late(59.0, 60.0) is late, "after a standstill"
    assert not Meter().is_late(0.0, 6.0)
