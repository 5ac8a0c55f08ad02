"""Which updates are wanted."""

ALLOWED_UPDATES = ("message", "callback_query")
