"""Metrics for Prometheus and /stats."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

_LAG_INTERVAL = 0.05
_LAGS_KEPT = 20_000


class Metrics:
    """One registry per bot, so that several bots can share a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter(
            "realstyler_updates_total", "Updates received.", registry=self.registry
        )
        self.unreadable = Counter(
            "realstyler_unreadable_updates_total",
            "Updates of an unknown type, skipped.",
            registry=self.registry,
        )
        self.jobs = Counter(
            "realstyler_jobs_total", "Jobs by outcome.", ["outcome"], registry=self.registry
        )
        self.styles = Counter(
            "realstyler_style_jobs_total",
            "Jobs by style and outcome; an empty style means a sheet of all.",
            ["style", "outcome"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "realstyler_refusals_total",
            "Jobs that failed, by error.",
            ["error"],
            registry=self.registry,
        )
        self.postponed = Counter(
            "realstyler_postponed_total",
            "Results not delivered on the first attempt.",
            registry=self.registry,
        )
        self.seconds = Histogram(
            "realstyler_job_seconds",
            "Time from acceptance to delivery.",
            buckets=(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600),
            registry=self.registry,
        )
        self.retries = Counter(
            "realstyler_retries_total", "Requests repeated.", ["reason"], registry=self.registry
        )
        self.waiting = Gauge("realstyler_waiting", "Pictures waiting.", registry=self.registry)
        self.running = Gauge("realstyler_running", "Pictures painted now.", registry=self.registry)
        self.lag = Histogram(
            "realstyler_loop_lag_seconds",
            "How late the event loop is.",
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
            registry=self.registry,
        )
        self.started = time.monotonic()
        self._lags: deque[float] = deque(maxlen=_LAGS_KEPT)

    def text(self) -> bytes:
        """Return all metrics in Prometheus text format."""
        return generate_latest(self.registry)

    def lag_quantile(self, share: float) -> float:
        """Return a quantile, 0 to 1, of recent event loop lags in seconds."""
        lags = sorted(self._lags)
        return lags[min(len(lags) - 1, int(share * len(lags)))] if lags else 0.0

    async def watch_loop(self) -> None:
        """Measure forever how late the event loop wakes this task."""
        while True:
            started = time.perf_counter()
            await asyncio.sleep(_LAG_INTERVAL)
            lag = max(0.0, time.perf_counter() - started - _LAG_INTERVAL)
            self._lags.append(lag)
            self.lag.observe(lag)
