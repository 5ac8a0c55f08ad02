"""Lanes and admission."""

from __future__ import annotations

import asyncio

import pytest

from harness import job
from realstyler.engine import Cancellation
from realstyler_bot.jobs import Busy, Job, Product
from realstyler_bot.queue.runner import FETCHED, QueueRunner


def test_runner_admits_within_bounds() -> None:
    """The queue is limited in total and per user; an empty one admits an album of any size."""

    class Idle:
        parallel = 1

    async def scenario() -> None:
        runner = QueueRunner(Idle(), capacity=5, per_user=3)  # type: ignore[arg-type]
        runner.admit(1, 10)
        runner.submit(job(1, 1, 3))
        with pytest.raises(Busy) as own:
            runner.admit(1, 1)
        assert own.value.own
        runner.admit(2, 2)
        with pytest.raises(Busy) as full:
            runner.admit(2, 3)
        assert not full.value.own
        assert full.value.eta >= 1
        assert runner.cancel(1)
        assert not runner.cancel(1)
        assert not Cancellation().requested

    asyncio.run(scenario())


def test_runner_fetches_ahead() -> None:
    """While two jobs are executed, the next ones are fetched; every job knows its position."""

    class Gate:
        """An executor and client that block until released."""

        parallel = 1

        def __init__(self) -> None:
            self.open = asyncio.Event()
            self.begun: list[int] = []
            self.fetched: list[int] = []
            self.done: list[int] = []

        async def start(self) -> None: ...

        async def stop(self) -> None: ...

        async def run(self, job: Job, *_: object) -> list[Product]:
            await self.open.wait()
            return []

        async def fetch(self, job: Job) -> list[bytes]:
            self.fetched.append(job.id)
            return [b""]

        async def started(self, job: Job) -> None:
            self.begun.append(job.id)

        def progressed(self, job: Job, share: float) -> None: ...

        def waits_for_workers(self, job: Job) -> None: ...

        async def finished(self, job: Job, products: object) -> None:
            self.done.append(job.id)

    async def scenario() -> None:
        gate = Gate()
        runner = QueueRunner(gate, capacity=12, per_user=12)  # type: ignore[arg-type]
        await runner.start(gate)  # type: ignore[arg-type]
        for number in range(1, 15):
            runner.submit(job(number, number))
        await asyncio.sleep(0.01)
        assert gate.begun == [1, 2]
        assert gate.fetched == list(range(1, FETCHED + 3))
        assert (runner.depth().running, runner.depth().waiting) == (2, 12)
        assert [runner.ahead(number) for number in range(3, 15)] == list(range(2, 14))
        assert runner.ahead(1) is None
        with pytest.raises(Busy):
            runner.admit(99, 1)
        assert runner.cancel(4)
        assert runner.depth().waiting == 11
        assert runner.ahead(5) == 3
        runner.admit(99, 1)
        gate.open.set()
        await runner.stop(10)
        assert sorted(gate.done) == [1, 2, 3, *range(5, 15)]

    asyncio.run(scenario())
