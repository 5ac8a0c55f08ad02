"""How much the bot bears: many people, many pictures, on this machine, over loopback only.

    python benchmarks/bot_load.py --people 200 --pictures 1000

A stand-in for Telegram runs here, the bot runs in a process of its own, and every person sends the
next picture when the last was answered. First the engine is measured alone in that process's place,
with the same photographs and threads, so that both numbers come from one run on one machine.
Prints one JSON document.
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import aiohttp
import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "bot")]

from pictures_for_tests import photo  # noqa: E402
from realstyler.engine import Stylizer  # noqa: E402
from realstyler.pictures import Picture, encode, read  # noqa: E402
from realstyler.registry import registry  # noqa: E402
from stand_in import TOKEN, StandIn, User  # noqa: E402

WARM_UP = 4


def main() -> None:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--style", default="")
    parser.add_argument("--side", type=int, default=640, help="longer side of the photographs")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30, help="give up after this time")
    options = parser.parse_args()
    style = options.style or next(s.name for s in registry().styles.values() if s.trained)
    contents = [photo(options.side, options.side * 3 // 4, seed=seed) for seed in range(8)]
    before = engine_limit(style, contents, options.workers)
    report = asyncio.run(trial(options, style, contents))
    after = engine_limit(style, contents, options.workers)
    limit, processor = ((one + other) / 2 for one, other in zip(before, after, strict=True))
    report["engine_pictures_a_minute"] = round(limit, 1)
    report["share_of_engine"] = round(report["pictures_a_minute"] / limit, 3)
    report["engine_processor_seconds_a_picture"] = round(processor, 3)
    print(json.dumps(report, indent=2))


def engine_limit(
    style: str, contents: list[bytes], workers: int, seconds: float = 15
) -> tuple[float, float]:
    """Measure decoding, painting and encoding with nothing around it.

    Returns pictures a minute, and processor seconds a picture: these hold on a busy machine too.
    """
    live = "live" in registry().find(style).networks
    stylizer = Stylizer(style, network="live" if live else "full")

    def paint(number: int) -> None:
        pixels = read(contents[number % len(contents)]).pixels
        encode(Picture(stylizer.stylize(pixels)), "JPEG", quality=92)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(paint, range(WARM_UP)))
        started, processor, done = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - started < seconds:
            done += len(list(pool.map(paint, range(2 * workers))))
        passed = time.perf_counter() - started
        return 60 * done / passed, (time.process_time() - processor) / done


async def trial(options: argparse.Namespace, style: str, contents: list[bytes]) -> dict[str, Any]:
    """Let everybody send their pictures, and watch the bot."""
    async with StandIn(recompress=False) as telegram, AsyncBot(telegram, options.workers) as bot:
        people = [telegram.user(number) for number in range(1, options.people + 1)]
        for person in people:
            person.sends_text(f"/style {style}")
        await telegram.until(lambda: all(person.messages for person in people), 300)
        each = options.pictures // options.people
        started = time.perf_counter()
        watcher = asyncio.create_task(bot.watch())
        processor, own = bot.processor_seconds(), time.process_time()
        work = [asyncio.create_task(send(person, contents, each)) for person in people]
        await asyncio.wait(work, timeout=60 * options.minutes)
        seconds = time.perf_counter() - started
        used, own = bot.processor_seconds() - processor, time.process_time() - own
        watcher.cancel()
        health = await bot.health()
        answered = sum(len(person.results) for person in people)
        for task in work:
            task.cancel()
        return {
            "style": style,
            "people": options.people,
            "sent": each * options.people,
            "answered": answered,
            "answered_twice": sum(count - 1 for count in telegram.edits.values()),
            "seconds": round(seconds, 1),
            "pictures_a_minute": round(60 * answered / seconds, 1),
            "bot_processor_seconds_a_picture": round(used / answered, 3),
            "stand_in_processor_seconds_a_picture": round(own / answered, 3),
            "loop_lag_p99_ms": round(1000 * health["loop_lag_p99"], 1),
            **bot.memory(),
        }


async def send(person: User, contents: list[bytes], count: int) -> None:
    """Send pictures, each when the last was answered."""
    for number in range(count):
        person.sends_photo(contents[(person.id + number) % len(contents)])
        while len(person.results) <= number:
            await asyncio.sleep(0.2)


class AsyncBot:
    """The bot as a process of its own."""

    def __init__(self, telegram: StandIn, workers: int) -> None:
        self._telegram = telegram
        self._workers = workers
        self._memory: list[int] = []

    async def __aenter__(self) -> Self:
        """Start it and wait until it asks for updates."""
        self._folder = tempfile.TemporaryDirectory()
        self._port = _free_port()
        settings = {
            "TOKEN": TOKEN,
            "API_URL": self._telegram.url,
            "DATABASE": f"{self._folder.name}/bot.sqlite3",
            "WORKERS": str(self._workers),
            "HEALTH_PORT": str(self._port),
            "LOG_LEVEL": "warning",
        }
        environment = os.environ | {f"REALSTYLER_BOT_{k}": v for k, v in settings.items()}
        command = Path(sys.executable).with_name("realstyler")
        self._process = await asyncio.create_subprocess_exec(command, "bot", env=environment)
        await self._telegram.until(lambda: self._telegram.calls["getupdates"], 120)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()
        self._folder.cleanup()

    async def watch(self) -> None:
        """Note the memory every second."""
        process = psutil.Process(self._process.pid)
        while True:
            self._memory.append(process.memory_info().rss)
            await asyncio.sleep(1)

    def memory(self) -> dict[str, int]:
        """Resident memory in MB: after a fifth of the time, at the end, and at most."""
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
        """What the bot says of itself."""
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
