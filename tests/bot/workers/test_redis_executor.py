"""Remote workers: a real Redis and real worker processes, one of which is killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from harness import SAME, Running, add_slow_style, by_question, choose, says
from pictures_for_tests import as_photo, likeness, painted, photo, pixels_of
from realstyler.errors import TryAgainLaterError
from realstyler_bot.settings import PREFIX
from stand_in import TOKEN, StandIn
from support import add_style, save_random_weights

pytestmark = [
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is missing"),
    # redis-py leaves closing idle connections to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PICTURES = 8
HEARTBEAT = "2"


@asynccontextmanager
async def redis_server(folder: Path, port: int = 0) -> AsyncIterator[str]:
    """A private Redis on a free port that writes nothing to disk."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = port or probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = await asyncio.create_subprocess_exec(
        "redis-server", *options, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await _listens(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise AssertionError("Redis does not start")


@asynccontextmanager
async def worker_process(redis_url: str, folder: Path, name: str) -> AsyncIterator[Process]:
    """Run the real command in an environment without a token."""
    settings = {"REDIS_URL": redis_url, "HEARTBEAT_SECONDS": HEARTBEAT}
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(PREFIX)},
        **{PREFIX + key: value for key, value in settings.items()},
    }
    command = Path(sys.executable).with_name("realstyler")
    log = folder / f"{name}.txt"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            command, "worker", env=environment, stderr=file, cwd=folder
        )
    try:
        while "waiting for jobs" not in log.read_text():
            assert process.returncode is None, log.read_text()
            await asyncio.sleep(0.1)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def test_worker_killed_in_the_middle(
    running: Running, two_styles: tuple[str, str], tmp_path: Path
) -> None:
    """Two workers paint, one dies by `kill -9`; every picture arrives once, and correct."""

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(redis_server(tmp_path))
            workers = await asyncio.gather(
                *(
                    stack.enter_async_context(worker_process(url, tmp_path, name))
                    for name in ("first", "second")
                )
            )
            telegram = await stack.enter_async_context(StandIn())
            await stack.enter_async_context(
                running(telegram, redis_url=url, heartbeat_seconds=int(HEARTBEAT), redis_jobs=4)
            )
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            photos = [photo(1200, 900, seed=seed) for seed in range(PICTURES)]
            for content in photos:
                anna.sends_photo(content)
            await anna.gets_result(2)
            workers[0].send_signal(signal.SIGKILL)
            await anna.gets_result(PICTURES, 120)
            await asyncio.sleep(0.5)
            assert len(anna.results) == PICTURES
            for content, result in zip(photos, by_question(anna), strict=True):
                shown = pixels_of(anna.bytes_of(result))
                assert likeness(shown, as_photo(painted(content, "alpha"))) > SAME

    asyncio.run(scenario())
    assert TOKEN not in "".join(path.read_text() for path in tmp_path.glob("*.txt"))


@pytest.mark.usefixtures("prompt_status")
def test_refusal_and_cancel_through_redis(running: Running, drop_ins: Path, tmp_path: Path) -> None:
    """A damaged picture is reported and not retried; Cancel frees the worker for the next."""
    add_slow_style(drop_ins)

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(redis_server(tmp_path))
            await stack.enter_async_context(worker_process(url, tmp_path, "only"))
            telegram = await stack.enter_async_context(StandIn())
            await stack.enter_async_context(running(telegram, redis_url=url, heartbeat_seconds=2))
            anna = telegram.user(1)
            await choose(anna, "Slow")
            anna.sends_document(photo(200, 200)[:900], "x.jpg", "image/jpeg")
            await anna.sees(says("damaged"))
            anna.sends_photo(photo(4000, 3000))
            status = await anna.sees(says("Painting"))
            anna.presses(status, "Cancel")
            await anna.sees(says("Cancelled"))
            anna.sends_photo(photo(64, 64))
            await anna.gets_result()

    asyncio.run(scenario())


def test_reload_reaches_workers(
    running: Running, two_styles: tuple[str, str], drop_ins: Path, tmp_path: Path
) -> None:
    """After /reload a worker that has painted before sees new styles, and new weights of old ones.

    The bot process itself never paints here.
    """

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(redis_server(tmp_path))
            await stack.enter_async_context(worker_process(url, tmp_path, "only"))
            telegram = await stack.enter_async_context(StandIn())
            await stack.enter_async_context(running(telegram, redis_url=url, admins="1"))
            anna, content = telegram.user(1), photo(240, 160)
            await choose(anna, "Alpha")
            anna.sends_photo(content)
            await anna.gets_result()
            add_style(drop_ins, "gamma", seed=3)
            for network in ("full", "live"):
                save_random_weights(drop_ins / "alpha", "alpha", network, seed=4)
            anna.sends_text("/reload")
            await anna.sees(says("gamma"))
            anna.sends_photo(content)
            await anna.gets_result(2)
            await choose(anna, "Gamma")
            anna.sends_photo(content)
            await anna.gets_result(3)
            shown = [pixels_of(anna.bytes_of(result)) for result in by_question(anna)]
            assert likeness(shown[0], shown[1]) < SAME
            for pixels, style in zip(shown[1:], ("alpha", "gamma"), strict=True):
                assert likeness(pixels, as_photo(painted(content, style))) > SAME

    asyncio.run(scenario())


def test_redis_out_of_reach(running: Running, tmp_path: Path) -> None:
    """A worker whose Redis does not respond exits with one line, and may be restarted."""

    async def scenario() -> None:
        command = Path(sys.executable).with_name("realstyler")
        settings = {"REDIS_URL": "redis://127.0.0.1:1/0", "TOKEN": TOKEN}
        environment = os.environ | {PREFIX + key: value for key, value in settings.items()}
        process = await asyncio.create_subprocess_exec(
            command,
            "worker",
            env=environment,
            cwd=tmp_path,
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
        assert process.returncode == TryAgainLaterError.exit_code
        assert b"Redis does not respond" in errors.splitlines()[-1]

    asyncio.run(scenario())


def test_redis_away(
    running: Running,
    two_styles: tuple[str, str],
    tmp_path: Path,
    portrait: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Without Redis or workers, accepted pictures wait, and users and the log are told."""
    monkeypatch.setattr("realstyler_bot.workers.redis_executor._HELD_UP", 0.5)

    async def scenario() -> None:
        async with redis_server(tmp_path) as url:
            pass
        port = int(url.rpartition(":")[2].partition("/")[0])
        async with StandIn() as telegram, running(telegram, redis_url=url):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            await anna.sees(lambda message: "reply_to_message" in message)
            await telegram.until(lambda: "Redis is unavailable" in caplog.text)
            async with redis_server(tmp_path, port):
                await anna.sees(says("painting is unavailable right now"))
                async with worker_process(url, tmp_path, "only"):
                    await anna.gets_result()

    asyncio.run(scenario())
    assert "Redis is unavailable" in caplog.text
    assert "no worker accepts jobs" in caplog.text
