"""Checks for video support, which needs PyAV (the extra ``video``)."""

from __future__ import annotations

from importlib.util import find_spec

INSTALL = "pip install 'realstyler[video]'"


def available() -> bool:
    """Return whether PyAV is installed."""
    return find_spec("av") is not None
