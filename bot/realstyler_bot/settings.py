"""Settings, read from the environment or a file; all have the prefix ``REALSTYLER_BOT_``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from realstyler.errors import UsageError

PREFIX = "REALSTYLER_BOT_"
MEGABYTE = 2**20
DEFAULT_FILE = Path(".env")
"""Read if it exists; any other file must exist."""
SECRET_PATTERN = re.compile(r"[A-Za-z0-9_-]{16,256}")
TOKEN_PATTERN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")


class WorkSettings(BaseSettings):
    """Settings for painting, which remote workers share. Contains no token."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True
    )

    device: Literal["auto", "cpu", "gpu", "cuda", "mps"] = "auto"
    network: Literal["auto", "full", "live"] = "auto"
    """auto: the live network where a style has one, since it is many times faster."""
    workers: int = Field(min(1 + (os.cpu_count() or 1), 8), ge=1, le=64)
    """Pictures processed in parallel in this process. The default is one more than there are
    processors, up to 8: one picture is read or written while others are painted."""
    threads: int | None = Field(None, ge=1)
    """Processor threads per picture; default: all, divided among the workers."""
    max_pixels: int = Field(40_000_000, ge=10_000)
    """Pictures with more pixels are rejected before decoding."""
    decode_seconds: float = Field(20, gt=0)
    """Time limit for decoding a picture, or for each frame of a clip."""
    clip_seconds: float = Field(15, gt=0)
    clip_frames: int = Field(450, ge=1)
    clip_pixels: int = Field(1920 * 1088, ge=64)
    """Pixels per frame; larger clips are rejected."""
    clip_side: int = Field(480, ge=32)
    """Longer side in pixels to which clips are scaled down before painting."""
    work_seconds: int = Field(600, ge=10)
    """A job that takes longer is aborted."""
    redis_url: str | None = None
    """Let workers on other machines paint, through this Redis: redis://host:6379/0."""
    redis_jobs: int = Field(8, ge=1, le=256)
    """Maximum number of jobs in Redis; at least one for each worker."""
    heartbeat_seconds: int = Field(10, ge=2)
    """A worker silent for this long is considered dead, and its job is given to another."""
    blob_seconds: int = Field(3600, ge=60)
    """Pictures in Redis expire after this time."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class BotSettings(WorkSettings):
    """All settings of the bot."""

    token: SecretStr = SecretStr("")
    """The token from @BotFather."""
    token_file: Path | None = None
    """File that contains the token, instead of `token`."""
    database: Path = Field(default_factory=lambda: _data_folder() / "bot.sqlite3")
    api_url: str = Field("https://api.telegram.org", pattern="^https?://")
    """URL of the Bot API server, if you run your own."""
    api_local: bool = False
    """Whether that server runs with --local: files are read by path, on the same machine."""
    webhook_url: str | None = Field(None, pattern="^https?://[^/]+")
    webhook_secret: SecretStr | None = None
    """Telegram sends it with every update; other requests are rejected. Required with a webhook."""
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(8080, ge=0, le=65535)
    health_host: str = "127.0.0.1"
    health_port: int | None = Field(None, ge=0, le=65535)
    """Port of /health and /metrics; default: not served."""
    queue_size: int = Field(500, ge=1)
    """Pictures that may wait; beyond that, users are told that the bot is busy."""
    queue_size_per_user: int = Field(20, ge=1)
    burst: int = Field(30, ge=1)
    """Messages that a user may send at once; after that, `messages_per_second` applies."""
    messages_per_second: float = Field(1.0, gt=0)
    telegram_messages_per_second: float = Field(30, gt=0)
    """Messages sent and edited per second in all chats; 30 is Telegram's limit for most bots."""
    max_download: int = Field(20 * MEGABYTE, ge=1000)
    """Bytes; Telegram's own server lets bots download up to 20 MB."""
    drain_seconds: float = Field(30, ge=0)
    """How long a shutdown waits for accepted pictures; the rest resume at the next start."""
    conflict_seconds: float = Field(60, ge=0)
    """How long to wait for another process that polls the same bot to exit."""
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    """Telegram ids of the users who may use /stats, /pause and /reload, and send style files."""

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _read_token_file(cls, fields: dict[str, Any]) -> dict[str, Any]:
        path = fields.get("token_file")
        if not path or fields.get("token"):
            return fields
        try:
            return {**fields, "token": Path(path).read_text(encoding="utf-8").strip()}
        except OSError as error:
            raise ValueError(f"token_file {path} cannot be read: {error.strerror}") from error

    @model_validator(mode="after")
    def _secrets_fit(self) -> Self:
        if not TOKEN_PATTERN.fullmatch(self.token.get_secret_value()):
            state = "is malformed" if self.token.get_secret_value() else "is missing"
            raise ValueError(f"token {state}: get one from @BotFather, like 123456:ABC…")
        if self.webhook_url and not SECRET_PATTERN.fullmatch(self._webhook_secret):
            raise ValueError(
                "webhook_secret is needed with a webhook: 16 to 256 of A-Z a-z 0-9 _ -, "
                "e.g. from `openssl rand -hex 32`"
            )
        return self

    @property
    def _webhook_secret(self) -> str:
        return self.webhook_secret.get_secret_value() if self.webhook_secret else ""


Settings = TypeVar("Settings", bound=WorkSettings)


def load(model: type[Settings], env_file: Path | None = None, **changes: Any) -> Settings:
    """Read settings: `changes` override the environment, which overrides the file.

    Raises:
        UsageError: a setting is missing, invalid or unknown; names its variable.
    """
    _refuse_unknown(os.environ)
    if env_file is not None:
        _refuse_unknown(_names_in(env_file))
    try:
        return model(_env_file=env_file, **changes)
    except ValidationError as error:
        raise UsageError(code="bot-settings-wrong", reason=_describe(error)) from None


def _data_folder() -> Path:
    return platformdirs.user_data_path("realstyler")


def _names_in(env_file: Path) -> Iterable[str]:
    """Return the variables that a file sets; the default file may be missing."""
    if env_file == DEFAULT_FILE and not env_file.exists():
        return ()
    try:
        return dotenv_values(stream=StringIO(env_file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        about = {"file": env_file, "reason": reason}
        raise UsageError(code="bot-settings-unreadable", **about) from error


def _refuse_unknown(names: Iterable[str]) -> None:
    known = {f"{PREFIX}{name}".upper() for name in BotSettings.model_fields}
    for name in names:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise UsageError(code="bot-setting-unknown", name=name)


def _describe(error: ValidationError) -> str:
    """Name each variable and its problem, never the value: it may be the token."""
    return "; ".join(
        "".join(f"{PREFIX}{str(part).upper()}: " for part in problem["loc"][:1])
        + problem["msg"].removeprefix("Value error, ")
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    )
