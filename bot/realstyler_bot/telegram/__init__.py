"""Communication with Telegram: session, rate limits, incoming updates, files, delivery."""
