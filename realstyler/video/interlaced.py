"""Deinterlacing: whole frames from video whose odd and even lines differ in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import av
from av.video.frame import VideoFrame

Rest = TypeVar("Rest")

_BWDIF = "mode=send_frame:deint=interlaced"
"""One picture for each; those that are not flagged as interlaced stay as they are."""


def deinterlaced(items: Iterable[VideoFrame | Rest]) -> Iterator[VideoFrame | Rest]:
    """Send frames through FFmpeg's ``bwdif``, from the first one that is flagged as interlaced.

    It looks one frame ahead. Other items pass through at once.
    """
    weaver: _Weaver | None = None
    for item in items:
        if not isinstance(item, VideoFrame):
            yield item
            continue
        if weaver is not None and not weaver.takes(item):
            yield from weaver.weave(None)
            weaver = None
        if weaver is None and not item.interlaced_frame:
            yield item
            continue
        weaver = weaver or _Weaver(item)
        yield from weaver.weave(item)
    if weaver is not None:
        yield from weaver.weave(None)


class _Weaver:
    """The filter for frames of one size and kind."""

    def __init__(self, first: VideoFrame) -> None:
        self._kind = _kind(first)
        self._graph = graph = av.filter.Graph()
        buffer = graph.add("buffer", _description(first))
        bwdif, sink = graph.add("bwdif", _BWDIF), graph.add("buffersink")
        buffer.link_to(bwdif)
        bwdif.link_to(sink)
        graph.configure()

    def takes(self, frame: VideoFrame) -> bool:
        """Tell whether a frame is like the first one."""
        return _kind(frame) == self._kind

    def weave(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """Hand over a frame, or ``None`` after the last one, and yield what is ready."""
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return


def _kind(frame: VideoFrame) -> tuple[Any, ...]:
    return (frame.width, frame.height, frame.format.name, frame.time_base)


def _description(frame: VideoFrame) -> str:
    return (
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
        f":time_base={frame.time_base}:colorspace={int(frame.colorspace)}"
        f":range={int(frame.color_range)}"
    )
