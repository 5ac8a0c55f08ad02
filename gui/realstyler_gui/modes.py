"""The modes of the window, in the order of its rail."""

PHOTO, LIVE, BATCH, STYLES = range(4)
