"""``realstyler bot`` and ``realstyler worker``, added to the command line like any plugin."""

from __future__ import annotations

from collections.abc import Coroutine
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from realstyler.errors import RealstylerError, TryAgainLaterError, UsageError
from realstyler.plugins import hookimpl

BOT_PACKAGES = (
    "aiogram",
    "av",
    "cachetools",
    "pydantic_settings",
    "prometheus_client",
    "tenacity",
)
SCALE_PACKAGES = ("cachetools", "pydantic_settings", "saq", "redis")

EnvironmentFile = Annotated[
    Path, typer.Option("--env-file", help="File with settings; environment variables win.")
]


@hookimpl
def register_commands(app: typer.Typer) -> None:
    """Add the commands; their dependencies are imported only when they run."""
    app.command()(bot)
    app.command()(worker)


def bot(
    webhook: Annotated[
        str | None, typer.Option(help="Public HTTPS URL for a webhook; default: polling.")
    ] = None,
    env_file: EnvironmentFile = Path(".env"),
) -> None:
    """Run the Telegram bot, configured by REALSTYLER_BOT_… variables."""
    require("bot", BOT_PACKAGES)
    from realstyler_bot.application import run
    from realstyler_bot.settings import BotSettings, load

    changes = {"webhook_url": webhook} if webhook else {}
    settings = load(BotSettings, env_file, **changes)
    if settings.redis_url:
        require("scale", SCALE_PACKAGES)
    _run(run(settings), settings.log_level)


def worker(env_file: EnvironmentFile = Path(".env")) -> None:
    """Paint for a bot on another machine: take jobs from Redis. Needs no bot token."""
    require("scale", SCALE_PACKAGES)
    from realstyler_bot.settings import WorkSettings, load
    from realstyler_bot.workers.redis_executor import run_worker

    settings = load(WorkSettings, env_file)
    _run(run_worker(settings), settings.log_level)


def require(extra: str, packages: tuple[str, ...]) -> None:
    """Check that the packages of an extra are installed.

    Raises:
        UsageError: a package is missing; the remedy is the command that installs it.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise UsageError(code="needs-extra", module=", ".join(missing), extra=extra)


def _run(main: Coroutine[Any, Any, None], log_level: str) -> None:
    """Run to completion; redact the bot token from any error."""
    import asyncio
    import gc

    from realstyler_bot.redaction import install, redact

    install(log_level)
    # Startup objects live as long as the process; collecting them would block the loop for 0.2 s.
    gc.freeze()
    try:
        asyncio.run(main)
    except RealstylerError as error:
        raise _redacted(error) from None
    except Exception as error:
        # Not the exit code for invalid settings: a supervisor should restart the bot.
        about = {"kind": type(error).__name__, "reason": redact(str(error))}
        raise TryAgainLaterError(code="bot-stopped", **about) from error


def _redacted(error: RealstylerError) -> RealstylerError:
    """Return the error without the token, which an address quoted in a reason may hold."""
    from realstyler_bot.redaction import redact

    told = {
        name: redact(str(value)) if isinstance(value, str | Exception) else value
        for name, value in error.parameters.items()
    }
    return type(error)(code=error.code, **told)
