"""The engine: stylizes pixels.

    >>> from realstyler.engine import Controls, Stylizer
    >>> stylizer = Stylizer("mosaic")
    >>> stylized = stylizer.stylize(picture, Controls(strength=0.8))  # Pillow, or uint8 H×W×3

Names are imported lazily, so that ``import realstyler.engine`` is fast.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from realstyler.engine.blending import mix
    from realstyler.engine.cancellation import Cancellation
    from realstyler.engine.controls import (
        AUTO_SIDE,
        Blend,
        Controls,
        Stroke,
        parse_blend,
        parse_stroke,
    )
    from realstyler.engine.devices import DEVICES, Device, Network, Precision, available
    from realstyler.engine.painter import Progress
    from realstyler.engine.pictures import Pixels
    from realstyler.engine.stylizer import Stream, Stylizer

__all__ = [
    "AUTO_SIDE",
    "DEVICES",
    "Blend",
    "Cancellation",
    "Controls",
    "Device",
    "Network",
    "Pixels",
    "Precision",
    "Progress",
    "Stream",
    "Stroke",
    "Stylizer",
    "available",
    "mix",
    "parse_blend",
    "parse_stroke",
]

_HOMES = {
    "cancellation": ("Cancellation",),
    "controls": ("AUTO_SIDE", "Blend", "Controls", "Stroke", "parse_blend", "parse_stroke"),
    "devices": ("DEVICES", "Device", "Network", "Precision", "available"),
    "blending": ("mix",),
    "painter": ("Progress",),
    "pictures": ("Pixels",),
    "stylizer": ("Stream", "Stylizer"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
