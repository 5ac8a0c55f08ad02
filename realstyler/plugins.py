"""All that a style plugin needs, and all that it may import.

A style is a folder: its picture, its training configuration, its weights and a module with the
hook, named by an entry point of the group ``realstyler``::

    # pyproject.toml
    [project.entry-points.realstyler]
    etching = "realstyler_etching"

    # realstyler_etching/__init__.py
    from pathlib import Path
    from realstyler.plugins import Style, TrainingConfig, hookimpl

    @hookimpl
    def register_styles() -> list[Style]:
        full = TrainingConfig(style_size=384, style_weight=8.0)
        return [Style(name="etching", title="Etching", folder=Path(__file__).parent, full=full)]
"""

from realstyler.networks.architecture import LiveNetwork, TransformNetwork
from realstyler.registry.config import TrainingConfig
from realstyler.registry.hookspecs import hookimpl
from realstyler.registry.style import API_VERSION, Style

__all__ = [
    "API_VERSION",
    "LiveNetwork",
    "Style",
    "TrainingConfig",
    "TransformNetwork",
    "hookimpl",
]
