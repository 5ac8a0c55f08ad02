"""Painting a video of the batch, with the same function as the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from realstyler import pictures
from realstyler_gui.shared import video_support
from realstyler_gui.shared.dialogs import VIDEOS
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.stylizer_pool import StylizerPool
from realstyler_gui.shared.tasks import Task

if TYPE_CHECKING:
    from realstyler.video import VideoProgress

SUFFIXES = frozenset(f".{name}" for name in VIDEOS)
_ANIMATIONS = (".gif", ".webp")
_PACE = 0.5
"""Seconds between progress reports."""


def moves(path: Path) -> bool:
    """Return whether a file is a video, by its name, or a supported animation."""
    suffix = path.suffix.lower()
    if suffix not in _ANIMATIONS or not video_support.available():
        return suffix in SUFFIXES
    return pictures.is_animated(path)


def target_name(relative: Path) -> Path:
    """Return a result's name: in the same container, or in Matroska, which holds any audio."""
    from realstyler.video import FORMATS

    return relative if relative.suffix.lower() in FORMATS else relative.with_suffix(".mkv")


def require() -> None:
    """Raise `UsageError` if PyAV is missing."""
    if not video_support.available():
        raise video_support.missing()


def paint(
    task: Task[Any],
    stylizers: StylizerPool,
    source: Path,
    target: Path,
    parameters: Parameters,
    tell: Callable[[str], None],
) -> str:
    """Paint a video with its audio; return what the result lacks, or an empty string.

    Args:
        task: receives progress; cancelling it stops the work.
        stylizers: provides the stylizer.
        source: any video that FFmpeg can read.
        target: a new file.
        parameters: style, network and controls.
        tell: called about twice a second with speed and remaining time.

    Raises:
        RealstylerError: as `stylize_video`.
    """
    from realstyler.engine import Cancellation
    from realstyler.video import PRESETS_BESIDE, VideoOptions, stylize_video

    cancellation = Cancellation()
    task.cancel.forward_to(cancellation.cancel)
    result = stylize_video(
        source,
        target,
        stylizers.stylizer(parameters.recipe, parameters.network),
        parameters.controls,
        VideoOptions(preset=PRESETS_BESIDE[parameters.network]),
        _reporter(task, tell),
        cancellation,
    )
    return "; ".join([*result.problems, *result.notes])


def _reporter(task: Task[Any], tell: Callable[[str], None]) -> Callable[[VideoProgress], None]:
    told = 0.0

    def report(state: VideoProgress) -> None:
        nonlocal told
        task.report(state.share or 0.0)
        if state.elapsed - told > _PACE:
            told = state.elapsed
            tell(_in_words(state))

    return report


def _in_words(state: VideoProgress) -> str:
    if state.remaining is None:
        return QCoreApplication.translate("Batch", "{fps} fps").format(fps=f"{state.fps:.1f}")
    minutes, seconds = divmod(round(state.remaining), 60)
    words = QCoreApplication.translate("Batch", "{fps} fps, {time} left")
    return words.format(fps=f"{state.fps:.1f}", time=f"{minutes}:{seconds:02}")
