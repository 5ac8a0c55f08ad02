"""Load test of the bot: many users and pictures, on this machine, over loopback only.

    python benchmarks/bot_load.py --people 200 --pictures 1000

The stand-in for Telegram runs in this process, the bot in its own, and every user sends the next
picture when the last was answered. The engine alone is measured before and after, with the same
pictures, workers and threads, so that all numbers come from one run on one machine.

Prints one JSON document. It compares the bot with the engine, from strictest to mildest:

share_of_engine_pixels: pictures a minute, relative to the engine from pixels to pixels.
share_of_engine: relative to the engine including decoding and encoding, which any user needs.
share_of_engine_alone_on_the_machine: the same, estimated as if the stand-in, which in production
    runs elsewhere, took no processor time: the rate scaled by (bot + stand-in) / bot. Null if the
    processors were not kept busy.
share_of_engine_by_processor_time: the engine's processor seconds per picture (with decoding and
    encoding) divided by the bot's; meaningful even on a machine that does other work.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "bot")]

from pictures_for_tests import photo  # noqa: E402
from realstyler.engine import Stylizer  # noqa: E402
from realstyler.pictures import Picture, read  # noqa: E402
from realstyler.registry import registry  # noqa: E402
from realstyler_bot.workers.painting import as_product  # noqa: E402
from stand_in import TOKEN, StandIn, User  # noqa: E402

WARM_UP = 4
SATURATED = 0.85
"""Share of processor time that must be used for extrapolations to be meaningful."""


@dataclass(frozen=True)
class Rate:
    """Throughput and cost of pictures."""

    a_minute: float
    processor_seconds: float
    """Per picture, summed over all threads."""

    def mean(self, other: Rate) -> Rate:
        """Return the mean of this and another measurement."""
        return Rate(
            (self.a_minute + other.a_minute) / 2,
            (self.processor_seconds + other.processor_seconds) / 2,
        )


def main() -> None:
    """Run the load test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--style", default="")
    parser.add_argument("--side", type=int, default=640, help="longer side of the photographs")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--threads", type=int, help="of the engine; default: all")
    parser.add_argument("--engine-seconds", type=float, default=10, help="each of 4 measurements")
    parser.add_argument("--minutes", type=float, default=30, help="give up after this time")
    options = parser.parse_args()
    options.style = options.style or next(s.name for s in registry().styles.values() if s.trained)
    contents = [photo(options.side, options.side * 3 // 4, seed=seed) for seed in range(8)]
    before = engine_rates(options, contents)
    report = asyncio.run(trial(options, contents))
    after = engine_rates(options, contents)
    pixels, photographs = (one.mean(other) for one, other in zip(before, after, strict=True))
    print(json.dumps(report | compared(report, pixels, photographs), indent=2))


def compared(report: dict[str, Any], pixels: Rate, photographs: Rate) -> dict[str, Any]:
    """Compare the bot with the engine."""
    rate = report["pictures_a_minute"]
    bot = report["bot_processor_seconds_a_picture"]
    both = bot + report["stand_in_processor_seconds_a_picture"]
    engine = photographs.processor_seconds
    busy, processors = both * rate / 60, os.cpu_count() or 1
    alone = round(rate * both / bot / photographs.a_minute, 3)
    return {
        "processors_busy": round(busy, 2),
        "processors": processors,
        "engine_pixels_a_minute": round(pixels.a_minute, 1),
        "engine_pixels_processor_seconds": round(pixels.processor_seconds, 4),
        "engine_pictures_a_minute": round(photographs.a_minute, 1),
        "engine_processor_seconds_a_picture": round(engine, 4),
        "share_of_engine_pixels": round(rate / pixels.a_minute, 3),
        "share_of_engine": round(rate / photographs.a_minute, 3),
        "share_of_engine_alone_on_the_machine": alone if busy > SATURATED * processors else None,
        "share_of_engine_by_processor_time": round(engine / bot, 3),
    }


def engine_rates(options: argparse.Namespace, contents: list[bytes]) -> tuple[Rate, Rate]:
    """Measure the engine by itself: from pixels to pixels, and from file to file."""
    network = "live" if "live" in registry().find(options.style).networks else "full"
    workers, threads = options.workers, options.threads
    stylizer = Stylizer(options.style, network=network, threads=threads, streams=workers)
    photographs = [read(content).pixels for content in contents]

    def paint(number: int) -> None:
        stylizer.stylize(photographs[number % len(photographs)])

    def decode_paint_encode(number: int) -> None:
        pixels = read(contents[number % len(contents)]).pixels
        as_product(Picture(stylizer.stylize(pixels)), "x", as_file=False)

    one, other = (
        measured(work, options.workers, options.engine_seconds)
        for work in (paint, decode_paint_encode)
    )
    return one, other


def measured(work: Callable[[int], None], workers: int, seconds: float) -> Rate:
    """Repeat `work` for `seconds`, in as many threads as the bot has workers."""
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(WARM_UP)))
        started, processor, done = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - started < seconds:
            done += len(list(pool.map(work, range(16 * workers))))
        passed = time.perf_counter() - started
        return Rate(60 * done / passed, (time.process_time() - processor) / done)


