"""Texts, buttons, buckets, limits: the parts that need no server."""

from __future__ import annotations

import asyncio
import gc
import random
import re
import string
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest
from aiogram.methods import EditMessageText, GetMe, SendMediaGroup, SendMessage
from aiogram.types import BufferedInputFile, InputMediaPhoto
from aiohttp.http import StreamWriter
from hypothesis import given
from hypothesis import strategies as st

from pictures_for_tests import pixels_of
from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, InputError, UsageError
from realstyler.pictures import Picture
from realstyler_bot import callbacks, plugin, texts
from realstyler_bot.courier import groups
from realstyler_bot.jobs import Busy, Job, Product
from realstyler_bot.limits import Pace
from realstyler_bot.painting import as_product, is_photo, lay_out
from realstyler_bot.patience import Pulse, in_time, within
from realstyler_bot.redaction import redact
from realstyler_bot.runner import FETCHED, QueueRunner
from realstyler_bot.session import Session
from realstyler_bot.throttling import Buckets
from stand_in import TOKEN, StandIn
from test_fair_queue import job

NAMES = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=32)
IDS = st.integers(1, 2**52)


def test_languages_say_the_same() -> None:
    """Each text exists in each language, with the same values to fill in."""

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert texts.ENGLISH.keys() == texts.RUSSIAN.keys()
    for key, english in texts.ENGLISH.items():
        assert fields(english) == fields(texts.RUSSIAN[key]), key
        assert len(texts.RUSSIAN[key]) < 1024


def test_what_people_wrote_is_escaped() -> None:
    """Markup in a name does not become markup."""
    assert "<b>&lt;b&gt;&amp;</b>" in texts.say("en", "unknown_style", style="<b>&")


def test_refusals_are_translated() -> None:
    """Every refusal that the bot's own modules raise has its Russian."""
    folder = Path(texts.__file__).parent
    raised = [
        what
        for path in folder.rglob("*.py")
        for what in re.findall(r'InputError\(\s*f?"([^"]+)"', path.read_text())
    ]
    assert len(raised) > 10
    for what in raised:
        filled = re.sub(r"{[^}]*}", "9", what)
        assert re.search("[а-я]", texts.reason("ru", InputError(filled, "x"))), what
        assert texts.reason("en", InputError(filled, "x")) == f"{filled}; x"


@given(NAMES, IDS, st.integers(0, 10**9))
def test_buttons_fit(style: str, owner: int, number: int) -> None:
    """The longest style name with the largest numbers stays within 64 bytes."""
    data = callbacks.StylePick(style=style, job=number, owner=owner)
    assert callbacks.StylePick.unpack(data.pack()) == data


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 10))
def test_bucket(pauses: list[float], burst: int) -> None:
    """Nobody gets more than the burst and what came back since."""
    now = 0.0
    buckets = Buckets(burst, 0.5, lambda: now)
    granted = 0
    for pause in pauses:
        now += pause
        granted += buckets.take(1)
        assert granted <= burst + 0.5 * now + 1e-6


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 10)), max_size=60))
def test_debts_of_a_bucket(wishes: list[tuple[float, int]]) -> None:
    """Whoever waits as told never takes more than the burst and what came back since."""
    now, taken = 0.0, 0
    buckets = Buckets(10, 0.5, lambda: now)
    turns = []
    for pause, tokens in wishes:
        now += pause
        taken += tokens
        turn = now + buckets.owe(1, tokens)
        assert taken <= 10 + 0.5 * turn + 1e-6
        turns.append(turn)
    assert turns == sorted(turns)


def test_pace_of_chats() -> None:
    """A group gets 20 messages and then one every three seconds; edits and other chats do not wait.

    An album counts as often as it has pictures.
    """
    pace = Pace(per_second=1000)
    assert not any(pace.seconds(SendMessage(chat_id=-1, text="x")) for _ in range(20))
    assert pace.seconds(SendMessage(chat_id=-1, text="x")) == pytest.approx(3, abs=0.1)
    assert pace.seconds(EditMessageText(chat_id=-1, message_id=1, text="x")) == 0
    assert pace.seconds(SendMessage(chat_id=2, text="x")) == 0
    album = SendMediaGroup(chat_id=3, media=[InputMediaPhoto(media="x")] * 10)
    assert [pace.seconds(album) for _ in range(2)] == [0, 0]
    assert pace.seconds(album) == pytest.approx(10, abs=0.1)
    assert not any(pace.seconds(GetMe()) for _ in range(2000))


