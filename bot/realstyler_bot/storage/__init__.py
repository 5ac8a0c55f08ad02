"""Persistent storage: SQLite, with concurrent statements grouped into one transaction."""
