"""Photo mode: one picture in any style."""
