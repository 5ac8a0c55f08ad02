"""Chaos: a bot, two workers and a Redis are tormented while people send pictures.

    python benchmarks/bot_chaos.py --minutes 10 --people 50 --seed 1

At random: `kill -9` of the bot, of a worker and of Redis, a full disk, storms of 429, dropped
connections, bad gateways, and jumps of the clock by up to two days. A supervisor restarts what
ended. The full disk and the clock are simulated inside these processes only, by a small library
that is compiled for it. Needs Linux, redis-server and a C compiler.

Prints one JSON document, and fails if a picture was lost or answered twice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "bot")]

from pictures_for_tests import photo  # noqa: E402
from stand_in import TOKEN, StandIn, User  # noqa: E402
from support import add_style  # noqa: E402

PREFIX = "REALSTYLER_BOT_"
METHODS = (
    "sendMessage",
    "getFile",
    "editMessageMedia",
    "editMessageText",
    "download",
    "getUpdates",
)
LONGEST_JUMP = 2 * 86400
"""Seconds."""
APOLOGIES = ("went wrong", "did not work", "failed to paint")


class Supervised:
    """A process that is started again, after a moment, whenever it ends."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._process: Process | None = None
        self._born = 0.0
        self.codes: Counter[int] = Counter()
        """How often it ended, by exit status."""

    async def run(self) -> None:
        """Keep it running until cancelled; then stop it gently."""
        try:
            while True:
                await self._start()
                assert self._process is not None
                self.codes[await self._process.wait()] += 1
                await asyncio.sleep(0.5)
        finally:
            await self._stop()

    def kill(self, spared: float = 0.0) -> bool:
        """End it at once, whatever it does; not in its first `spared` seconds, so that it works."""
        alive = self._process is not None and self._process.returncode is None
        old = time.monotonic() - self._born >= spared
        if self._process is not None and alive and old:
            self._process.kill()
        return alive and old

    async def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdout=DEVNULL, stderr=log
            )
        self._born = time.monotonic()

    async def _stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 60)
            self.kill()


