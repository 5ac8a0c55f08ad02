"""The styles panel: where styles come from, new ones, and training."""
