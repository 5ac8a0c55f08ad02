"""Video files: painted frame by frame, steady, with their sound.

    >>> from realstyler.engine import Stylizer
    >>> from realstyler.video import VideoOptions, stylize_video
    >>> stylize_video(Path("clip.mp4"), Path("painted.mp4"), Stylizer("mosaic", network="live"))

Needs the extra ``video`` (PyAV). Names are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from realstyler.video.container import open_input
    from realstyler.video.options import PRESETS_BESIDE, VideoOptions, VideoProgress, VideoResult
    from realstyler.video.painting import stylize_video
    from realstyler.video.preview import Preview, paint_preview
    from realstyler.video.recording import Recording
    from realstyler.video.steadiness import SteadyStream
    from realstyler.video.target import FORMATS

__all__ = [
    "FORMATS",
    "PRESETS_BESIDE",
    "Preview",
    "Recording",
    "SteadyStream",
    "VideoOptions",
    "VideoProgress",
    "VideoResult",
    "open_input",
    "paint_preview",
    "stylize_video",
]

_HOMES = {
    "FORMATS": "target",
    "PRESETS_BESIDE": "options",
    "Preview": "preview",
    "Recording": "recording",
    "SteadyStream": "steadiness",
    "open_input": "container",
    "paint_preview": "preview",
    "VideoOptions": "options",
    "VideoProgress": "options",
    "VideoResult": "options",
    "stylize_video": "painting",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
