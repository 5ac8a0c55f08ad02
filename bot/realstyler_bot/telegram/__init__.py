"""What speaks to Telegram: the session and its limits, receiving updates, files, delivery."""
