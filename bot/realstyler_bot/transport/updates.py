"""Which updates are wanted, and how many at a time."""

ALLOWED_UPDATES = ("message", "callback_query")
MOST_IN_WORK = 256
"""Updates handled at the same time; above it Telegram has to wait."""
