"""Fixtures: styles, pictures and a running bot."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from harness import Running, webhook_settings
from pictures_for_tests import photo
from realstyler_bot.application import serve_until
from realstyler_bot.settings import BotSettings, load
from stand_in import TOKEN, StandIn
from support import add_style


@pytest.fixture
def two_styles(drop_ins: Path) -> tuple[str, str]:
    """Install two styles that paint very differently; return their titles."""
    add_style(drop_ins, "alpha", seed=1)
    add_style(drop_ins, "beta", seed=2)
    return "Alpha", "Beta"


@pytest.fixture(scope="session")
def portrait() -> bytes:
    """A 240×160 JPEG photograph."""
    return photo(240, 160)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., BotSettings]:
    """Settings for a bot that uses the stand-in server and its own database."""

    def make(telegram: StandIn, **changes: Any) -> BotSettings:
        values = {
            "token": TOKEN,
            "api_url": telegram.url,
            "database": tmp_path / "bot.sqlite3",
            "drain_seconds": 5,
            "messages_per_second": 100,
            "burst": 1000,
        }
        return load(BotSettings, None, **(values | changes))

    return make


@pytest.fixture(params=["polling", "webhook"])
def transport(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Settings for polling and for the webhook."""
    return {} if request.param == "polling" else webhook_settings()


@pytest.fixture
def prompt_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show progress almost at once, so that results don't depend on processor speed."""
    board = "realstyler_bot.service.status_board."
    monkeypatch.setattr(board + "_TICK", 0.05)
    monkeypatch.setattr(board + "_WORTH_SHOWING", 0.1)
    monkeypatch.setattr(board + "_SECONDS_BETWEEN_EDITS", {True: 0.2, False: 0.2})


@pytest.fixture
def running(make_settings: Callable[..., BotSettings]) -> Running:
    """Return a context manager that runs a bot with the given settings and stops it gracefully."""

    @contextlib.asynccontextmanager
    async def run(telegram: StandIn, **changes: Any) -> AsyncIterator[asyncio.Task[None]]:
        settings, stop = make_settings(telegram, **changes), asyncio.Event()
        task = asyncio.create_task(serve_until(settings, stop))
        began = telegram.calls["getupdates"] + telegram.calls["setwebhook"]
        await telegram.until(
            lambda: (
                telegram.calls["getupdates"] + telegram.calls["setwebhook"] > began or task.done()
            )
        )
        try:
            yield task
        finally:
            stop.set()
            await asyncio.wait_for(task, 60)

    return run
