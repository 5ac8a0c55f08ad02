"""What all tests share: isolation from the user's own files, and a style that is quick to run."""

from __future__ import annotations

import builtins
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from realstyler import registry as registry_package
from realstyler.registry import Registry
from support import add_style

hypothesis.settings.register_profile("realstyler", deadline=None)  # speed is not what is tested
hypothesis.settings.load_profile("realstyler")

TRAINING = {"torch", "torchvision", "torchmetrics", "lightning"}
"""What only the extra `train` brings."""

collect_ignore = [] if find_spec("torch") else ["realstyler/training"]


def pytest_configure() -> None:
    """Let Ctrl-C reach the commands that tests start, also where a shell's job ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if collect_ignore:
        _skip_where_torch_is_imported()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on one line what was not tested."""
    if collect_ignore:
        terminalreporter.write_line(
            "torch is not installed (extra `train`): tests/realstyler/training was left out, and "
            "every other test that imports it was skipped"
        )


def _skip_where_torch_is_imported() -> None:
    """Skip the tests, and the modules of tests, that come upon an import of what trains."""
    known = builtins.__import__

    def importing(name: str, scope: Any = None, *arguments: Any, **options: Any) -> Any:
        try:
            return known(name, scope, *arguments, **options)
        except ModuleNotFoundError as error:
            asking = str((scope or {}).get("__name__"))  # libraries may do without it
            if error.name not in TRAINING or not asking.startswith(("realstyler", "test")):
                raise
            reason = f"{error.name} is not installed (extra `train`)"
        pytest.skip(reason, allow_module_level=True)

    builtins.__import__ = importing


@pytest.fixture(autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep caches, drop-in styles and settings out of the user's folders."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    monkeypatch.setenv("REALSTYLER_STYLES", str(home / "styles"))
    monkeypatch.setenv("REALSTYLER_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def drop_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of drop-in styles; what is put there is found by a fresh registry."""
    folder = tmp_path / "drop-ins"
    folder.mkdir()
    monkeypatch.setenv("REALSTYLER_STYLES", str(folder))
    monkeypatch.setattr(registry_package, "_registry", None)
    return folder


@pytest.fixture
def painted(drop_ins: Path) -> Path:
    """A drop-in style named ``painted`` with random full and live weights; returns its folder."""
    return add_style(drop_ins, "painted")


@pytest.fixture
def fresh_registry(drop_ins: Path) -> Registry:
    """The registry as a new process would find it."""
    return registry_package.registry()