async def trial(options: argparse.Namespace, contents: list[bytes]) -> dict[str, Any]:
    """Let all users send their pictures, and monitor the bot."""
    async with StandIn(recompress=False) as telegram, AsyncBot(telegram, options) as bot:
        people = [telegram.user(number) for number in range(1, options.people + 1)]
        for person in people:
            person.sends_text(f"/style {options.style}")
        await telegram.until(lambda: all(person.messages for person in people), 300)
        await warm_up(telegram, options.style, contents)
        each = options.pictures // options.people
        calls = sum(telegram.calls.values())
        answers = Answers()
        telegram.listener = answers.note
        started = time.perf_counter()
        watcher = asyncio.create_task(bot.watch())
        processor, own = bot.processor_seconds(), time.process_time()
        work = [asyncio.create_task(send(person, contents, each, answers)) for person in people]
        await asyncio.wait(work, timeout=60 * options.minutes)
        seconds = answers.latest - started
        used, own = bot.processor_seconds() - processor, time.process_time() - own
        watcher.cancel()
        health = await bot.health()
        answered = sum(len(person.results) for person in people)
        for task in work:
            task.cancel()
        return {
            "style": options.style,
            "people": options.people,
            "workers": options.workers,
            "threads": options.threads,
            "sent": each * options.people,
            "answered": answered,
            "answered_twice": sum(count - 1 for count in telegram.edits.values()),
            "seconds": round(seconds, 1),
            "pictures_a_minute": round(60 * answered / seconds, 1),
            "requests_a_picture": round((sum(telegram.calls.values()) - calls) / answered, 2),
            "bot_processor_seconds_a_picture": round(used / answered, 4),
            "stand_in_processor_seconds_a_picture": round(own / answered, 4),
            "loop_lag_p99_ms": round(1000 * health["loop_lag_p99"], 1),
            **bot.memory(),
        }


async def warm_up(telegram: StandIn, style: str, contents: list[bytes]) -> None:
    """Let another user send the first pictures, so that the network is compiled."""
    first = telegram.user(10**6)
    first.sends_text(f"/style {style}")
    await telegram.until(lambda: first.messages, 60)
    for content in contents[:WARM_UP]:
        first.sends_photo(content)
    await telegram.until(lambda: len(first.results) == WARM_UP, 300)


async def send(person: User, contents: list[bytes], count: int, answers: Answers) -> None:
    """Send pictures, each when the last was answered."""
    for number in range(count):
        person.sends_photo(contents[(person.id + number) % len(contents)])
        await answers.next(person.chat_id)


class Answers:
    """Wakes users when their pictures arrive; polling would take processor time."""

    def __init__(self) -> None:
        self.latest = 0.0
        """By `time.perf_counter`."""
        self._waiting: dict[int, asyncio.Event] = {}

    def note(self, message: dict[str, Any]) -> None:
        """Record a message of the bot."""
        if "photo" in message:
            self.latest = time.perf_counter()
            self._waiting[message["chat"]["id"]].set()

    async def next(self, chat: int) -> None:
        """Wait for the next picture in a chat."""
        self._waiting[chat] = asyncio.Event()
        await self._waiting[chat].wait()


class AsyncBot:
    """The bot in its own process."""

    def __init__(self, telegram: StandIn, options: argparse.Namespace) -> None:
        self._telegram = telegram
        self._options = options
        self._memory: list[int] = []

    async def __aenter__(self) -> Self:
        """Start it and wait until it requests updates."""
        self._folder = tempfile.TemporaryDirectory()
        self._port = _free_port()
        settings = {
            "TOKEN": TOKEN,
            "API_URL": self._telegram.url,
            "DATABASE": f"{self._folder.name}/bot.sqlite3",
            "WORKERS": str(self._options.workers),
            **({"THREADS": str(self._options.threads)} if self._options.threads else {}),
            "HEALTH_PORT": str(self._port),
            "TELEGRAM_MESSAGES_PER_SECOND": "100000",  # otherwise limited to 900 pictures a minute
            "LOG_LEVEL": "warning",
        }
        environment = os.environ | {f"REALSTYLER_BOT_{k}": v for k, v in settings.items()}
        command = Path(sys.executable).with_name("realstyler")
        self._process = await asyncio.create_subprocess_exec(command, "bot", env=environment)
        await self._telegram.until(lambda: self._telegram.calls["getupdates"], 120)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()
        self._folder.cleanup()

    async def watch(self) -> None:
        """Record its memory every second."""
        process = psutil.Process(self._process.pid)
        while True:
            self._memory.append(process.memory_info().rss)
            await asyncio.sleep(1)

    def memory(self) -> dict[str, int]:
        """Resident memory in MB: after a fifth of the time, at the end, and the maximum."""
        fifth = self._memory[len(self._memory) // 5 :]
        return {
            "memory_early_mb": fifth[0] >> 20,
            "memory_late_mb": fifth[-1] >> 20,
            "memory_most_mb": max(self._memory) >> 20,
        }

    def processor_seconds(self) -> float:
        """Processor time used so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    async def health(self) -> dict[str, Any]:
        """The bot's health report."""
        address = f"http://127.0.0.1:{self._port}/health"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            health: dict[str, Any] = await answer.json()
            return health


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
