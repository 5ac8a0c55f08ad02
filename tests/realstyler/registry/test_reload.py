"""Plugins that are installed and removed while the program runs."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from realstyler import registry as package
from realstyler.errors import UsageError
from realstyler.registry import find_style, registry, reload
from realstyler.registry.candidates import DROP_INS, ONLY

PLUGINS = Path(__file__).parents[2] / "fixtures" / "plugins"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path, empty when the program started."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv(DROP_INS, str(tmp_path / "no-drop-ins"))
    monkeypatch.delenv(ONLY, raising=False)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(package, "_registry", None)
    yield folder
    for candidate in registry().candidates:
        candidate.forget()


def _install(name: str, site: Path) -> None:
    shutil.copytree(PLUGINS / name, site, dirs_exist_ok=True)


def _uninstall(site: Path) -> None:
    for entry in site.iterdir():
        shutil.rmtree(entry)


def test_installed_plugin_appears_at_reload(site: Path) -> None:
    """The registry is unchanged until it is reloaded; then the new plugin is there."""
    before = registry()
    _install("good", site)
    assert registry() is before
    with pytest.raises(UsageError, match="no such style"):
        find_style("good")
    assert reload() is registry()
    assert find_style("good").folder == site / "fixture_good"


def test_removed_plugin_does_no_harm(site: Path) -> None:
    """A removed style stays usable while in use, and is gone after a reload."""
    _install("good", site)
    style = reload().find("good")
    _uninstall(site)
    assert find_style("good") == style
    assert style.networks == ()
    assert "good" not in reload().styles
    assert "mosaic" in registry().styles
    assert style.training("full").steps == 3


def test_edited_plugin_is_loaded_afresh(site: Path) -> None:
    """Changes to an editable plugin take effect at a reload."""
    _install("good", site)
    assert reload().find("good").full.steps == 3
    config = site / "fixture_good" / "config.py"
    config.write_text(config.read_text().replace("steps=3", "steps=54321"))
    assert reload().find("good").full.steps == 54321


def test_another_version_is_loaded_afresh(site: Path) -> None:
    """An updated plugin is reloaded, though its modules were imported before."""
    _install("good", site)
    assert reload().find("good").full.steps == 3
    (site / "fixture_good-1.0.dist-info").rename(site / "fixture_good-2.0.dist-info")
    metadata = site / "fixture_good-2.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("1.0", "2.0"))
    config = site / "fixture_good" / "config.py"
    config.write_text(config.read_text().replace("steps=3", "steps=777777"))
    style = reload().find("good")
    assert style.full.steps == 777777
    assert registry().origin(style).version == "2.0"


def test_repaired_plugin_loads_at_reload(site: Path) -> None:
    """A failed plugin that was fixed works without a restart."""
    _install("good", site)
    hook = site / "fixture_good" / "__init__.py"
    whole = hook.read_text()
    hook.write_text("import package_that_nobody_has")
    assert [failure.name for failure in reload().failures] == ["good"]
    hook.write_text(whole)
    assert not reload().failures
    assert "good" in registry().styles


def test_reload_beside_readers(site: Path) -> None:
    """Threads that look up styles during reloads always see a complete registry."""
    seen: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.wait(0.001):
            try:
                assert find_style("mosaic").title
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is a failure
                seen.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    use: list[Callable[[], None]] = [lambda: _install("good", site), lambda: _uninstall(site)]
    for change in use * 3:
        change()
        reload()
    stop.set()
    for thread in threads:
        thread.join()
    assert not seen
