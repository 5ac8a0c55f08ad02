"""Photo mode: one picture, every style."""
