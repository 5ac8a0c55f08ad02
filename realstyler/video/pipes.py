"""Standard input and output as videos: bytes that come and go once, in order."""

from __future__ import annotations

import os
import select
import stat
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO, cast

from realstyler.engine import Cancellation
from realstyler.errors import InputError, OutputError, UsageError

STANDARD = Path("-")
"""Names standard input as a source, and standard output as a target."""

_HEAD = 16
"""Bytes that identify the format."""

_POLL = 0.2
"""Seconds after which a waiting reader checks whether it was cancelled."""


def named(path: Path) -> str:
    """Return what messages call a source."""
    return "standard input" if path == STANDARD else str(path)


class PipedInput:
    """Standard input as PyAV reads it; it ends early when the work is cancelled.

    Raises:
        InputError: it is empty.
        Cancelled: the work was cancelled before anything came.
    """

    def __init__(self, cancel: Cancellation) -> None:
        self._stream, self._cancel = _standard_stream(), cancel
        self._ahead = b""
        self._ahead = self.read(_HEAD)
        while self._ahead and len(self._ahead) < _HEAD and (more := self._next(_HEAD)):
            self._ahead += more
        cancel.check()
        if not self._ahead:
            raise InputError(code="video-pipe-empty")

    @property
    def head(self) -> bytes:
        """Its first bytes."""
        return self._ahead[:_HEAD]

    def read(self, size: int) -> bytes:
        """Return at most so many bytes; none at the end."""
        if self._ahead:
            part, self._ahead = self._ahead[:size], self._ahead[size:]
            return part
        return self._next(size)

    def whole(self) -> BytesIO:
        """Read all, for formats that cannot be read in order."""
        content = bytearray()
        while part := self.read(1 << 20):
            content += part
        return BytesIO(content)

    def _next(self, size: int) -> bytes:
        # A sender that pauses must not keep Ctrl-C from ending the work.
        while not self._is_ready():
            if self._cancel.requested:
                return b""
        return os.read(self._stream.fileno(), size)

    def _is_ready(self) -> bool:
        with suppress(OSError, ValueError):  # no pipe, or none that this system can ask
            return bool(select.select([self._stream], [], [], _POLL)[0])
        return True


def standard_input(cancel: Cancellation) -> PipedInput | IO[bytes]:
    """Return standard input: a file that was redirected to it can be read in any order."""
    stream = _standard_stream()
    if _is_file(stream) and stream.seekable():
        return stream
    return PipedInput(cancel)


def _standard_stream() -> BinaryIO:
    # It is None where whoever started this program has closed it.
    stream = cast("TextIO | None", sys.stdin)
    if stream is None:
        raise InputError(code="video-pipe-empty")
    return stream.buffer


class PipedOutput:
    """Standard output as PyAV writes to it.

    Raises:
        UsageError: it is a terminal.
        OutputError: it is closed.
    """

    def __init__(self) -> None:
        stream = cast("TextIO | None", sys.stdout)
        if stream is None:
            raise OutputError(code="stdout-refuses", reason="it is closed")
        self._stream = stream.buffer
        if self._stream.isatty():
            raise UsageError(code="video-pipe-terminal")

    def write(self, data: bytes) -> int:
        """Pass bytes on at once."""
        written = self._stream.write(data)
        self._stream.flush()
        return written


def _is_file(stream: Any) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False
