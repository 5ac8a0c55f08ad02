"""Checks for video support, which needs PyAV (the extra ``video``)."""

from __future__ import annotations

from importlib.util import find_spec

from realstyler.errors import UsageError


def available() -> bool:
    """Return whether PyAV is installed."""
    return find_spec("av") is not None


def missing() -> UsageError:
    """Return the error that says what to install."""
    return UsageError(code="needs-extra", module="PyAV", extra="video")
