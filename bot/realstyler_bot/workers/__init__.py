"""Painting, in threads of this process or on other machines through Redis; knows no Telegram."""
