"""The app's parts: what PyInstaller is told, how the app starts, and what its package holds."""

from __future__ import annotations

import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / ".ci" / "packaging"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def script(name: str) -> ModuleType:
    """Import one of the scripts that make the app."""
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Collected:
    """Stands for what PyInstaller puts together; remembers what it was told."""

    def __init__(self, *parts: Any, **told: Any) -> None:
        self.parts, self.told = parts, told
        self.pure, self.scripts, self.datas = [], [], told.get("datas")
        self.binaries = told.get("binaries", [])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the spec as PyInstaller does, and return its names; nothing is built."""
    hooks = ModuleType("PyInstaller.utils.hooks")
    names_kept = ("openvino/libs/libopenvino.so", "PySide6/Qt/lib/libQt6Quick.so.6")
    names_dropped = ("libopenvino_paddle_frontend.so.2641", "platformthemes/libqgtk3.so")
    kept = [(name, "", "BINARY") for name in names_kept]
    dropped = [(name, "", "BINARY") for name in names_dropped]
    vars(hooks).update(
        collect_data_files=lambda package, **_: [(package, package)],
        collect_dynamic_libs=lambda *_, **__: kept + dropped,
        copy_metadata=lambda name: [(f"{name}.dist-info", name)],
    )
    for name in ("PyInstaller", "PyInstaller.utils", "PyInstaller.utils.hooks"):
        monkeypatch.setitem(sys.modules, name, hooks)
    names = dict.fromkeys(("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE"), Collected)
    told = runpy.run_path(
        str(PACKAGING / "realstyler.spec"), init_globals={"SPECPATH": str(PACKAGING), **names}
    )
    assert told["analysis"].binaries == kept
    return told


def test_every_plugin_and_every_module_is_in_the_app(told: dict[str, Any]) -> None:
    """A plugin that is found by its entry point is nowhere imported by name."""
    packages = {
        Path(path).name
        for path in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    }
    assert packages <= set(told["packages"])
    modules = set(told["analysis"].told["hiddenimports"])
    assert set(PYPROJECT["project"]["entry-points"]["realstyler"].values()) <= modules
    assert {"realstyler.cli.train", "realstyler.pictures.heif", "realstyler.__main__"} <= modules
    assert not [name for name in modules if name.endswith(".paint")]


def test_metadata_of_the_program_is_in_the_app(told: dict[str, Any]) -> None:
    """Without it no plugin would be found, and no licence told."""
    assert ("realstyler.dist-info", "realstyler") in told["datas"]
    assert ("pip.dist-info", "pip") not in told["datas"]


def test_the_spec_names_files_that_exist(told: dict[str, Any]) -> None:
    """The script that starts, and the icon."""
    assert [Path(path).is_file() for path in told["analysis"].parts[0]] == [True]
    assert told["ICON"].is_file()


def test_everything_that_the_app_needs_is_declared() -> None:
    """The extras that the script installs are extras, and the tool is pinned."""
    extras = re.search(r"extras=([a-z,]+)", (ROOT / ".ci/app").read_text())
    assert extras is not None
    assert set(extras[1].split(",")) <= PYPROJECT["project"]["optional-dependencies"].keys()
    assert "\npyinstaller==" in (ROOT / "constraints.txt").read_text()


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start what the app starts, by this Python."""
    return subprocess.run(
        [sys.executable, PACKAGING / "start.py", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_app_is_the_command_line() -> None:
    """Arguments and exit codes pass."""
    assert started("--version").stdout.startswith("realstyler ")
    assert started("stylize", "nowhere.jpg", "--style", "nowhere").returncode == 2


def test_the_app_runs_its_own_modules() -> None:
    """HEIC, trainings and tries of packages are child processes: ``sys.executable -m …``."""
    done = started("-m", "realstyler", "--version")
    assert done.stdout.startswith("realstyler ")
    assert started("-m", "realstyler.pictures.heif", "1").returncode == 1  # no picture came in
    assert started("-m", "http.server").returncode == 2  # anything else is not for the app


def test_the_window_has_a_program_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's name decides."""
    import realstyler_gui.plugin

    monkeypatch.setattr(realstyler_gui.plugin, "main", lambda: 42)
    monkeypatch.setattr(sys, "argv", ["realstyler-gui"])
    monkeypatch.setattr(sys, "executable", "/usr/lib/realstyler/realstyler-gui")
    assert script("start").start() == 42


def test_programs_of_the_system_get_their_own_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller points the loader into the app's folder, and its children would follow."""
    give_back = script("start")._give_libraries_back
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib/realstyler/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lib")
    give_back()
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/lib"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    give_back()
    assert "LD_LIBRARY_PATH" not in os.environ


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="needs dpkg")
def test_the_package_has_programs_a_menu_entry_and_its_types(tmp_path: Path) -> None:
    """A package of an app of two empty programs."""
    app = tmp_path / "realstyler"
    app.mkdir()
    for name in ("realstyler", "realstyler-gui"):
        (app / name).write_text("")
    command = [sys.executable, PACKAGING / "debian.py", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    (package,) = tmp_path.glob("realstyler_*.deb")
    root = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "--raw-extract", package, root], check=True)
    for name in ("realstyler", "realstyler-gui"):
        assert (root / "usr/bin" / name).resolve() == root / "usr/lib/realstyler" / name
    entry = (root / "usr/share/applications/realstyler.desktop").read_text()
    assert 'Exec="/usr/lib/realstyler/realstyler-gui" %f' in entry
    assert (root / "usr/share/icons/hicolor/scalable/apps/realstyler.svg").is_file()
    assert "*.realstyle" in (root / "usr/share/mime/packages/realstyler.xml").read_text()
    assert "MIT" in (root / "usr/share/doc/realstyler/copyright").read_text()
    assert "Depends: libc6 (>= 2." in (root / "DEBIAN/control").read_text()
