"""Read, paint and write concurrently, with short queues in between."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 6
"""Capacity of the queue before each stage: smooths bursts without filling the memory."""


class Closed(Exception):  # noqa: N818 - a state, not an error
    """The other end of the channel was closed."""


class Channel(Generic[Item]):
    """A queue of bounded length between two threads, which either of them can close."""

    def __init__(self, length: int = AHEAD) -> None:
        self._length = length
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._finished = self._closed = False

    def put(self, item: Item) -> None:
        """Add an item, waiting for room; raises `Closed` if the consumer has stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._items) < self._length)
            if self._closed:
                raise Closed
            self._items.append(item)
            self._changed.notify_all()

    def finish(self) -> None:
        """End the input; items in the queue can still be taken."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def close(self) -> None:
        """Stop both ends; items in the queue are lost."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        """Take items until the input ends."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._finished or self._items)
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item


def run(
    read: Iterable[Item],
    work: Callable[[Iterable[Item]], Iterator[Result]],
    write: Callable[[Result], None],
) -> None:
    """Read in one thread, work in this one and write in another, until all is written.

    ``work`` turns the items into results, as a generator. The first error of any of the three
    stops the others and is raised here; no thread is left behind.
    """
    incoming: Channel[Item] = Channel()
    outgoing: Channel[Result] = Channel()
    reader = _Worker("reader", lambda: _feed(read, incoming), (incoming, outgoing))
    writer = _Worker("writer", lambda: _drain(outgoing, write), (incoming, outgoing))
    reader.start()
    writer.start()
    try:
        with suppress(Closed):
            for result in work(incoming):
                outgoing.put(result)
        outgoing.finish()
        incoming.close()
        writer.join()
    except BaseException:
        incoming.close()
        outgoing.close()
        raise
    finally:
        reader.join()
        writer.join()
    for worker in (reader, writer):
        if worker.error is not None:
            raise worker.error


class _Worker(threading.Thread):
    def __init__(
        self, name: str, task: Callable[[], None], channels: tuple[Channel[Item], Channel[Result]]
    ) -> None:
        super().__init__(name=f"realstyler video {name}", daemon=True)
        self._task, self._channels = task, channels
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._task()
        except Closed:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self.error = error
            for channel in self._channels:
                channel.close()


def _feed(read: Iterable[Item], channel: Channel[Item]) -> None:
    for item in read:
        channel.put(item)
    channel.finish()


def _drain(channel: Channel[Result], write: Callable[[Result], None]) -> None:
    for result in channel:
        write(result)
