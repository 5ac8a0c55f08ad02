"""Checks for a display before Qt starts, since Qt would abort the process without one."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import socket
import sys
from pathlib import Path

from realstyler.errors import UsageError


def require_display() -> None:
    """Fail if no window can be opened.

    Raises:
        UsageError: no display is configured, or none of the configured ones responds.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    named = [os.environ.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY")]
    if not any(named):
        raise UsageError(code="display-unset")
    if not (_wayland_answers() or _x_answers()):
        names = ", ".join(filter(None, named))
        raise UsageError(code="display-unreachable", names=names)


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)  # an absolute name stays one
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
    except OSError:
        return False
    return True


def _x_answers() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    library = ctypes.util.find_library("xcb")
    if library is None:
        return True  # unknown; let Qt report any problem
    xcb = ctypes.CDLL(library)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
