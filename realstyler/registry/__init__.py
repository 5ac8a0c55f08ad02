"""The registry knows every style; the one way to a style. It imports no tensor library.

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
    """Discover again, e.g. after a plugin was installed; styles in use stay usable."""
    global _registry
    fresh = Registry.discover(previous=registry())
    with _lock:
        _registry = fresh
    return fresh


def find_style(name: str) -> Style:
    """Return a style by name.

    A built-in one is found without loading any other plugin: none can take its name.

    Raises:
        UsageError: there is none; names the nearest one.
    """
    if _registry is None:
        built_in = Registry.own(name).styles.get(name)
        if built_in:
            return built_in
    return registry().find(name)
