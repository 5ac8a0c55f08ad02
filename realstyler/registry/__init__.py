"""The registry of all styles, and the only way to get one. Imports no tensor library.

>>> from realstyler.registry import find_style
>>> find_style("mosaic").title
'Stained glass'
"""

from __future__ import annotations

import threading

from realstyler.registry.discovery import Failure, Plugin, Registry
from realstyler.registry.style import Style

__all__ = ["Failure", "Plugin", "Registry", "Style", "find_style", "registry", "reload"]

_lock = threading.Lock()
_registry: Registry | None = None


def registry() -> Registry:
    """Return the registry of this process, discovered at the first call."""
    global _registry
    with _lock:
        if _registry is None:
            _registry = Registry.discover()
        return _registry


def reload() -> Registry:
    """Rediscover plugins, e.g. after an installation; styles in use stay usable."""
    global _registry
    fresh = Registry.discover(previous=registry())
    with _lock:
        _registry = fresh
    return fresh


def find_style(name: str) -> Style:
    """Return a style by name.

    Built-in styles are found without loading other plugins, which can't take their names.

    Raises:
        UsageError: there is no such style; suggests the nearest name.
    """
    if _registry is None:
        built_in = Registry.own(name).styles.get(name)
        if built_in:
            return built_in
    return registry().find(name)
