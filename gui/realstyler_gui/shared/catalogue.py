"""The registered styles for the window; signals when they are reloaded."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal

from realstyler import registry as registry_package
from realstyler.registry import Failure, Style
from realstyler_gui.shared.parameters import Network, Parameters
from realstyler_gui.shared.settings import Settings

_TITLES = {
    "candy": QT_TRANSLATE_NOOP("StyleTitles", "Candy"),
    "glass": QT_TRANSLATE_NOOP("StyleTitles", "Pale glass"),
    "knife": QT_TRANSLATE_NOOP("StyleTitles", "Palette knife"),
    "lines": QT_TRANSLATE_NOOP("StyleTitles", "Lines"),
    "linocut": QT_TRANSLATE_NOOP("StyleTitles", "Linocut"),
    "mosaic": QT_TRANSLATE_NOOP("StyleTitles", "Mosaic"),
    "night": QT_TRANSLATE_NOOP("StyleTitles", "Night"),
    "scream": QT_TRANSLATE_NOOP("StyleTitles", "Scream"),
    "udnie": QT_TRANSLATE_NOOP("StyleTitles", "Udnie"),
    "wave": QT_TRANSLATE_NOOP("StyleTitles", "Wave"),
}
"""Titles of the built-in styles, which are translated."""

_LONGEST_TITLE = 80


class Catalogue(QObject):
    """Lists the registry's styles and failures; styles have the titles that the user gave them."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def styles(self) -> list[Style]:
        """Return all registered styles, trained ones first."""
        styles = map(self._named, registry_package.registry().styles.values())
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
        style = registry_package.registry().styles.get(name)
        return self._named(style) if style is not None else None

    def title(self, name: str) -> str:
        """Return a style's title, or its name if it no longer exists."""
        style = self.find(name)
        return style.title if style else name

    def rename(self, name: str, title: str) -> None:
        """Call a style otherwise in this window; an empty title gives its own back."""
        self._settings.keep(f"titles/{name}", title[:_LONGEST_TITLE])
        self.changed.emit()

    def _named(self, style: Style) -> Style:
        given = self._settings.text(f"titles/{style.name}")
        if not given and _TITLES.get(style.name) == style.title:
            given = QCoreApplication.translate("StyleTitles", style.title)
        title = given or style.title
        return style if title == style.title else style.model_copy(update={"title": title})

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
