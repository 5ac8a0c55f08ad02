"""Which updates are wanted, and how many at a time."""

from __future__ import annotations

import logging
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query")
MOST_IN_WORK = 256
"""Updates handled at the same time; above it Telegram has to wait."""


def read_update(content: Any, bot: Bot) -> Update | None:
    """Read one update, as parsed JSON; None if it has no number and so is none.

    Telegram adds kinds of messages before aiogram knows them. One that cannot be read comes back
    with its number alone: it is confirmed and skipped, and stops nobody else's.
    """
    try:
        return Update.model_validate(content, context={"bot": bot})
    except ValidationError as error:
        number = content.get("update_id") if isinstance(content, dict) else None
        if not isinstance(number, int):
            log.warning("something that should be an update has no number and is skipped")
            return None
        places = [".".join(map(str, problem["loc"])) for problem in error.errors()[:3]]
        log.warning("update %d cannot be read and is skipped: %s", number, ", ".join(places))
        return Update(update_id=number)


def is_empty(update: Update) -> bool:
    """Whether an update says nothing that this aiogram knows."""
    kinds = type(update).model_fields.keys() - {"update_id"}
    return all(getattr(update, kind) is None for kind in kinds)
