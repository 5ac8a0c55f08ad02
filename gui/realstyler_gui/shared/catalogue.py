"""The registered styles for the window; signals when they are reloaded."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from realstyler import registry as registry_package
from realstyler.registry import Failure, Style
from realstyler_gui.shared.parameters import Network, Parameters


class Catalogue(QObject):
    """Lists the registry's styles and failures."""

    changed = Signal()

    @property
    def styles(self) -> list[Style]:
        """Return all registered styles, trained ones first."""
        styles = registry_package.registry().styles.values()
        return sorted(styles, key=lambda style: (not style.trained, style.title.lower()))

    @property
    def trained(self) -> list[Style]:
        """Return the trained styles."""
        return [style for style in self.styles if style.trained]

    @property
    def failures(self) -> list[Failure]:
        """Return the plugins that failed to load."""
        return registry_package.registry().failures

    def find(self, name: str) -> Style | None:
        """Return the style with this name, if any."""
        return registry_package.registry().styles.get(name)

    def title(self, name: str) -> str:
        """Return a style's title, or its name if it no longer exists."""
        style = self.find(name)
        return style.title if style else name

    def origin(self, style: Style) -> str:
        """Return the distribution and version that provide a style."""
        origin = registry_package.registry().origin(style)
        return f"{origin.distribution} {origin.version}".strip()

    def networks(self, parameters: Parameters) -> list[Network]:
        """Return the networks that every style of a blend has."""
        names = [parameters.style, *([parameters.second] if parameters.second else [])]
        found = [self.find(name) for name in names]
        return [
            network
            for network in ("full", "live")
            if all(style is not None and network in style.networks for style in found)
        ]

    def reload(self) -> None:
        """Rediscover all styles."""
        registry_package.reload()
        self.changed.emit()

    def fitted(self, parameters: Parameters) -> Parameters:
        """Replace what no longer exists: unknown styles, untrained networks."""
        usable = {style.name for style in self.trained}
        if parameters.second and parameters.second not in usable:
            parameters = parameters.but(second="")
        if parameters.style not in usable:
            first = self.trained[0].name if usable else ""
            parameters = parameters.but(style=first)
        networks = self.networks(parameters)
        if parameters.second and not networks:
            parameters = parameters.but(second="")
            networks = self.networks(parameters)
        return (
            parameters.but(network=networks[0])
            if networks and parameters.network not in networks
            else parameters
        )
