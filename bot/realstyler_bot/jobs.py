"""What a job is, what comes of it, and what runs it."""

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
"""Told the finished share, 0 to 1; may be called from any thread."""

SIZES = (720, 1280, 2048, 4096)
"""Longer side in pixels that a result may have at most, to choose from."""
STRENGTHS = (25, 50, 75, 100)
"""Percent."""


class State(StrEnum):
    """Where a job stands; it is kept in the store at every change."""

    GATHERING = "gathering"
    """More pictures of its album may come."""
    CHOOSING = "choosing"
    """Its owner has not chosen a style yet."""
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Source(BaseModel):
    """One picture or clip in Telegram."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["picture", "clip", "animation"]
    file_id: str
    message_id: int
    name: str = ""
    """What its sender calls the file."""
    round: bool = False
    """Whether it is a video note."""


class Options(BaseModel):
    """How a job is painted and sent back."""

    model_config = ConfigDict(frozen=True)

    style: str = ""
    """Name of a registered style; empty until one is chosen."""
    strength: int = Field(100, ge=0, le=100)
    """Percent."""
    size: int = Field(1280, ge=64)
    """Longer side in pixels of the result, at most."""
    keep_colors: bool = False
    as_file: bool = False
    """Send the result as a file, which Telegram does not recompress."""

    @property
    def controls(self) -> Controls:
        """Strength and colours, as the engine takes them."""
        return Controls(self.strength / 100, self.keep_colors)


class Person(BaseModel):
    """One person's settings."""

    model_config = ConfigDict(frozen=True)

    options: Options = Options()
    language: str | None = None
    """None: as Telegram says."""


class Job(BaseModel):
    """Everything needed to do the work again after a crash."""

    model_config = ConfigDict(frozen=True)

    id: int = 0
    key: str
    """Unique for each wish: the same message or button press is never accepted twice."""
    user_id: int
    chat_id: int
    private: bool
    language: str
    kind: Literal["paint", "sheet"] = "paint"
    sources: tuple[Source, ...]
    options: Options = Options()
    state: State = State.QUEUED
    status_message_id: int | None = None
    thread_id: int | None = None
    """The topic of a forum that it belongs to."""
    crashes: int = 0
    """How often the process died while it was painted."""

    @property
    def weight(self) -> int:
        """How many pictures it is."""
        return len(self.sources)

    @property
    def message_id(self) -> int:
        """The message that the answer replies to."""
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
    """What is wrong with this one of several pictures (see `refusal_of`); it has no content."""


@dataclass(frozen=True)
class Depth:
    """How much is waiting, and how fast it goes."""

    waiting: int
    """Pictures in the queue."""
    running: int
    """Pictures being painted."""
    capacity: int
    pace: float
    """Seconds for each picture, all workers together, lately."""

    def eta(self, ahead: int) -> int:
        """Seconds until a job with so many pictures ahead of it is done."""
        return max(1, math.ceil((ahead + 1) * self.pace))


class Busy(Exception):  # noqa: N818 - an answer, not an error
    """The queue is full; try again in `eta` seconds."""

    def __init__(self, eta: int, *, own: bool) -> None:
        super().__init__(f"busy for {eta} s")
        self.eta = eta
        self.own = own
        """Whether it is this person's own pictures that fill the queue."""


class Paused(Exception):  # noqa: N818 - an answer, not an error
    """An administrator paused the bot."""


class Client(Protocol):
    """Whoever wants the jobs done: hands over the pictures and takes what comes of them."""

    async def fetch(self, job: Job) -> list[bytes]:
        """Return the content of every source, in order."""

    async def started(self, job: Job) -> None:
        """Painting begins."""

    def progressed(self, job: Job, share: float) -> None:
        """So much is done, 0 to 1; may be called from any thread."""

    def waits_for_workers(self, job: Job) -> None:
        """Nobody is there to paint it just now."""

    async def finished(self, job: Job, products: Sequence[Product]) -> None:
        """All is painted; returns when the next job may start, not when it is delivered."""

    async def failed(self, job: Job, error: Exception) -> None:
        """It cannot be done."""


class JobRunner(Protocol):
    """Runs jobs somewhere. One runner serves one client."""

    def admit(self, user_id: int, weight: int) -> None:
        """Raise `Busy` if there is no room for so many pictures of this person."""

    def expected(self, user_id: int, weight: int) -> AbstractContextManager[None]:
        """Keep room for pictures that were admitted, until they are submitted."""

    def submit(self, job: Job) -> None:
        """Take an accepted job into the queue; never refuses."""

    def cancel(self, job_id: int) -> bool:
        """Forget a waiting job or stop a running one; whether there was one to stop."""

    def ahead(self, job_id: int) -> int | None:
        """Return how many pictures come before a waiting job; ``None`` if it does not wait."""

    def depth(self) -> Depth:
        """Return how much there is to do."""

    async def start(self, client: Client) -> None:
        """Begin to work for this client."""

    async def forget_styles(self) -> None:
        """Open styles anew when they are needed next: their files may have changed."""

    async def stop(self, drain_seconds: float) -> None:
        """Finish what can be finished in so many seconds, then stop what still runs."""


class Executor(Protocol):
    """Does the work of one job: in this process, or on another machine."""

    parallel: int
    """How many jobs it works at in the same time."""

    async def start(self) -> None:
        """Get ready."""

    async def run(
        self,
        job: Job,
        contents: list[bytes],
        cancellation: Cancellation,
        progress: Progress,
        held_up: Callable[[], None] = ...,
    ) -> list[Product]:
        """Paint a job; `held_up` is called now and then while nobody is there to do it.

        Raises:
            RealstylerError: a source is refused, or (`Cancelled`) the work was stopped.
        """

    async def forget_styles(self) -> None:
        """Open styles anew when they are needed next, wherever this paints."""

    async def stop(self) -> None:
        """Let go of everything."""


def refusal_of(error: RealstylerError) -> dict[str, Any]:
    """Return what a chat may know of an error, as the arguments of another one.

    What it may not know is logged here, where the error happened.
    """
    if error.for_chat("en") is None:
        log.error("a picture was refused", exc_info=error)
        return {"what": "the picture cannot be painted"}
    shown = {
        name: value for name, value in error.parameters.items() if isinstance(value, int | float)
    }
    return {"code": error.code, **shown}