@given(st.integers(1, 12000), st.integers(1, 12000))
def test_photograph_limits(width: int, height: int) -> None:
    """What is sent as a photograph, Telegram takes."""
    if is_photo(width, height, 1000):
        assert width + height <= 10_000
        assert max(width, height) <= 20 * min(width, height)


def test_transparency_survives_in_files() -> None:
    """A file keeps the alpha channel, a photograph lies on white."""
    pixels = np.zeros((50, 50, 3), np.uint8)
    picture = Picture(pixels, alpha=np.zeros((50, 50), np.uint8), format="PNG")
    assert as_product(picture, "x", as_file=True).name == "x.png"
    shown = as_product(picture, "x", as_file=False)
    assert pixels_of(shown.content).min() > 250


def test_slow_decoder_is_given_up() -> None:
    """A decoder that hangs costs its own picture only."""
    with pytest.raises(InputError, match="too long"):
        within(0.05, lambda: time.sleep(1))
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_slow_work_that_lives_is_not_given_up() -> None:
    """With a pulse only silence counts."""
    pulse = Pulse()

    def work() -> int:
        for _ in range(10):
            time.sleep(0.05)
            pulse.beat()
        return 7

    assert within(0.4, work, pulse=pulse) == 7


def test_painting_is_stopped_in_time() -> None:
    """Work that goes on for too long is told so; somebody's own Cancel stays a Cancel."""

    def paint(*, cancellation: Cancellation) -> list[Product]:
        while True:
            cancellation.check()
            time.sleep(0.01)

    with pytest.raises(InputError, match="too long"):
        in_time(0.05, paint, Cancellation())
    cancelled = Cancellation()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        in_time(5, paint, cancelled)


def test_sheet_shows_all() -> None:
    """Every picture is on the sheet, unscaled."""
    cells = [("", np.full((40, 60, 3), value, np.uint8)) for value in (10, 90, 170)]
    sheet = lay_out(cells)
    for _, cell in cells:
        assert (sheet == cell[0, 0]).all(axis=2).sum() == 40 * 60


def test_albums_are_split() -> None:
    """Files do not travel with photographs, nor animations with anything."""

    def product(kind: str) -> Product:
        return Product.model_validate(
            {"kind": kind, "content": b"", "name": "x", "width": 1, "height": 1}
        )

    kinds = ["photo", "document", "video", "animation", "photo"]
    split = [[one.kind for one in group] for group in groups([product(kind) for kind in kinds])]
    assert split == [["photo", "video", "photo"], ["document"], ["animation"]]


@given(st.integers(1, 10**12), st.text("abcXYZ019_-", min_size=20, max_size=40))
def test_redaction(number: int, secret: str) -> None:
    """Tokens vanish from any text; the rest stays."""
    token = f"{number + 10}:{secret}"
    address = f"http://host:8080/file/bot{token}/photos/1.jpg"
    assert secret not in redact(f"{address} and {address.replace(':' + secret, '%3A' + secret)}")
    assert redact("at 12:30:45 in /a/b") == "at 12:30:45 in /a/b"


def test_runner_admits_within_bounds() -> None:
    """The queue is bounded for all and for each; an empty one takes any album."""

    class Idle:
        parallel = 1

    async def scenario() -> None:
        runner = QueueRunner(Idle(), capacity=5, per_user=3)  # type: ignore[arg-type]
        runner.admit(1, 10)
        runner.submit(job(1, 1, 3))
        with pytest.raises(Busy) as own:
            runner.admit(1, 1)
        assert own.value.own
        runner.admit(2, 2)
        with pytest.raises(Busy) as full:
            runner.admit(2, 3)
        assert not full.value.own
        assert full.value.eta >= 1
        assert runner.cancel(1)
        assert not runner.cancel(1)
        assert not Cancellation().requested

    asyncio.run(scenario())


