"""Malformed updates generated from a seed: mutated, forged, or of unknown types.

    await torment(telegram, count=10_000, seed=1)

sends them to a bot on the stand-in server, with network faults in between, while an honest user
keeps sending requests and photographs.
"""

from __future__ import annotations

import asyncio
import copy
import random
import time
from dataclasses import dataclass, field
from typing import Any

from pictures_for_tests import photo
from stand_in import BOT, StandIn, User

HONEST = 700_001
MALLORY = 900_001
GROUP = -900_002
_ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**31, 2**53, 2**63, 10**30, -(10**30), 1e308, 0.5),
    *("", " ", "\x00", "\u202e", "🎨" * 50, "a" * 5000, "<b>", "&", "%s{}", "١٢٣", "\ud800"),
    *([], {}, [[]], [None], {"type": "of_tomorrow"}, {"id": 10**20}),
)
_WORDS = ("/start", "/style", "/style alpha", "/style %s", "/settings", "/cancel", "/privacy")
_WORDS += ("65", "65 %", "0", "999", "٦٥")
_WORDS += ("/random", "/stats", "/language", "alpha", "hello", "/start beta", "/start " + "x" * 300)
_PREFIXES = ["s", "p", "x", "r", "t", "g", "f", "q"]
_FAULTS = ("502", "before", "after")
_METHODS = ("sendMessage", "getFile", "editMessageMedia", "download", "getUpdates", "getChatMember")


@dataclass
class Outcome:
    """How the honest user was served."""

    pictures: int = 0
    slowest: float = 0.0
    """Seconds until a response."""
    seconds: list[float] = field(default_factory=list)


class Malice:
    """Generates updates, reproducibly from a seed."""

    def __init__(self, telegram: StandIn, seed: int) -> None:
        self._random = random.Random(seed)
        self._file = telegram.keep(photo(40, 30))

    def update(self) -> dict[str, Any]:
        """Generate an update without its id."""
        kinds = self._random.choices([self._press, self._ask, self._write], [8, 1, 11])
        update: dict[str, Any] = kinds[0]()
        if self._random.random() < 0.05:
            update = {
                self._random.choice(
                    ["poll", "inline_query", "of_tomorrow", "message_reaction"]
                ): update
            }
        update = copy.deepcopy(update)  # parts are shared with other updates
        for _ in range(self._random.choice([0, 0, 1, 1, 2, 4])):
            self._mutate(update)
        return update

    def fault(self) -> tuple[str, str]:
        """Choose the next network fault."""
        return self._random.choice(_METHODS), self._random.choice(_FAULTS)

    def _write(self) -> dict[str, Any]:
        return {"message": self._message()}

    def _ask(self) -> dict[str, Any]:
        sender = {"id": MALLORY, "is_bot": False, "first_name": "M"}
        words = self._random.choice(["", "#1", "#" + "9" * 20, "alpha", "<b>", "\x00", "x" * 256])
        number = str(self._random.randrange(10**9))
        return {"inline_query": {"id": number, "from": sender, "query": words, "offset": ""}}

    def _message(self) -> dict[str, Any]:
        chat = self._random.choice([MALLORY, MALLORY + 1, GROUP])
        message: dict[str, Any] = {
            "message_id": self._random.randrange(1, 10_000),
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup", "title": "x"},
            "from": {"id": MALLORY, "is_bot": False, "first_name": "M", "language_code": "xx"},
        }
        return message | self._random.choice(
            [
                {"text": self._random.choice(_WORDS)},
                {"text": "/style", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
                {"photo": [{**self._file, "width": 40, "height": 30}], "caption": "alpha"},
                {"document": {**self._file, "file_name": "x.jpg", "mime_type": "image/jpeg"}},
                {"photo": [{**self._file, "width": 40, "height": 30}], "media_group_id": "a"},
                {"sender_chat": {"id": GROUP, "type": "supergroup", "title": "x"}, "text": "hi"},
                {"forward_origin": {"type": "hidden_user", "date": 1}, "text": "hi"},
                {"new_chat_members": [BOT]},
            ]
        )

    def _press(self) -> dict[str, Any]:
        numbers = [
            "0",
            "1",
            "2",
            "9" * 20,
            "-1",
            "",
            "x",
            str(MALLORY),
            str(2**53),
            "alpha",
            "file",
        ]
        parts = [self._random.choice(numbers) for _ in range(self._random.randrange(5))]
        data = ":".join([self._random.choice(_PREFIXES), *parts])
        number = str(self._random.randrange(10**9))
        sender = {"id": MALLORY, "is_bot": False, "first_name": "M"}
        message = {**self._message(), "from": BOT}
        query = {"id": number, "from": sender, "chat_instance": "1", "data": data}
        return {"callback_query": {**query, "message": message}}

    def _mutate(self, update: dict[str, Any]) -> None:
        place: Any = update
        while True:
            key = self._random.choice(list(place) if isinstance(place, dict) else range(len(place)))
            inner = place[key]
            if isinstance(inner, dict | list) and inner and self._random.random() < 0.8:
                place = inner
                continue
            break
        if isinstance(place, dict) and self._random.random() < 0.2:
            del place[key]
        elif isinstance(place, dict) and self._random.random() < 0.2:
            place["field_of_tomorrow"] = copy.deepcopy(self._random.choice(_ODD))
        else:
            place[key] = copy.deepcopy(self._random.choice(_ODD))
        if not update:
            update["message"] = None


async def torment(telegram: StandIn, count: int, seed: int, *, rate: int = 20) -> Outcome:
    """Send `count` updates, `rate` per request of an honest user, who must get every answer.

    Raises:
        AssertionError: a request of the honest user got no answer, or several.
    """
    malice, outcome = Malice(telegram, seed), Outcome()
    honest = telegram.user(HONEST)
    before = len(honest.results)
    honest.sends_text("/style alpha")
    await honest.sees(lambda message: "Alpha" in message.get("text", ""))
    while count > 0:
        for _ in range(min(rate, count)):
            telegram.push(malice.update())
        count -= rate
        if count % (5 * rate) == 0:
            telegram.inject(*malice.fault())
        await _wish(honest, outcome, before)
    await telegram.until(lambda: not telegram.unconfirmed)
    await asyncio.sleep(1)
    assert len(honest.results) == before + outcome.pictures
    answered = [m["reply_to_message"]["message_id"] for m in honest.results]
    assert len(set(answered)) == len(answered), "an answer came twice"
    return outcome


async def _wish(honest: User, outcome: Outcome, before: int) -> None:
    outcome.pictures += 1
    began = time.monotonic()
    honest.sends_photo(photo(60, 40, seed=outcome.pictures))
    await honest.gets_result(before + outcome.pictures)
    outcome.seconds.append(time.monotonic() - began)
    outcome.slowest = max(outcome.seconds)
