"""Animated GIFs of painted frames."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage

from realstyler.files import replacing
from realstyler_gui.shared.images import as_pixels

_SHORTEST, _LAST = 20, 100
"""Milliseconds: shorter ones are slowed down by browsers; the last frame has no successor."""


def write_gif(frames: Sequence[QImage], times: Sequence[float], target: Path) -> None:
    """Write frames that follow each other at `times`, in seconds, as an endless GIF.

    Raises:
        RealstylerError: the file exists, or cannot be written.
    """
    first = frames[0].size()
    whole = [frame if frame.size() == first else frame.scaled(first) for frame in frames]
    pictures = [Image.fromarray(as_pixels(frame)).quantize(dither=_DITHER) for frame in whole]
    lasting = [
        max(_SHORTEST, round(1000 * (later - earlier))) for earlier, later in pairwise(times)
    ]
    with replacing(target, overwrite=False) as temporary:
        pictures[0].save(
            temporary,
            "GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=[*lasting, _LAST],
            loop=0,
        )


_DITHER = Image.Dither.FLOYDSTEINBERG
