"""The app as a plugin of the command line; also without the extra."""

from __future__ import annotations

import configparser
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from realstyler.cli import main

WITHOUT_QT = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from realstyler.cli import main
sys.exit(main(sys.argv[1:]))
"""


def command_line(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line where PySide6 can't be imported."""
    command = [sys.executable, "-c", WITHOUT_QT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_without_the_extra_one_line_says_what_to_install() -> None:
    """Without PySide6 the command shows how to install it, with exit code 2."""
    done = command_line("gui")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'realstyler[gui]'" in done.stderr


def test_the_command_is_listed_without_the_extra() -> None:
    """``realstyler --help`` shows the command even without the extra."""
    done = command_line("--help")
    assert done.returncode == 0
    assert "gui" in done.stdout


def test_the_desktop_entry_starts_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The entry's command exists, and its icon is where desktops look for it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["gui", "--desktop-entry"]) == 0
    entry = Path(capsys.readouterr().out.strip())
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(entry, encoding="utf-8")
    section = parser["Desktop Entry"]
    program, *_, field = shlex.split(section["Exec"])
    assert Path(program).exists()
    assert field == "%f"
    assert (tmp_path / f"icons/hicolor/scalable/apps/{section['Icon']}.svg").is_file()
    kind = ET.parse(tmp_path / "mime/packages/realstyler.xml").getroot()[0]
    assert kind.get("type") in section["MimeType"].split(";")
    assert [each.get("pattern") for each in kind if each.tag.endswith("glob")] == ["*.realstyle"]
