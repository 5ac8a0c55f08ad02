"""Kill and restart: accepted pictures are delivered, once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from harness import SAME, by_question, choose, says
from pictures_for_tests import as_photo, likeness, painted, photo, pixels_of
from realstyler_bot.settings import PREFIX
from stand_in import TOKEN, StandIn

ACCEPTED = 20


@asynccontextmanager
async def bot_process(telegram: StandIn, folder: Path, **more: str) -> AsyncIterator[Process]:
    """Run the real command in its own process."""
    settings = {
        "TOKEN": TOKEN,
        "API_URL": telegram.url,
        "DATABASE": str(folder / "bot.sqlite3"),
        "QUEUE_SIZE_PER_USER": "100",
        "BURST": "1000",
        **more,
    }
    environment = os.environ | {PREFIX + name: value for name, value in settings.items()}
    command = Path(sys.executable).with_name("realstyler")
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            command, "bot", env=environment, stderr=log, cwd=folder
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def test_killed_with_accepted_jobs(two_styles: tuple[str, str], tmp_path: Path) -> None:
    """After `kill -9` with twenty accepted pictures and a restart, there are twenty results."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            users = [telegram.user(number) for number in (1, 2)]
            photos = [photo(320, 240, seed=seed) for seed in range(ACCEPTED // 2)]
            # Painting is blocked, so that most jobs are unfinished at the kill.
            async with bot_process(telegram, tmp_path, CLIP_SIDE="64") as process:
                await asyncio.gather(choose(users[0], "Alpha"), choose(users[1], "Beta"))
                telegram.inject("download", *("502",) * 500)
                for content in photos:
                    for user in users:
                        user.sends_photo(content)
                for user in users:
                    await user.sees(lambda m: "reply_to_message" in m, count=len(photos))
                process.send_signal(signal.SIGKILL)
                await process.wait()
            assert sum(len(user.results) for user in users) == 0
            telegram._faults.clear()
            async with bot_process(telegram, tmp_path) as process:
                for user in users:
                    await user.gets_result(len(photos))
                await asyncio.sleep(1)
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), 60) == 0
            for user, style in zip(users, ("alpha", "beta"), strict=True):
                assert len(user.results) == len(photos)
                questions = [m["reply_to_message"]["message_id"] for m in by_question(user)]
                assert len(set(questions)) == len(photos)
                for content, result in zip(photos, by_question(user), strict=True):
                    shown = pixels_of(user.bytes_of(result))
                    assert likeness(shown, as_photo(painted(content, style))) > SAME
            assert max(telegram.edits.values()) == 1

    asyncio.run(scenario())
    assert TOKEN not in (tmp_path / "log.txt").read_text()


def test_killed_between_result_and_note(two_styles: tuple[str, str], tmp_path: Path) -> None:
    """The worst moment: Telegram has the result, but the bot died before it knew."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            anna = telegram.user(1)
            async with bot_process(telegram, tmp_path) as process:
                await choose(anna, "Alpha")
                telegram.inject("editMessageMedia", *("after",) * 50)
                anna.sends_photo(photo(200, 100))
                await telegram.until(lambda: telegram.lost_answers["editmessagemedia"])
                process.send_signal(signal.SIGKILL)
                await process.wait()
            telegram._faults.clear()
            async with bot_process(telegram, tmp_path):
                await telegram.until(lambda: telegram.calls["editmessagemedia"] >= 2)
                await asyncio.sleep(1)
            assert len(anna.results) == 1
            assert len(anna.messages) == 2

    asyncio.run(scenario())


def test_killed_before_anything_was_handled(two_styles: tuple[str, str], tmp_path: Path) -> None:
    """Telegram forgets an update once the next is requested; the bot must not."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            anna = telegram.user(1)
            async with bot_process(telegram, tmp_path) as process:
                await choose(anna, "Alpha")
                telegram.inject("sendMessage", *("429",) * 50)  # the handler hangs here
                for seed in range(3):
                    anna.sends_photo(photo(100, 100, seed=seed))
                anna.sends_text("/help")
                await telegram.until(lambda: not telegram.unconfirmed)
                process.send_signal(signal.SIGKILL)
                await process.wait()
            telegram._faults.clear()
            assert telegram.unconfirmed == 0, "Telegram has forgotten them"
            async with bot_process(telegram, tmp_path):
                await anna.gets_result(3)
                await anna.sees(says("Send a photo"))
                await asyncio.sleep(1)
            assert len(anna.results) == 3

    asyncio.run(scenario())


def test_graceful_stop(two_styles: tuple[str, str], tmp_path: Path) -> None:
    """SIGTERM finishes accepted pictures, then the process exits with code 0."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            anna = telegram.user(1)
            async with bot_process(telegram, tmp_path) as process:
                await choose(anna, "Alpha")
                for seed in range(5):
                    anna.sends_photo(photo(320, 240, seed=seed))
                await anna.sees(lambda m: "reply_to_message" in m, count=5)
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), 60) == 0
            assert len(anna.results) == 5

    asyncio.run(scenario())
