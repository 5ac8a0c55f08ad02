"""The commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from realstyler.errors import UsageError
from realstyler_bot import plugin


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its packages the command says how to install them, with exit code 2."""
    monkeypatch.setattr(plugin, "BOT_PACKAGES", ("no_such_package",))
    with pytest.raises(UsageError, match=r"pip install 'realstyler\[bot\]'") as caught:
        plugin.bot()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("command", ["bot", "worker"])
def test_commands_without_settings(command: str, tmp_path: Path) -> None:
    """The installed command exits with one line and code 2."""
    done = subprocess.run(
        [Path(sys.executable).with_name("realstyler"), command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "REALSTYLER_BOT" in done.stderr or "token is missing" in done.stderr