class Machine:
    """The simulated disk and clock of the tormented processes."""

    def __init__(self, folder: Path) -> None:
        self.full, self.clock = folder / "full", folder / "clock"
        self.jump(0)
        self._library = folder / "chaos.so"
        source = Path(__file__).with_name("bot_chaos.c")
        compiler = os.environ.get("CC", "cc")
        arguments = ["-O2", "-shared", "-fPIC", source, "-o", self._library, "-ldl"]
        subprocess.run([compiler, *arguments], check=True)

    def jump(self, seconds: int) -> None:
        """Set the clock ahead of the real one, or behind it."""
        with self.clock.open("r+b" if self.clock.exists() else "wb") as file:
            file.write(struct.pack("<q", seconds))

    def environment(self) -> dict[str, str]:
        """Return the variables that put a process on this machine."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        # A temporary folder of their own: with a clock ahead, others' files there look old.
        faults = {"CHAOS_FULL": str(self.full), "CHAOS_CLOCK": str(self.clock)}
        faults["TMPDIR"] = str(self.full.parent)
        return {**kept, **faults, "LD_PRELOAD": str(self._library)}


class Chaos:
    """Chooses what goes wrong next."""

    def __init__(
        self,
        telegram: StandIn,
        machine: Machine,
        parts: dict[str, Supervised],
        people: list[User],
        options: argparse.Namespace,
    ) -> None:
        self._telegram, self._machine, self._parts = telegram, machine, parts
        self._people = people
        self._random = random.Random(options.seed)
        self._spared = options.spare
        self.done: Counter[str] = Counter()

    async def run(self) -> None:
        """Do harm until cancelled; then leave all in order."""
        harms: list[Any] = [self._kill, self._fill, self._flood, self._drop, self._jump]
        try:
            while True:
                await asyncio.sleep(self._random.uniform(1, 8))
                harm = self._random.choices(harms, [4, 1, 2, 2, 1])[0]
                await harm()
        finally:
            self._machine.full.unlink(missing_ok=True)

    async def _kill(self) -> None:
        name = self._random.choice(list(self._parts))
        if self._parts[name].kill(self._spared):
            self.done[f"kill -9 of {name}"] += 1

    async def _fill(self) -> None:
        self._machine.full.touch()
        await asyncio.sleep(self._random.uniform(1, 6))
        self._machine.full.unlink()
        self.done["full disk"] += 1

    async def _flood(self) -> None:
        for person in self._random.sample(self._people, len(self._people) // 3):
            self._telegram.ban(person.id, self._random.uniform(1, 15))
        self.done["storm of 429"] += 1

    async def _drop(self) -> None:
        for _ in range(10):
            fault = self._random.choice(["before", "after", "502", "429"])
            self._telegram.inject(self._random.choice(METHODS), fault)
        self.done["dropped connections and bad gateways"] += 1

    async def _jump(self) -> None:
        self._machine.jump(self._random.randint(-LONGEST_JUMP, LONGEST_JUMP))
        self.done["jump of the clock"] += 1


async def person(user: User, end: float, seed: int, waits: list[float]) -> int:
    """Send pictures, one after the other, until time is up; return how many."""
    fate, sent = random.Random(seed), 0
    while time.monotonic() < end:
        question = user.sends_photo(photo(96, 64, seed=sent), caption="alpha")
        sent += 1
        began = time.monotonic()
        await user.server.until(lambda q=question: answered(user, q), 600)
        waits.append(time.monotonic() - began)
        await asyncio.sleep(fate.uniform(0, 10))
    return sent


def answered(user: User, question: dict[str, Any]) -> bool:
    """Return whether a picture has its result, or an apology."""
    number = question["message_id"]
    return any(
        message.get("reply_to_message", {}).get("message_id") == number
        and ("photo" in message or _is_apology(message))
        for message in user.messages
    )


def _is_apology(message: dict[str, Any]) -> bool:
    return any(words in message.get("text", "") for words in APOLOGIES)


async def trial(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run all, and count."""
    machine, waits = Machine(folder), list[float]()
    async with StandIn() as telegram:
        parts = supervised(machine, telegram, folder)
        people = [telegram.user(number + 1) for number in range(options.people)]
        running = [asyncio.create_task(part.run()) for part in parts.values()]
        chaos = Chaos(telegram, machine, parts, people, options)
        end = time.monotonic() + 60 * options.minutes
        torment = asyncio.create_task(chaos.run())
        sending = [person(user, end, user.id, waits) for user in people]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in sending]
            await asyncio.sleep(60 * options.minutes)
            torment.cancel()
        sent = sum(task.result() for task in tasks)
        await asyncio.sleep(15)  # would something arrive a second time?
        for task in running:
            task.cancel()
        await asyncio.gather(torment, *running, return_exceptions=True)
    waits.sort()
    return {
        "pictures": sent,
        **counted(people, sent),
        "median_seconds": round(waits[len(waits) // 2], 2),
        "slowest_seconds": round(waits[-1], 1),
        "harm": dict(chaos.done),
        "exit_codes": {name: dict(part.codes) for name, part in parts.items()},
        "asked_during_429": sum(telegram.asked_during_ban.values()),
    }


def counted(people: list[User], sent: int) -> dict[str, int]:
    """Count the pictures that were lost, answered twice, or answered with an apology."""
    results: Counter[tuple[int, int]] = Counter()
    apologies: Counter[tuple[int, int]] = Counter()
    for user in people:
        for message in user.results:
            results[user.id, message["reply_to_message"]["message_id"]] += 1
        for message in filter(_is_apology, user.messages):
            apologies[user.id, message["reply_to_message"]["message_id"]] += 1
    return {
        "lost": sent - len(results | apologies),
        "twice": sum(count > 1 for count in results.values()),
        "apologies": apologies.total(),
        "both": len(results & apologies),
    }


def supervised(machine: Machine, telegram: StandIn, folder: Path) -> dict[str, Supervised]:
    """Return the processes, not started yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "HEARTBEAT_SECONDS": "5",
        "WORKERS": "1",
    }
    more = {
        "TOKEN": TOKEN,
        "API_URL": telegram.url,
        "DATABASE": str(folder / "bot.sqlite3"),
        "DRAIN_SECONDS": "5",
    }
    base = machine.environment()
    environment = base | {PREFIX + key: value for key, value in settings.items()}
    own = environment | {PREFIX + key: value for key, value in more.items()}
    program = str(Path(sys.executable).with_name("realstyler"))
    redis = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    missing = ["--env-file", str(folder / "empty.env")]
    (folder / "empty.env").touch()
    return {
        "redis": Supervised([*redis, "--dir", str(folder)], base, folder / "redis.log"),
        "bot": Supervised([program, "bot", *missing], own, folder / "bot.log"),
        **{
            f"worker {n}": Supervised(
                [program, "worker", *missing], environment, folder / f"worker{n}.log"
            )
            for n in (1, 2)
        },
    }


def main() -> int:
    """Run, print the results, and return the exit status."""
    parser = argparse.ArgumentParser(description="Torment the bot, its workers and its Redis.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spare", type=float, default=10, help="seconds before a kill -9")
    parser.add_argument("--logs", type=Path, help="keep the logs in this folder")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.logs or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        styles = folder / "styles"
        styles.mkdir()
        os.environ["REALSTYLER_STYLES"] = str(styles)
        add_style(styles, "alpha", seed=1)
        report = asyncio.run(trial(options, folder))
    print(json.dumps(report, indent=2))
    return 1 if report["lost"] or report["twice"] else 0


if __name__ == "__main__":
    sys.exit(main())
