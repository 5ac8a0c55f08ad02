"""Telegram bot that turns photographs into paintings, serving many users at once."""
