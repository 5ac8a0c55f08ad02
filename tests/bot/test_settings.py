"""Settings: from the environment or a file, with errors that name the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from realstyler.errors import UsageError
from realstyler_bot.settings import DEFAULT_FILE, PREFIX, BotSettings, WorkSettings, load
from stand_in import TOKEN

ROOT = Path(__file__).parents[2]


def test_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment overrides the file, and a token file works like the token."""
    file = tmp_path / ".env"
    file.write_text(f"{PREFIX}TOKEN={TOKEN}\n{PREFIX}WORKERS=3\n{PREFIX}ADMINS=1,2\nOTHER=1\n")
    monkeypatch.setenv(f"{PREFIX}WORKERS", "5")
    settings = load(BotSettings, file)
    assert settings.workers == 5
    assert settings.admins == {1, 2}
    (tmp_path / "token").write_text(TOKEN + "\n")
    settings = load(BotSettings, None, token_file=tmp_path / "token")
    assert settings.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "token is missing"),
        ({"token": "nonsense"}, "token is malformed"),
        ({"token_file": "/nowhere/token"}, "/nowhere/token"),
        ({"token": TOKEN, "workers": 0}, "WORKERS"),
        ({"token": TOKEN, "admins": "me"}, "ADMINS"),
        ({"token": TOKEN, "webhook_url": "https://a.b/c"}, "webhook_secret is needed"),
        ({"token": TOKEN, "webhook_url": "https://a.b/c", "webhook_secret": "ü" * 20}, "secret"),
        ({"token": TOKEN, "webhook_url": "somewhere"}, "WEBHOOK_URL"),
    ],
)
def test_refusals(changes: dict[str, object], said: str) -> None:
    """Each mistake is reported in one line that never shows the token."""
    with pytest.raises(UsageError) as caught:
        load(BotSettings, None, **changes)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_misspelled_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown variable is reported; otherwise a typo would be silently ignored."""
    monkeypatch.setenv(f"{PREFIX}TOKKEN", "x")
    with pytest.raises(UsageError, match="TOKKEN is not a setting"):
        load(WorkSettings, None)


def test_workers_need_no_token() -> None:
    """A worker's settings have no field for the token."""
    assert "token" not in type(load(WorkSettings, None)).model_fields


def test_example_file_is_complete(tmp_path: Path) -> None:
    """The example lists every setting, and is valid once it has a token."""
    example = (ROOT / "bot" / "deploy" / ".env.example").read_text()
    named = {
        line.lstrip("# ").split("=")[0].removeprefix(PREFIX).lower()
        for line in example.splitlines()
        if PREFIX in line and "=" in line
    }
    assert named == set(BotSettings.model_fields)
    filled = tmp_path / ".env"
    lines = [line.removeprefix("# ") if PREFIX in line else line for line in example.splitlines()]
    values = dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))
    filled.write_text("\n".join(f"{key}={value}" for key, value in values.items()))
    settings = load(BotSettings, filled)
    assert settings.database
    assert settings.threads is None, "an empty value means the default"


def test_settings_files_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing or unreadable file is reported, not ignored; only the default may be missing."""
    binary, typo = tmp_path / "binary", tmp_path / "typo"
    binary.write_bytes(b"\xff\xfe\x00")
    typo.write_text(f"{PREFIX}ADMIN=5\n")
    for file, said in (
        (tmp_path / "nowhere.env", "No such file"),
        (tmp_path, "cannot be read"),
        (binary, "not UTF-8"),
        (typo, "ADMIN is not a setting"),
    ):
        with pytest.raises(UsageError, match=said):
            load(WorkSettings, file)
    monkeypatch.chdir(tmp_path)
    load(WorkSettings, DEFAULT_FILE)