def test_runner_fetches_ahead() -> None:
    """While two jobs are with the executor, the next ones are fetched; all know their place."""

    class Gate:
        """An executor and a client that hold everything up until they are let."""

        parallel = 1

        def __init__(self) -> None:
            self.open = asyncio.Event()
            self.begun: list[int] = []
            self.fetched: list[int] = []
            self.done: list[int] = []

        async def start(self) -> None: ...

        async def stop(self) -> None: ...

        async def run(self, job: Job, *_: object) -> list[Product]:
            await self.open.wait()
            return []

        async def fetch(self, job: Job) -> list[bytes]:
            self.fetched.append(job.id)
            return [b""]

        async def started(self, job: Job) -> None:
            self.begun.append(job.id)

        def progressed(self, job: Job, share: float) -> None: ...

        async def finished(self, job: Job, products: object) -> None:
            self.done.append(job.id)

    async def scenario() -> None:
        gate = Gate()
        runner = QueueRunner(gate, capacity=12, per_user=12)  # type: ignore[arg-type]
        await runner.start(gate)  # type: ignore[arg-type]
        for number in range(1, 15):
            runner.submit(job(number, number))
        await asyncio.sleep(0.01)
        assert gate.begun == [1, 2]
        assert gate.fetched == list(range(1, FETCHED + 3))
        assert (runner.depth().running, runner.depth().waiting) == (2, 12)
        assert [runner.ahead(number) for number in range(3, 15)] == list(range(2, 14))
        assert runner.ahead(1) is None
        with pytest.raises(Busy):
            runner.admit(99, 1)
        assert runner.cancel(4)
        assert runner.depth().waiting == 11
        assert runner.ahead(5) == 3
        runner.admit(99, 1)
        gate.open.set()
        await runner.stop(10)
        assert sorted(gate.done) == [1, 2, 3, *range(5, 15)]

    asyncio.run(scenario())


def test_models_of_answers_are_kept() -> None:
    """The collector of garbage takes no model that the next answer needs."""
    session, bot = Session(), Bot("42:" + "x" * 35)

    def model() -> weakref.ref[type]:
        answer = session.check_response(bot, GetMe(), 200, '{"ok": true, "result": null}')
        return weakref.ref(type(answer))

    kept = model()
    gc.collect()
    assert kept() is not None
    assert model()() is kept()


@pytest.mark.parametrize("size", [1000, 2**20 + 1])
def test_a_file_arrives_whole(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files go out in one piece with their form, large ones in many; nothing is changed."""
    content = random.Random(size).randbytes(size)
    written: list[int] = []

    async def write(writer: StreamWriter, piece: bytes, **options: Any) -> None:
        written.append(len(piece))
        await whole(writer, piece, **options)

    async def scenario() -> None:
        async with StandIn(recompress=False) as telegram:
            session = Session(api=TelegramAPIServer.from_base(telegram.url))
            async with Bot(TOKEN, session=session) as bot:
                file = BufferedInputFile(content, "ein Bild ä.bin")
                sent = await bot.send_document(5, file, caption="größer")
            assert sent.caption == "größer"
            assert sent.document is not None
            assert telegram.files[sent.document.file_id] == content

    whole = StreamWriter.write
    monkeypatch.setattr(StreamWriter, "write", write)
    asyncio.run(scenario())
    assert (len(written) < 5) == (size == 1000), written


def test_only_telegrams_word_counts_as_done() -> None:
    """An edit is done when Telegram says so, not when anything answers with 200."""
    session, bot = Session(), Bot("42:" + "x" * 35)
    edit = EditMessageText(text="x")
    assert session.check_response(bot, edit, 200, '{"ok": true, "result": {}}').result is True
    for content in ("<html>Log in to this network</html>", '{"result": {"ok": true}}'):
        with pytest.raises(ClientDecodeError):
            session.check_response(bot, edit, 200, content)
    with pytest.raises(TelegramBadRequest, match="not modified"):
        session.check_response(bot, edit, 400, '{"ok": false, "description": "not modified"}')


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its packages the command says how to install them, with exit code 2."""
    monkeypatch.setattr(plugin, "BOT_PACKAGES", ("no_such_package",))
    with pytest.raises(UsageError, match=r"pip install 'realstyler\[bot\]'") as caught:
        plugin.bot()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("command", ["bot", "worker"])
def test_commands_without_settings(command: str, tmp_path: Path) -> None:
    """The installed command ends with one line and exit code 2."""
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
