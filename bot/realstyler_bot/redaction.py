"""Keeps the bot token out of logs, tracebacks and error messages.

Telegram's URLs contain the token, and network libraries quote URLs in their errors.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

_TOKEN = re.compile(r"(?<!\d)(\d{2,})(:|%3[aA])[A-Za-z0-9_-]{20,}")


def redact(text: str) -> str:
    """Mask anything that looks like a bot token, except for the bot's numeric id."""
    return _TOKEN.sub(r"\1\2[hidden]", text)


class RedactingFormatter(logging.Formatter):
    """Formats a record, then redacts tokens from all of it: message, traceback and stack."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the formatted record without tokens."""
        return redact(super().format(record))


def install(level: str) -> None:
    """Log to stderr through the redacting formatter; uncaught exceptions too."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Silence per-message logging, too much for thousands of users; errors still show.
    for name in ("aiogram.event", "aiohttp.access", "saq"):
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _print_redacted
    threading.excepthook = _print_redacted_in_thread


def _print_redacted(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    print(redact(text), file=sys.stderr, end="")


def _print_redacted_in_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value or arguments.exc_type()
    _print_redacted(arguments.exc_type, error, arguments.exc_traceback)
