"""Named sets of painting parameters, and one that is copied from page to page."""

from __future__ import annotations

import json
from dataclasses import asdict

from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.settings import Settings

_KEY, _COPIED = "presets", "copied/parameters"


class Presets:
    """The user's presets, kept in the settings; invalid ones are left out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def names(self) -> list[str]:
        """Return the names in alphabetical order."""
        return sorted(self._read(), key=str.casefold)

    def find(self, name: str) -> Parameters | None:
        """Return the preset with this name, if any."""
        return self._read().get(name)

    def keep(self, name: str, parameters: Parameters) -> None:
        """Save parameters under a name, replacing what had it."""
        self._write(self._read() | {name: parameters})

    def remove(self, name: str) -> None:
        """Remove a preset, if there is one of this name."""
        self._write({other: kept for other, kept in self._read().items() if other != name})

    @property
    def copied(self) -> Parameters | None:
        """Return the parameters that were copied last, also in an earlier session."""
        kept = self._settings.parameters(_COPIED)
        return kept if kept.style else None

    def copy(self, parameters: Parameters) -> None:
        """Remember parameters for another picture or page."""
        self._settings.keep_parameters(_COPIED, parameters)

    def _read(self) -> dict[str, Parameters]:
        try:
            kept = json.loads(self._settings.text(_KEY))
        except ValueError:
            return {}
        valid = kept.items() if isinstance(kept, dict) else ()
        return {name: Parameters.from_dict(values) for name, values in valid}

    def _write(self, presets: dict[str, Parameters]) -> None:
        plain = {name: asdict(parameters) for name, parameters in presets.items()}
        self._settings.keep(_KEY, json.dumps(plain))
