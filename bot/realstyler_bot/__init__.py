"""The Telegram bot: a photograph in, a painting out, for many people at once."""
