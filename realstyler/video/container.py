"""Open files with any supported release of PyAV."""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import IO, Any

import av
from av.container import InputContainer


def open_input(file: str | IO[bytes], **options: Any) -> InputContainer:
    """Open a video for reading; metadata that is no UTF-8 gets replacement characters.

    Until release 18 PyAV has to be asked for those; from 19 on it knows no such option.

    Raises:
        av.FFmpegError, OSError, ValueError: the file cannot be opened.
    """
    container: InputContainer
    try:
        container = av.open(file, "r", metadata_errors="replace", **options)
    except TypeError as error:
        if "metadata_errors" not in str(error):
            raise
        container = av.open(file, "r", **options)
    return container


def exact(ratio: Rational | None) -> Fraction | None:
    """Return a rate, an aspect or a unit of time as a `Fraction`; None if it is unknown or zero.

    From release 19 on PyAV has a type of its own for them, which can do little.
    """
    return Fraction(int(ratio.numerator), int(ratio.denominator)) if ratio else None
