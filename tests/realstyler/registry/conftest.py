"""Fake distributions in tests/fixtures/plugins, which are only added to the path."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from realstyler.registry.candidates import DROP_INS, ONLY
from realstyler.registry.discovery import Registry

PLUGINS = Path(__file__).parents[2] / "fixtures" / "plugins"

Discover = Callable[..., Registry]


@pytest.fixture
def discover(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Discover]:
    """Discover with some of the fake distributions installed, and no drop-in folders."""
    monkeypatch.setenv(DROP_INS, str(tmp_path / "no-drop-ins"))
    monkeypatch.delenv(ONLY, raising=False)
    found: list[Registry] = []

    def discover(*names: str) -> Registry:
        for name in names:
            assert (PLUGINS / name).is_dir()
            monkeypatch.syspath_prepend(PLUGINS / name)
        found.append(Registry.discover())
        return found[-1]

    yield discover
    for candidate in (candidate for registry in found for candidate in registry.candidates):
        candidate.forget()
