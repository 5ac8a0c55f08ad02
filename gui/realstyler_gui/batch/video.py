"""A video of the batch, painted by the same function as on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from realstyler import pictures
from realstyler.errors import UsageError
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
"""Seconds between two words about the progress."""


def moves(path: Path) -> bool:
    """Whether a file is a video, by its name, or an animation that can be painted like one."""
    suffix = path.suffix.lower()
    if suffix not in _ANIMATIONS or not video_support.available():
        return suffix in SUFFIXES
    return pictures.is_animated(path)


def target_name(relative: Path) -> Path:
    """The name of a result: in its own container, or in Matroska, which holds every sound."""
    from realstyler.video import FORMATS

    return relative if relative.suffix.lower() in FORMATS else relative.with_suffix(".mkv")


def require() -> None:
    """Raise `UsageError` where PyAV is missing."""
    if not video_support.available():
        raise UsageError(
            "videos need PyAV, which is not installed", f"use `{video_support.INSTALL}`"
        )


def paint(
    task: Task[Any],
    stylizers: StylizerPool,
    source: Path,
    target: Path,
    parameters: Parameters,
    tell: Callable[[str], None],
) -> str:
    """Paint a video file with its sound and return what is missing in the result, or nothing.

    Args:
        task: takes the progress, and stops the work when it is cancelled.
        stylizers: opens the style.
        source: any video that FFmpeg reads.
        target: a new file.
        parameters: style, network and controls.
        tell: called about twice a second with speed and time to go.

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
