"""The update types to receive."""

ALLOWED_UPDATES = ("message", "callback_query", "inline_query")
