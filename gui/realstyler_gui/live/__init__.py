"""Live mode: webcams, video files and the screen, painted while you watch."""
