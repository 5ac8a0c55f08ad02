"""What handlers call: accept a picture, choose its style, cancel it, delete a user's data."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from weakref import WeakValueDictionary

from aiogram import Bot
from cachetools import TTLCache

from realstyler.registry import registry
from realstyler_bot import keyboards
from realstyler_bot.jobs import Busy, Job, JobRunner, Options, Paused, State
from realstyler_bot.service.albums import Albums
from realstyler_bot.service.people import People
from realstyler_bot.service.previews import StylePreviews
from realstyler_bot.service.refusals import Refusals
from realstyler_bot.service.work import Work
from realstyler_bot.storage.store import Store
from realstyler_bot.texts import say
from realstyler_bot.workers.painting import trained_styles

log = logging.getLogger(__name__)

_PAUSED = "paused"


class Service:
    """The application behind the handlers. All methods must be called from the event loop."""

    def __init__(self, bot: Bot, store: Store, runner: JobRunner, work: Work) -> None:
        self.people = People(store)
        self.previews = StylePreviews(store)
        self.refusals = Refusals(bot)
        self.albums = Albums(store, self._seal, work.spawn)
        self.paused = False
        self.sharing = False
        """Whether results can be shared: the bot's inline mode is on."""
        self._store = store
        self._runner = runner
        self._work = work
        self._taps: TTLCache[tuple[int, int, str], bool] = TTLCache(10_000, ttl=3.0)
        self._choosing: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    async def start(self) -> None:
        """Start, resuming what the last run left unfinished."""
        self.paused = await self._store.flag(_PAUSED)
        for job in await self._work.start():
            self.albums.wait_for_more(job.key)

    async def stop(self) -> None:
        """Finish what fits before the deadline; the rest stays in the store."""
        self.albums.stop()
        await self._work.stop()
        await self.refusals.stop()

    async def pause(self, *, on: bool) -> None:
        """Stop or resume accepting jobs, persistently; jobs already accepted are still painted."""
        self.paused = on
        await self._store.set_flag(_PAUSED, on=on)

    async def job(self, number: int) -> Job | None:
        """Return a job by its id."""
        return await self._store.job(number)

    async def result(self, user_id: int, chat_id: int, message_id: int | None) -> Job | None:
        """Return the job whose result a message shows; None: the user's newest result."""
        return await self._store.result(user_id, chat_id, message_id)

    async def delivered(self, user_id: int, most: int = 50) -> list[Job]:
        """Return a user's jobs whose results can be shared, newest first."""
        return await self._store.delivered(user_id, most)

    async def offer_beginning(self, job: Job, seconds: float) -> None:
        """Refuse a clip that is too long, but offer to paint its first seconds."""
        refused = await self._store.add(job.but(state=State.FAILED))
        if refused is not None:
            text = say(job.language, "too_long", seconds=f"{seconds:g}")
            keyboard = keyboards.beginning(job.language, refused, seconds)
            await self._work.board.send(refused, text, keyboard)

    async def counts(self) -> dict[str, int]:
        """Return the number of users, and of jobs by state."""
        return await self._store.counts()

    def tapped_before(self, tap: tuple[int, int, str]) -> bool:
        """Return whether the same user pressed the same button a moment ago (a double tap).

        Args:
            tap: user id, message id, and callback data of the button.
        """
        known = tap in self._taps
        self._taps[tap] = True
        return known

    async def accept(self, job: Job) -> None:
        """Accept a new job; ignored if the same request was accepted before.

        Its owner is told of a refusal shortly after, together with any others.
        """
        try:
            self._admit(job)
        except (Busy, Paused) as answer:
            if await self._store.job_by_key(job.key) is None:
                self.refusals.note(job, answer)
                return
        with self._runner.expected(job.user_id, job.weight):
            await self._take(job.but(state=_first_state(job), shareable=self.sharing))

    async def _take(self, job: Job) -> None:
        added = await self._store.add(job)
        if added is None:
            added = await self._store.job_by_key(job.key)
            # The first attempt may have ended before anything was shown.
            if added is None or added.state is not State.CHOOSING or added.status_message_id:
                return
        await self._place(added)

    async def gather(self, job: Job, style: str = "") -> None:
        """Add a picture to an album, with the style named in its caption, if any."""
        if self.paused:
            self.refusals.note(job, Paused())
        elif not await self.albums.gather(job, style):
            # It arrived after its album was closed, so it becomes a job of its own.
            await self.accept(job.but(key=f"{job.key}:{job.message_id}"))

    async def choose(self, job: Job, style: str) -> None:
        """Start a job that waits for a style, and all others waiting for the same choice.

        Jobs that can't be accepted now keep waiting, and their owner is told.
        """
        waiting = await self._store.choosing(job.user_id, job.chat_id)
        known = {one.id: one for one in (job, *waiting)}
        for one in known.values():
            try:
                self._admit(one)
            except (Busy, Paused) as answer:
                self.refusals.note(one, answer)
                continue
            options = one.options.model_copy(update={"style": style})
            chosen = one.but(options=options, state=State.QUEUED)
            # Unless a second press, handled at the same time, was faster.
            if await self._store.take(chosen, State.CHOOSING):
                await self._work.begin(chosen)

    async def cancel(self, job: Job) -> bool:
        """Cancel a job, or all that wait for the same style choice; False if it is too late."""
        if job.state is not State.CHOOSING:
            return await self._work.cancel(job)
        waiting = await self._store.choosing(job.user_id, job.chat_id)
        together = {one.id: one for one in (job, *waiting)}.values()
        return any([await self._work.cancel(one) for one in together])

    async def cancel_all(self, user_id: int, chat_id: int) -> bool:
        """Cancel all of a user's jobs in a chat; return whether there were any."""
        jobs = await self._store.unfinished(user_id, chat_id)
        return any([await self._work.cancel(job) for job in jobs])

    async def forget(self, user_id: int) -> None:
        """Cancel a user's jobs and delete everything stored about them."""
        for job in await self._store.unfinished(user_id):
            await self._work.cancel(job)
        await self._store.forget(user_id)

    def _admit(self, job: Job) -> None:
        if self.paused:
            raise Paused
        self._runner.admit(job.user_id, job.weight)

    async def _seal(self, job: Job) -> None:
        """Start a complete album."""
        try:
            self._admit(job)
        except (Busy, Paused) as answer:
            await self._store.save(job.but(state=State.CANCELLED))
            self.refusals.note(job, answer)
            return
        job = job.but(state=_first_state(job), shareable=self.sharing)
        await self._store.save(job)
        await self._place(job)

    async def _place(self, job: Job) -> None:
        if job.state is State.QUEUED:
            await self._work.begin(job)
            return
        key = (job.user_id, job.chat_id)
        lock = self._choosing.setdefault(key, asyncio.Lock())
        async with lock:  # pictures arriving together share one menu
            await self._show_menu(job)

    async def _show_menu(self, job: Job) -> None:
        styles = trained_styles()
        favourites = (await self.people.find(job.user_id)).favourites
        build = partial(
            keyboards.style_menu, styles, job.language, job.user_id, favourites=favourites
        )
        others = await self._store.choosing(job.user_id, job.chat_id)
        shown = next((one for one in others if one.status_message_id and one.id != job.id), None)
        count = sum(one.weight for one in others)
        if not styles:
            await self._work.board.send(job, say(job.language, "no_styles"))
            return
        if shown:
            text = say(job.language, "choose_style_for_pictures", count=count)
            if await self._work.board.edit(shown, text, build(job=shown)):
                return
        text = say(job.language, "choose_style_for_picture")
        number = await self._work.board.send(job, text, build(job=job))
        await self._store.save(job.but(status_message_id=number))


def again(job: Job, key: str, *, kind: str = "paint", **changes: object) -> Job:
    """Return a new job for the same pictures with other options; `key` identifies the request."""
    options: Options = job.options.model_copy(update=changes)
    return job.but(
        id=0,
        key=key,
        kind=kind,
        options=options,
        state=State.QUEUED,
        status_message_id=None,
        crashes=0,
        delivered=(),
    )


def _first_state(job: Job) -> State:
    style = registry().styles.get(job.options.style)
    known = style is not None and style.trained
    return State.QUEUED if known or job.kind == "sheet" else State.CHOOSING
