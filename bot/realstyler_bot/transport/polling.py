"""Asking Telegram for updates."""

from __future__ import annotations

import logging

from aiogram import Bot, Dispatcher

from realstyler_bot.transport.updates import ALLOWED_UPDATES, MOST_IN_WORK

_LONG_POLL = 25


async def poll(bot: Bot, dispatcher: Dispatcher) -> None:
    """Handle updates until `dispatcher.stop_polling()`; the session stays open."""
    await bot.delete_webhook()  # Telegram serves one of the two only
    logging.getLogger(__name__).info("polling")
    await dispatcher.start_polling(
        bot,
        polling_timeout=_LONG_POLL,
        allowed_updates=list(ALLOWED_UPDATES),
        tasks_concurrency_limit=MOST_IN_WORK,
        handle_signals=False,
        close_bot_session=False,
    )
