"""The packets of a container that a part needs, in one continuous time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.format import Flags
from av.video.stream import VideoStream

from realstyler.video.info import Wishes
from realstyler.video.timestamps import Timeline

_LATE = Fraction(5)
"""Seconds by which the sound of an instant may lie behind its picture in a file."""

_EARLY = Fraction(1)
"""Seconds by which it may lie before it."""

_LONGEST_HELD = 3000
"""Packets from one key frame to the next: beyond that, key frames are not marked at all."""


def stamp(packet: Any) -> Fraction:
    """Return when a packet is shown, in seconds of its own clock."""
    units = packet.pts if packet.pts is not None else packet.dts
    seconds: Fraction = Fraction(units or 0) * packet.time_base
    return seconds


def ends(packet: Any) -> bool:
    """Whether it is the empty packet that follows the last one of a stream."""
    return packet.pts is None and packet.dts is None


class PacketReader:
    """Yields packets of the pictures, and of the streams that go through untouched.

    Args:
        container: an open file.
        video: the stream of the pictures.
        passed: the streams that go through.
        origin: seconds on the clock of the file at which it begins.
        wishes: which part is read.
    """

    def __init__(
        self,
        container: InputContainer,
        video: VideoStream,
        passed: Iterable[Any],
        origin: Fraction,
        wishes: Wishes,
    ) -> None:
        self.read_until = Fraction(0)
        """Seconds up to which something was read."""

        self.error: Exception | None = None
        """The error that ended reading before the end of the file."""

        self.pictures_done = False
        """Set this when no more pictures are needed: then only sound is read."""

        self.stopped = False
        """Whether reading stopped because everything needed has been read."""

        self._container, self._video, self._origin = container, video, origin
        self._wishes = wishes
        self._passed = {stream.index: stream for stream in passed}
        self._may_jump = bool(Flags(container.format.flags) & Flags.ts_discont)
        self.timeline = Timeline(may_jump=self._may_jump)
        self._sounding = {stream.index for stream in passed if stream.type == "audio"}

    @property
    def seeks(self) -> bool:
        """Whether the file can be entered in its middle.

        Not where clocks may jump: times before a jump would be taken for those after it, and
        such formats have no index, so that seeking lands anywhere.
        """
        return self._wishes.start > 0 and not self._may_jump

    def seek(self, earlier: Fraction) -> bool:
        """Seek to a key frame ``earlier`` seconds before the start; tell if it is the first."""
        self.timeline = Timeline(may_jump=self._may_jump)
        early = _EARLY if self._sounding else Fraction(0)
        time = self._wishes.start - early - earlier
        time_of_file = max(time, Fraction(0)) + self._origin
        with suppress(av.FFmpegError):  # it stays where it is, which is before the start
            self._container.seek(int(time_of_file * av.time_base), backward=True)
        return time <= 0

    def __iter__(self) -> Iterator[Any]:
        """Read on until the end of the wanted part; an empty packet empties the decoder."""
        packets = self._placed()
        if self._wishes.start > 0 and self._may_jump:
            packets = self._from_key_frame(packets)
        for packet in packets:
            index = packet.stream.index
            if index == self._video.index:
                if not self.pictures_done:
                    yield packet
            elif index in self._passed and not ends(packet):
                yield packet
            if self._is_over(packet):
                self.stopped = True
                return

    def _placed(self) -> Iterator[Any]:
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError) as error:
                self.error = error
                # Frames that the decoder holds back are still good.
                empty = av.Packet()
                empty.stream = self._video
                yield empty
                return
            self.timeline.place(packet)
            if packet.pts is not None and packet.size:
                end = stamp(packet) + (packet.duration or 0) * packet.time_base - self._origin
                self.read_until = max(self.read_until, end)
            yield packet

    def _from_key_frame(self, packets: Iterator[Any]) -> Iterator[Any]:
        """Leave out pictures that the one at the start does not need."""
        held: list[Any] = []
        previous = 0
        for packet in packets:
            if packet.stream.index != self._video.index:
                yield packet
                continue
            needed = ends(packet) or stamp(packet) - self._origin > self._wishes.start
            if not needed and packet.is_keyframe:
                # Pictures that are shown before a key frame may need the one before it.
                del held[:previous]
                previous = len(held)
            held.append(packet)
            if needed or len(held) > _LONGEST_HELD:
                yield from held
                break
        else:
            yield from held
        yield from packets

    def _is_over(self, packet: Any) -> bool:
        """Whether all sound before the end was read, too."""
        end = self._wishes.end
        if end is None or ends(packet):
            return False
        time = stamp(packet) - self._origin
        if time >= end:
            self._sounding.discard(packet.stream.index)
        return self.pictures_done and (not self._sounding or time >= end + _LATE)
