"""Fuzz the bot with random updates while an honest user keeps using it; measure its responses.

    python benchmarks/bot_fuzz.py --updates 10000 --seed 1
    python benchmarks/bot_fuzz.py --updates 10000 --seed 1 --webhook

Updates are generated from the seed: valid, mutated, malformed and forged ones. Fails if a picture
of the honest user is not answered exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "bot")]

from fuzzing import torment  # noqa: E402
from harness import webhook_settings  # noqa: E402
from realstyler.registry import registry  # noqa: E402
from realstyler_bot.application import serve_until  # noqa: E402
from realstyler_bot.settings import BotSettings, load  # noqa: E402
from stand_in import TOKEN, StandIn  # noqa: E402
from support import add_style  # noqa: E402


def main() -> None:
    """Run, and print the results as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REALSTYLER_STYLES"] = folder
        add_style(Path(folder), "alpha", seed=1)
        registry()
        print(json.dumps(asyncio.run(run(options, Path(folder)))))


async def run(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Run the bot with the stand-in server, and fuzz it."""
    stop = asyncio.Event()
    hook = webhook_settings() if options.webhook else {}
    async with StandIn() as telegram:
        database = folder / "bot.sqlite3"
        settings = load(
            BotSettings, None, token=TOKEN, api_url=telegram.url, database=database, **hook
        )
        bot = asyncio.create_task(serve_until(settings, stop))
        start = _resident()
        first = await torment(telegram, options.updates // 2, options.seed)
        halfway = _resident()
        second = await torment(telegram, options.updates // 2, options.seed + 1)
        end = _resident()
        stop.set()
        await bot
    seconds = sorted(first.seconds + second.seconds)
    return {
        "pictures": len(seconds),
        "median_seconds": round(seconds[len(seconds) // 2], 3),
        "p95_seconds": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
        "p99_seconds": round(seconds[int(0.99 * (len(seconds) - 1))], 3),
        "slowest_seconds": round(seconds[-1], 3),
        "within_2_seconds": round(sum(one <= 2 for one in seconds) / len(seconds), 3),
        "memory_mb_start": round(start),
        "memory_mb_halfway": round(halfway),
        "memory_mb_end": round(end),
        "load_of_the_machine": round(os.getloadavg()[1], 2),
    }


def _resident() -> float:
    """Return this process's resident memory in MB; it holds the stand-in's chats too."""
    return float(psutil.Process().memory_info().rss) / 2**20


if __name__ == "__main__":
    main()
