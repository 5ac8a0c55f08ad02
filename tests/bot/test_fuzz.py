"""Hundreds of random and mutated updates; benchmarks/bot_fuzz.py sends ten thousand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fuzzing import torment
from harness import Running
from stand_in import StandIn


@pytest.mark.parametrize("seed", [1])
def test_honest_people_are_answered(
    running: Running, transport: dict[str, Any], two_styles: tuple[str, str], seed: int
) -> None:
    """Whatever strangers send, each picture of an honest user is answered exactly once."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, **transport):
            outcome = await torment(telegram, 300, seed, rate=30)
            assert outcome.pictures == 10

    asyncio.run(scenario())
