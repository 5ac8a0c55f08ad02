"""The styles panel: where styles come from, and new ones."""
