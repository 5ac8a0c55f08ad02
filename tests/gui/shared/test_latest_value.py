"""The slot between two threads."""

from __future__ import annotations

import threading

from realstyler_gui.shared.latest_value import LatestValue


def test_the_latest_item_wins() -> None:
    """The slot holds one item, counts replaced ones, and releases a waiting reader on close."""
    slot: LatestValue[int] = LatestValue()
    for number in range(5):
        slot.put(number)
    assert slot.take() == 4
    assert slot.replaced == 4
    taken: list[int | None] = []
    reader = threading.Thread(target=lambda: taken.append(slot.take()))
    reader.start()
    slot.close()
    reader.join(10)
    assert taken == [None]
