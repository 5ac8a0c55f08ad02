"""Three stages at once, and what happens when one of them stops."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import pytest

from realstyler.video import pipeline


def doubled(items: Iterable[int]) -> Iterator[int]:
    """The work of these tests."""
    return (2 * item for item in items)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """However a run ends, its threads end too."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_everything_arrives_in_order() -> None:
    """All items pass through all stages in their order."""
    written: list[int] = []
    pipeline.run(range(500), doubled, written.append)
    assert written == list(range(0, 1000, 2))


def test_stages_run_in_three_threads() -> None:
    """Reading and writing happen beside the work, which stays in the caller's thread."""
    threads: dict[str, str] = {}

    def read() -> Iterator[int]:
        threads["read"] = threading.current_thread().name
        yield 1

    def work(items: Iterable[int]) -> Iterator[int]:
        threads["work"] = threading.current_thread().name
        yield from items

    def write(_: int) -> None:
        threads["write"] = threading.current_thread().name

    pipeline.run(read(), work, write)
    assert len(set(threads.values())) == 3
    assert threads["work"] == threading.current_thread().name


def test_little_waits_between_the_stages() -> None:
    """A slow writer holds the reader back: the number of items under way is bounded."""
    ahead = 0
    most = 0
    lock = threading.Lock()

    def read() -> Iterator[int]:
        nonlocal ahead, most
        for number in range(100):
            with lock:
                ahead += 1
                most = max(most, ahead)
            yield number

    def write(_: int) -> None:
        nonlocal ahead
        threading.Event().wait(0.001)
        with lock:
            ahead -= 1

    pipeline.run(read(), doubled, write)
    assert most <= 2 * pipeline.AHEAD + 4


@pytest.mark.parametrize("stage", ["read", "work", "write"])
def test_an_error_anywhere_stops_all_and_is_raised(stage: str) -> None:
    """The caller gets the very error, and nothing hangs on a full or an empty channel."""

    def fail_at(name: str, number: int) -> int:
        if name == stage and number == 20:
            raise ZeroDivisionError(name)
        return number

    written: list[int] = []
    with pytest.raises(ZeroDivisionError, match=stage):
        pipeline.run(
            (fail_at("read", number) for number in range(1000)),
            lambda items: (fail_at("work", item) for item in items),
            lambda item: written.append(fail_at("write", item)),
        )
    assert len(written) <= 21


def test_work_that_ends_early_is_written_to_the_end() -> None:
    """Work may stop before its input does; what it made is written and the reader is released."""

    def first_ten(items: Iterable[int]) -> Iterator[int]:
        for item in items:
            if item == 10:
                return
            yield item

    written: list[int] = []
    pipeline.run(range(10**9), first_ten, written.append)
    assert written == list(range(10))


def test_keyboard_interrupt_stops_all() -> None:
    """An interrupt in the working thread leaves no thread behind."""

    def interrupted(items: Iterable[int]) -> Iterator[int]:
        for item in items:
            if item == 5:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        pipeline.run(range(10**9), interrupted, lambda _: None)
