"""Jobs, their results, and the interfaces that run them."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from realstyler.engine import Cancellation, Controls
from realstyler.errors import RealstylerError

log = logging.getLogger(__name__)

Progress = Callable[[float], None]
"""Called with the finished share, 0 to 1; may be called from any thread."""

SIZES = (720, 1280, 2048, 4096)
"""Maximum longer side of a result in pixels; the choices offered."""
STRENGTHS = (25, 50, 75, 100)
"""Strengths offered, in percent."""


class State(StrEnum):
    """State of a job; every change is saved to the store."""

    GATHERING = "gathering"
    """More pictures of its album may arrive."""
    CHOOSING = "choosing"
    """Its owner has not chosen a style yet."""
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Source(BaseModel):
    """A picture or clip stored on Telegram."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["picture", "clip", "animation"]
    file_id: str
    message_id: int
    name: str = ""
    """File name given by the sender."""
    round: bool = False
    """Whether it is a (round) video note."""
    trim: bool = False
    """Paint only the beginning of a clip, as much as the limits allow."""


class Delivered(BaseModel):
    """A result in a chat, which Telegram can send elsewhere by its file id."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["photo", "document", "animation", "video"]
    file_id: str
    message_id: int


class Options(BaseModel):
    """How a job is painted and delivered."""

    model_config = ConfigDict(frozen=True)

    style: str = ""
    """Name of a registered style; empty until one is chosen."""
    strength: int = Field(100, ge=0, le=100)
    """Percent, 0 to 100."""
    size: int = Field(1280, ge=64)
    """Maximum longer side of the result in pixels."""
    keep_colors: bool = False
    as_file: bool = False
    """Send the result as a file, which Telegram does not recompress."""

    @property
    def controls(self) -> Controls:
        """Strength and colours, as the engine takes them."""
        return Controls(self.strength / 100, self.keep_colors)


class Person(BaseModel):
    """A user's settings."""

    model_config = ConfigDict(frozen=True)

    options: Options = Options()
    language: str | None = None
    """Language code; None follows the user's Telegram app."""
    favourites: tuple[str, ...] = ()
    """Names of styles that the menu shows first."""


class Job(BaseModel):
    """A unit of work, with everything needed to restart it after a crash."""

    model_config = ConfigDict(frozen=True)

    id: int = 0
    key: str
    """Unique per request, so the same message or button press is never accepted twice."""
    user_id: int
    chat_id: int
    private: bool
    language: str
    kind: Literal["paint", "sheet", "comparison"] = "paint"
    sources: tuple[Source, ...]
    options: Options = Options()
    state: State = State.QUEUED
    status_message_id: int | None = None
    thread_id: int | None = None
    """The forum topic that it belongs to."""
    crashes: int = 0
    """How often the process crashed while painting it."""
    shareable: bool = False
    """Whether its result has a share button; that needs the bot's inline mode."""
    delivered: tuple[Delivered, ...] = ()

    @property
    def weight(self) -> int:
        """The number of pictures in the job."""
        return len(self.sources)

    @property
    def message_id(self) -> int:
        """The message that results reply to."""
        return self.sources[0].message_id

    def but(self, **changes: object) -> Job:
        """Return a copy with some fields changed."""
        return self.model_copy(update=changes)


class Product(BaseModel):
    """A result, ready to be sent."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["photo", "document", "animation", "video", "video_note"]
    content: bytes
    name: str
    """File name with suffix."""
    width: int
    height: int
    seconds: float = 0.0
    refusal: dict[str, Any] | None = None
    """Why this picture of an album failed (see `refusal_of`); `content` is empty then."""


@dataclass(frozen=True)
class Depth:
    """Load of the queue."""

    waiting: int
    """Pictures in the queue."""
    running: int
    """Pictures being painted."""
    capacity: int
    pace: float
    """Recent average seconds per picture, across all workers."""

    def eta(self, ahead: int) -> int:
        """Estimate the seconds until a job with `ahead` pictures before it is done."""
        return max(1, math.ceil((ahead + 1) * self.pace))


class Busy(Exception):  # noqa: N818 - an outcome, not an error
    """The queue is full; retry in `eta` seconds."""

    def __init__(self, eta: int, *, own: bool) -> None:
        super().__init__(f"busy for {eta} s")
        self.eta = eta
        self.own = own
        """Whether the user's own pictures fill the queue."""


class Paused(Exception):  # noqa: N818 - an outcome, not an error
    """An administrator has paused the bot."""


class Client(Protocol):
    """Supplies a runner with pictures and receives the results."""

    async def fetch(self, job: Job) -> list[bytes]:
        """Return the content of every source, in order."""

    async def started(self, job: Job) -> None:
        """Note that painting begins."""

    def progressed(self, job: Job, share: float) -> None:
        """Note the finished share, 0 to 1; may be called from any thread."""

    def waits_for_workers(self, job: Job) -> None:
        """Note that no worker is available to paint the job."""

    async def finished(self, job: Job, products: Sequence[Product]) -> None:
        """Take the results; return when the next job may start, not when they are delivered."""

    async def failed(self, job: Job, error: Exception) -> None:
        """Note that the job failed."""


class JobRunner(Protocol):
    """Runs jobs for a single client."""

    def admit(self, user_id: int, weight: int) -> None:
        """Raise `Busy` if the queue has no room for `weight` more pictures of this user."""

    def expected(self, user_id: int, weight: int) -> AbstractContextManager[None]:
        """Reserve room for admitted pictures until they are submitted."""

    def submit(self, job: Job) -> None:
        """Enqueue an accepted job; never refuses."""

    def cancel(self, job_id: int) -> bool:
        """Remove a waiting job or stop a running one; return whether there was one."""

    def ahead(self, job_id: int) -> int | None:
        """Return how many pictures are ahead of a waiting job; ``None`` if it isn't waiting."""

    def depth(self) -> Depth:
        """Return the current load."""

    async def start(self, client: Client) -> None:
        """Start running jobs for this client."""

    async def forget_styles(self) -> None:
        """Reload styles when next used: their files may have changed."""

    async def stop(self, drain_seconds: float) -> None:
        """Finish jobs for up to `drain_seconds`, then cancel those still running."""


class Executor(Protocol):
    """Runs a single job: in this process or on another machine."""

    parallel: int
    """Maximum number of jobs in parallel."""

    async def start(self) -> None:
        """Prepare to run jobs."""

    async def run(
        self,
        job: Job,
        contents: list[bytes],
        cancellation: Cancellation,
        progress: Progress,
        held_up: Callable[[], None] = ...,
    ) -> list[Product]:
        """Paint a job; `held_up` is called repeatedly while no worker is available.

        Raises:
            RealstylerError: a source is invalid, or (`Cancelled`) the job was cancelled.
        """

    async def forget_styles(self) -> None:
        """Reload styles when next used, on every machine that paints."""

    async def stop(self) -> None:
        """Release all resources."""


def refusal_of(error: RealstylerError) -> dict[str, Any]:
    """Return an error as keyword arguments, reduced to what a chat may see.

    Details that it may not see are logged here, where the error occurred.
    """
    if not error.chat_code:
        log.error("a picture was refused", exc_info=error)
        return {"code": "picture-unpaintable"}
    shown = {
        name: value for name, value in error.parameters.items() if isinstance(value, int | float)
    }
    return {"code": error.chat_code, **shown}
