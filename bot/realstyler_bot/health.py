"""/health for supervisors and /metrics for Prometheus; not meant to be exposed publicly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from realstyler_bot.jobs import JobRunner
from realstyler_bot.metrics import Metrics
from realstyler_bot.settings import BotSettings
from realstyler_bot.telegram.webhook import listen

Trouble = Callable[[], str]
"""Returns why no updates arrive; an empty string if all is well."""


@asynccontextmanager
async def serving(
    settings: BotSettings, metrics: Metrics, runner: JobRunner, trouble: Trouble
) -> AsyncIterator[None]:
    """Serve inside the ``async with`` block; does nothing if no port is configured.

    Raises:
        TryAgainLaterError: the port is in use.
    """
    if settings.health_port is None:
        yield
        return

    async def health(_: web.Request) -> web.Response:
        depth, problem = runner.depth(), trouble()
        report = {
            "status": problem or "ok",
            "waiting": depth.waiting,
            "running": depth.running,
            "loop_lag_p99": round(metrics.lag_quantile(0.99), 4),
        }
        return web.json_response(report, status=503 if problem else 200)

    async def numbers(_: web.Request) -> web.Response:
        depth = runner.depth()
        metrics.waiting.set(depth.waiting)
        metrics.running.set(depth.running)
        return web.Response(body=metrics.text(), content_type="text/plain", charset="utf-8")

    application = web.Application()
    application.router.add_get("/health", health)
    application.router.add_get("/metrics", numbers)
    server = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await server.setup()
    try:
        await listen(server, settings.health_host, settings.health_port)
        yield
    finally:
        await server.cleanup()
