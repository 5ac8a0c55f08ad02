"""A Bot API server for tests: real HTTP on loopback, strict about limits, able to inject faults.

It keeps chats as users see them, so tests can check what is on a user's screen:

    async with StandIn() as telegram:
        anna = telegram.user(1, language="en")
        anna.sends_text("/start")
        message = await anna.sees(lambda message: "reply_markup" in message)
        anna.presses(message, "Mosaic")
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web
from PIL import Image

TOKEN = "123456:AAF-stand-in_token_that_must_never_be_logged"
BOT = {"id": 123456, "is_bot": True, "first_name": "Painter", "username": "painter_bot"}
DOWNLOAD_LIMIT = 20 * 2**20
UPLOAD_LIMIT = 50 * 10**6
PHOTO_LIMIT = 10 * 10**6
TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
Message = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - an answer
    """An error response."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class Html(HTMLParser):
    """Rejects HTML that Telegram rejects; collects the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.visible = ""
        if re.search(r"&(?!(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", text):
            raise Refusal(400, "Bad Request: can't parse entities: stray ampersand")
        self.feed(text)
        self.close()
        if self.open:
            raise Refusal(400, "Bad Request: can't parse entities: unclosed tag")

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Allow supported tags."""
        if tag not in TAGS:
            raise Refusal(400, f"Bad Request: can't parse entities: unsupported tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Require proper nesting."""
        if not self.open or self.open.pop() != tag:
            raise Refusal(400, "Bad Request: can't parse entities: unmatched end tag")

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.visible += data


class User:
    """A user with a phone, in a private chat or in a group."""

    def __init__(self, server: StandIn, number: int, language: str, chat: int | None) -> None:
        self.server = server
        self.id = number
        self.language = language
        self.chat_id = chat or number
        self.alerts: list[str] = []

    @property
    def profile(self) -> dict[str, Any]:
        """The user as a Telegram object; the name is deliberately hostile to HTML."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": f"User <{self.id}> & co",
            "language_code": self.language,
        }

    @property
    def messages(self) -> list[Message]:
        """The bot's current messages in this chat."""
        return [m for m in self.server.chats[self.chat_id].values() if m.get("from") == BOT]

    @property
    def results(self) -> list[Message]:
        """Its messages that show a picture or a clip."""
        kinds = ("photo", "document", "animation", "video", "video_note")
        return [m for m in self.messages if any(kind in m for kind in kinds)]

    def sends(self, **content: Any) -> Message:
        """Send a message of any kind."""
        message = self.server.new_message(self.chat_id, self.profile, content)
        self.server.push({"message": message})
        return message

    def sends_text(self, text: str, **more: Any) -> Message:
        """Send a text, with commands and mentions marked as entities."""
        entities = [
            {"type": kind, "offset": m.start(), "length": m.end() - m.start()}
            for kind, pattern in (("bot_command", r"/\w+(@\w+)?"), ("mention", r"(?<!\w)@\w+"))
            for m in re.finditer(pattern, text)
        ]
        return self.sends(text=text, entities=entities, **more)

    def photo(self, content: bytes) -> list[dict[str, Any]]:
        """Upload a photograph."""
        file = self.server.keep(content)
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
        return [{**file, "width": width, "height": height}]

    def sends_photo(self, content: bytes, **more: Any) -> Message:
        """Send a photograph."""
        caption = more.get("caption", "")
        found = re.search(r"@\w+", caption)
        if found:
            length = found.end() - found.start()
            mention = {"type": "mention", "offset": found.start(), "length": length}
            more["caption_entities"] = [mention]
        return self.sends(photo=self.photo(content), **more)

    def sends_document(
        self, content: bytes, name: str, kind: str, *, size: int | None = None, **more: Any
    ) -> Message:
        """Send a file; `size` is the size that Telegram reports."""
        file = self.server.keep(content, size)
        document = {**file, "file_name": name, "mime_type": kind}
        return self.sends(document=document, **more)

    def sends_sticker(self, content: bytes, **more: Any) -> Message:
        """Send a sticker."""
        sticker = {
            **self.server.keep(content),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
        return self.sends(sticker=sticker | more)

    def sends_animation(self, content: bytes, seconds: int = 1, side: int = 64) -> Message:
        """Send a GIF, which Telegram reports as a document too."""
        file = {**self.server.keep(content), "mime_type": "video/mp4", "file_name": "a.mp4"}
        clip = {**file, "width": side, "height": side, "duration": seconds}
        return self.sends(animation=clip, document=file)

    def sends_video(self, content: bytes, seconds: int = 1, side: int = 64) -> Message:
        """Send a video."""
        file = {**self.server.keep(content), "mime_type": "video/mp4"}
        return self.sends(video={**file, "width": side, "height": side, "duration": seconds})

    def presses(self, message: Message, label: str) -> str:
        """Press the button whose text contains `label`; return the callback query id."""
        buttons = [b for row in keyboard(message) for b in row if label in b["text"]]
        assert buttons, f"no button {label!r} among {keyboard(message)}"
        number = str(next(self.server.numbers))
        query = {
            "id": number,
            "from": self.profile,
            "chat_instance": "1",
            "message": self.server.chats[self.chat_id][message["message_id"]],
            "data": buttons[0]["callback_data"],
        }
        self.server.presses[number] = self
        self.server.push({"callback_query": query})
        return number

    def asks_inline(self, words: str) -> str:
        """Type an inline query in some chat; return its id."""
        number = str(next(self.server.numbers))
        query = {"id": number, "from": self.profile, "query": words, "offset": ""}
        self.server.push({"inline_query": query})
        return number

    def forges(self, data: str) -> str:
        """Press a forged button with arbitrary data."""
        number = str(next(self.server.numbers))
        message = self.server.new_message(self.chat_id, BOT, {"text": "forged"})
        del self.server.chats[self.chat_id][message["message_id"]]
        query = {"id": number, "from": self.profile, "chat_instance": "1", "message": message}
        self.server.presses[number] = self
        self.server.push({"callback_query": {**query, "data": data}})
        return number

    async def sees(
        self, wanted: Callable[[Message], Any], seconds: float = 60, *, count: int = 1
    ) -> Message:
        """Wait for `count` bot messages that match; return the last one."""

        def look() -> list[Message] | None:
            found = [message for message in self.messages if wanted(message)]
            return found if len(found) >= count else None

        found: list[Message] = await self.server.until(look, seconds)
        return found[-1]

    async def gets_result(self, count: int = 1, seconds: float = 60) -> Message:
        """Wait for `count` results; return the newest."""
        await self.server.until(lambda: len(self.results) >= count, seconds)
        return self.results[-1]

    def bytes_of(self, message: Message) -> bytes:
        """Return the content of the media in a message."""
        for kind in ("animation", "video", "video_note", "photo", "document"):
            if kind in message:
                medium = message[kind][-1] if kind == "photo" else message[kind]
                return self.server.files[medium["file_id"]]
        raise AssertionError("the message shows nothing")


class StandIn:
    """The server. With `recompress`, photos are compressed lossily as Telegram does."""

    def __init__(self, *, recompress: bool = True, slow: float = 0.0, port: int = 0) -> None:
        self.recompress, self.slow, self.port = recompress, slow, port
        self.local: Path | None = None
        """Folder for serving files by path, as a local Bot API server with --local does."""
        self.numbers = itertools.count(1000)
        self.chats: dict[int, dict[int, Message]] = defaultdict(dict)
        self.files: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.commands: dict[str, Any] = {}
        self.presses: dict[str, User] = {}
        self.calls: Counter[str] = Counter()
        self.edits: Counter[tuple[int, int]] = Counter()
        """How often each message was edited into a medium."""
        self.texts: dict[tuple[int, int], list[str]] = defaultdict(list)
        """All texts that a message has shown."""
        self.listener: Callable[[Message], None] = lambda message: None
        """Called with every new or edited message of the bot."""
        self.confirmed = 0
        self.lost_answers: Counter[str] = Counter()
        self._pending: dict[int, dict[str, Any]] = {}
        self._faults: dict[str, list[str]] = defaultdict(list)
        self.bans: dict[int, float] = {}
        """Until when (monotonic clock) each chat answers with 429."""
        self.asked_during_ban: Counter[int] = Counter()
        self.refusals: dict[tuple[str, int], Refusal] = {}
        """A permanent response of a method in a chat."""
        self.webhook_trouble: dict[str, Any] = {}
        """Additional fields of the `getWebhookInfo` response."""
        self.inline = False
        """Whether the bot's inline mode is on."""
        self.offers: dict[str, list[dict[str, Any]]] = {}
        """What the bot offered in response to inline queries, by their ids."""
        self.deleted_topics: set[tuple[int, int]] = set()
        """Chats and their topics that no longer exist."""
        self.administrators: set[tuple[int, int]] = set()
        """Chats and their administrators."""
        self._change = asyncio.Condition()
        self._poller: object | None = None
        self._webhook: dict[str, str] = {}
        self._pusher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=100 * 2**20)
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pusher:
            self._pusher.cancel()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The server's URL."""
        return f"http://127.0.0.1:{self.port}"

    def user(self, number: int, language: str = "en", *, group: int | None = None) -> User:
        """Create a user."""
        return User(self, number, language, group)

    def inject(self, method: str, *kinds: str) -> None:
        """Make the next calls fail: 429, 502, before (never arrives), after (response lost)."""
        self._faults[method.lower()].extend(kinds)

    def ban(self, chat: int, seconds: float) -> None:
        """Answer with 429 to all requests in a chat for `seconds`."""
        self.bans[chat] = time.monotonic() + seconds

    def keep(self, content: bytes, size: int | None = None) -> dict[str, Any]:
        """Store a file as if a user had uploaded it."""
        number = f"file{next(self.numbers)}"
        self.files[number] = content
        self.sizes[number] = size or len(content)
        return {"file_id": number, "file_unique_id": f"u{number}", "file_size": self.sizes[number]}

    def new_message(self, chat: int, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Add a message to a chat."""
        kind = "private" if chat > 0 else "supergroup"
        message = {
            "message_id": next(self.numbers),
            "date": int(time.time()),
            "chat": {"id": chat, "type": kind, "first_name": "x", "title": "x"},
            "from": sender,
            **content,
        }
        self.chats[chat][message["message_id"]] = message
        return message

    def push(self, event: dict[str, Any]) -> int:
        """Queue an update for the bot."""
        number = next(self.numbers)
        self._pending[number] = {"update_id": number, **json.loads(json.dumps(event))}
        self._notify()
        return number

    async def until(self, look: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait until `look` returns something true; AssertionError on timeout."""
        deadline = time.monotonic() + seconds
        while not (result := look()):
            left = deadline - time.monotonic()
            if left <= 0:
                shown = {chat: [_brief(m) for m in ms.values()] for chat, ms in self.chats.items()}
                raise AssertionError(f"waited {seconds} s in vain; chats: {shown}")
            async with self._change:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._change.wait(), min(left, 0.2))
        return result

    @property
    def unconfirmed(self) -> int:
        """The updates that the bot has not confirmed."""
        return len(self._pending)

    def _notify(self) -> None:
        async def notify() -> None:
            async with self._change:
                self._change.notify_all()

        self._last_notice = asyncio.ensure_future(notify())

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        fields = await _fields(request)
        self.calls[method] += 1
        if request.match_info["token"] != TOKEN:
            return _error(Refusal(401, "Unauthorized"))
        fault = self._next_fault(method)
        if fault in _FAULTS:
            return _FAULTS[fault](request)
        handler: Callable[..., Awaitable[Any]] | None = getattr(self, f"_do_{method}", None)
        if handler is None:
            return _error(Refusal(404, "Not Found: method not found"))
        if self.slow and method != "getupdates":
            await asyncio.sleep(self.slow)
        try:
            self._refuse_banned(fields)
            refusal = self.refusals.get((method, int(fields.get("chat_id", 0))))
            if refusal:
                raise refusal
            result = await handler(fields)
        except Refusal as refusal:
            return _error(refusal)
        self._notify()
        if fault == "after":
            self.lost_answers[method] += 1
            return _dropped(request)
        return web.json_response({"ok": True, "result": result})

    def _refuse_banned(self, fields: dict[str, Any]) -> None:
        chat = int(fields.get("chat_id", 0))
        left = self.bans.get(chat, 0.0) - time.monotonic()
        if left > 0:
            self.asked_during_ban[chat] += 1
            seconds = math.ceil(left)
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        self.calls["download"] += 1
        fault = self._next_fault("download")
        if fault == "after":
            return _dropped(request)
        if fault in _FAULTS:
            return _FAULTS[fault](request)
        if request.match_info["token"] != TOKEN:
            return web.Response(status=404)
        return web.Response(body=self.files[request.match_info["path"].removeprefix("files/")])

    def _next_fault(self, method: str) -> str:
        return self._faults[method].pop(0) if self._faults[method] else ""

    # Updates

    async def _do_getupdates(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self._webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        me = self._poller = object()
        self._notify()
        offset = int(fields.get("offset", 0))
        for number in [number for number in self._pending if number < offset]:
            del self._pending[number]
            self.confirmed += 1
        deadline = time.monotonic() + float(fields.get("timeout", 0))
        while not self._pending and time.monotonic() < deadline:
            async with self._change:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._change.wait(), deadline - time.monotonic())
            if self._poller is not me:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return [self._pending[number] for number in sorted(self._pending)][:100]

    async def _do_setwebhook(self, fields: dict[str, Any]) -> bool:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", fields.get("secret_token", "")):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self._webhook = {"url": fields["url"], "secret": fields.get("secret_token", "")}
        if self._pusher is None:
            self._pusher = asyncio.create_task(self._push_all())
        return True

    async def _do_getwebhookinfo(self, fields: dict[str, Any]) -> Any:
        return {
            "url": self._webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._pending),
            **self.webhook_trouble,
        }

    async def _do_deletewebhook(self, fields: dict[str, Any]) -> bool:
        self._webhook = {}
        if self._pusher:
            self._pusher.cancel()
            self._pusher = None
        return True

    async def _push_all(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                for number in sorted(self._pending):
                    if await self._push(session, self._pending[number]):
                        del self._pending[number]
                async with self._change:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._change.wait(), 0.2)

    async def _push(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._webhook["secret"]}
        try:
            async with session.post(self._webhook["url"], json=update, headers=headers) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    # Plain methods

    async def _do_getme(self, fields: dict[str, Any]) -> Any:
        return BOT | {"supports_inline_queries": self.inline}

    async def _do_setmycommands(self, fields: dict[str, Any]) -> bool:
        for command in fields["commands"]:
            _require(re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]), "BOT_COMMAND_INVALID")
            _require(1 <= len(command["description"]) <= 256, "BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[fields.get("language_code", "")] = fields["commands"]
        return True

    async def _do_getfile(self, fields: dict[str, Any]) -> Any:
        number = fields["file_id"]
        if number not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if max(self.sizes[number], len(self.files[number])) > DOWNLOAD_LIMIT:
            raise Refusal(400, "Bad Request: file is too big")
        return {
            "file_id": number,
            "file_unique_id": f"u{number}",
            "file_size": len(self.files[number]),
            "file_path": self._path(number),
        }

    def _path(self, number: str) -> str:
        if self.local is None:
            return f"files/{number}"
        path = self.local / number
        path.write_bytes(self.files[number])
        return str(path)

    async def _do_answercallbackquery(self, fields: dict[str, Any]) -> bool:
        user = self.presses.pop(fields["callback_query_id"], None)
        if user is None:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired")
        _require(len(fields.get("text", "")) <= 200, "MESSAGE_TOO_LONG")
        user.alerts.append(fields.get("text", ""))
        return True

    async def _do_answerinlinequery(self, fields: dict[str, Any]) -> bool:
        _require(self.inline, "inline mode is disabled")
        results = fields["results"]
        _require(len(results) <= 50, "RESULTS_TOO_MUCH")
        ids = [result["id"] for result in results]
        _require(len(set(ids)) == len(ids), "RESULT_ID_DUPLICATE")
        for result in results:
            _require(1 <= len(result["id"]) <= 64, "RESULT_ID_INVALID")
            files = [value for key, value in result.items() if key.endswith("_file_id")]
            _require(len(files) == 1, "DOCUMENT_INVALID")
            _require(files[0] in self.files, "FILE_REFERENCE_EXPIRED")
            titled = result["type"] in ("document", "video")
            _require(result.get("title") or not titled, "ARTICLE_TITLE_EMPTY")
        self.offers[fields["inline_query_id"]] = results
        return True

    async def _do_getchatmember(self, fields: dict[str, Any]) -> Any:
        chat, user = int(fields["chat_id"]), int(fields["user_id"])
        if chat not in self.chats:
            raise Refusal(400, "Bad Request: chat not found")
        known = (chat, user) in self.administrators
        profile = {"id": user, "is_bot": False, "first_name": "x"}
        member = {"user": profile, "status": "member"}
        rights = dict.fromkeys(_RIGHTS, True)
        return {**member, "status": "administrator", **rights} if known else member

    async def _do_sendvideonote(self, fields: dict[str, Any]) -> Message:
        _require(int(fields["length"]) <= 640, "VIDEO_NOTE_DIMENSIONS_INVALID")
        return self._send(fields, self._sent("video_note", fields))

    async def _do_sendmessage(self, fields: dict[str, Any]) -> Message:
        content = {"text": _text(fields, "text", 4096), **_markup(fields, inline=self.inline)}
        return self._send(fields, content)

    async def _do_editmessagetext(self, fields: dict[str, Any]) -> Message:
        message = self._find(fields)
        if "text" not in message:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        content = {"text": _text(fields, "text", 4096), **_markup(fields, inline=self.inline)}
        return self._replace(message, content)

    async def _do_editmessagereplymarkup(self, fields: dict[str, Any]) -> Message:
        message = self._find(fields)
        kept = {key: value for key, value in message.items() if key in _CONTENT - {"reply_markup"}}
        return self._replace(message, kept | _markup(fields, inline=self.inline))

    async def _do_deletemessage(self, fields: dict[str, Any]) -> bool:
        message = self._find(fields)
        del self.chats[message["chat"]["id"]][message["message_id"]]
        return True

    # Media

    async def _do_sendphoto(self, fields: dict[str, Any]) -> Message:
        return self._send(fields, self._sent("photo", fields))

    async def _do_senddocument(self, fields: dict[str, Any]) -> Message:
        return self._send(fields, self._sent("document", fields))

    async def _do_sendanimation(self, fields: dict[str, Any]) -> Message:
        return self._send(fields, self._sent("animation", fields))

    async def _do_sendvideo(self, fields: dict[str, Any]) -> Message:
        return self._send(fields, self._sent("video", fields))

    async def _do_sendmediagroup(self, fields: dict[str, Any]) -> list[Message]:
        media = fields["media"]
        kinds = {medium["type"] for medium in media}
        _require(2 <= len(media) <= 10, "wrong number of media in the album")
        _require(kinds <= {"photo", "video"} or kinds == {"document"}, "media cannot be mixed")
        album = f"album{next(self.numbers)}"
        contents = [self._attached(medium, fields) for medium in media]
        return [self._send(fields, {**content, "media_group_id": album}) for content in contents]

    async def _do_editmessagemedia(self, fields: dict[str, Any]) -> Message:
        message = self._find(fields)
        content = self._attached(fields["media"], fields) | _markup(fields, inline=self.inline)
        edited = self._replace(message, content)
        self.edits[message["chat"]["id"], message["message_id"]] += 1
        return edited

    def _sent(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self._medium(kind, _upload(fields[kind], fields), fields)

    def _attached(self, medium: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        return self._medium(medium["type"], _upload(medium["media"], fields), medium)

    def _medium(self, kind: str, content: Any, fields: dict[str, Any]) -> dict[str, Any]:
        caption = _text(fields, "caption", 1024, needed=False)
        if isinstance(content, str):
            if content not in self.files:
                raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
            medium = {"file_id": content, "file_unique_id": "u"}
            content = self.files[content]
        else:
            _require(len(content) > 0, "file must be non-empty")
            if len(content) > UPLOAD_LIMIT:
                raise Refusal(413, "Request Entity Too Large")
            medium = self.keep(self._as_photo(content) if kind == "photo" else content)
        described = _DESCRIBE[kind](content, medium, fields)
        return {
            kind: described,
            **({"caption": caption} if caption else {}),
            **_markup(fields, inline=self.inline),
        }

    def _as_photo(self, content: bytes) -> bytes:
        _require(len(content) <= PHOTO_LIMIT, "too big for a photo")
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
            _require(width + height <= 10000, "PHOTO_INVALID_DIMENSIONS")
            _require(max(width, height) <= 20 * min(width, height), "PHOTO_INVALID_DIMENSIONS")
        return recompressed(content) if self.recompress else content

    def _send(self, fields: dict[str, Any], content: dict[str, Any]) -> Message:
        chat = int(fields["chat_id"])
        reply = fields.get("reply_parameters")
        if reply:
            replied = self.chats[chat].get(reply["message_id"])
            if replied is None and not reply.get("allow_sending_without_reply"):
                raise Refusal(400, "Bad Request: message to be replied not found")
            if replied:
                inner = {k: v for k, v in replied.items() if k != "reply_to_message"}
                content = {**content, "reply_to_message": inner}
        if fields.get("message_thread_id"):
            thread = int(fields["message_thread_id"])
            _require((chat, thread) not in self.deleted_topics, "message thread not found")
            content = {**content, "message_thread_id": thread, "is_topic_message": True}
        message = self.new_message(chat, BOT, content)
        self._note(message)
        return message

    def _find(self, fields: dict[str, Any]) -> Message:
        message = self.chats[int(fields["chat_id"])].get(int(fields["message_id"]))
        if message is None or not message["from"]["is_bot"]:
            raise Refusal(400, "Bad Request: message to edit not found")
        return message

    def _replace(self, message: Message, content: dict[str, Any]) -> Message:
        before = {key: value for key, value in message.items() if key in _CONTENT}
        if self._comparable(before) == self._comparable(content):
            raise Refusal(400, "Bad Request: message is not modified: it is exactly the same")
        for key in before:
            del message[key]
        message.update(content)
        self._note(message)
        return message

    def _comparable(self, content: dict[str, Any]) -> dict[str, Any]:
        result = dict(content)
        for kind in ("photo", "document", "animation", "video"):
            if kind in result:
                medium = result[kind][-1] if kind == "photo" else result[kind]
                result[kind] = self.files[medium["file_id"]]
        return result

    def _note(self, message: Message) -> None:
        self.listener(message)
        key = (message["chat"]["id"], message["message_id"])
        self.texts[key].append(message.get("text") or message.get("caption") or "")


_CONTENT = {"text", "caption", "photo", "document", "animation", "video", "reply_markup"}


def _photo(content: bytes, medium: dict[str, Any], fields: dict[str, Any]) -> Any:
    with Image.open(BytesIO(content)) as image:
        return [{**medium, "width": image.width, "height": image.height}]


def _clip(content: bytes, medium: dict[str, Any], fields: dict[str, Any]) -> Any:
    size = {"width": int(fields.get("width", 1)), "height": int(fields.get("height", 1))}
    return {**medium, **size, "duration": int(fields.get("duration", 0))}


def _note(content: bytes, medium: dict[str, Any], fields: dict[str, Any]) -> Any:
    return {**medium, "length": int(fields["length"]), "duration": int(fields["duration"])}


def _document(content: bytes, medium: dict[str, Any], fields: dict[str, Any]) -> Any:
    return {**medium, "file_name": "result"}


_DESCRIBE = {"photo": _photo, "document": _document, "animation": _clip, "video": _clip}
_DESCRIBE["video_note"] = _note
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


def _upload(value: Any, fields: dict[str, Any]) -> Any:
    """Return a request's uploaded bytes, or the file id that stands for them."""
    if isinstance(value, str) and value.startswith("attach://"):
        return fields[value.removeprefix("attach://")]
    return value


def recompressed(content: bytes) -> bytes:
    """Return a photo as Telegram stores it."""
    target = BytesIO()
    with Image.open(BytesIO(content)) as image:
        small = image.convert("RGB")
        small.thumbnail((2560, 2560))
        small.save(target, "JPEG", quality=87)
    return target.getvalue()


def keyboard(message: Message) -> list[list[dict[str, Any]]]:
    """The buttons under a message, row by row."""
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def labels(message: Message) -> list[str]:
    """The texts of the buttons under a message."""
    return [button["text"] for row in keyboard(message) for button in row]


_JSON = ("media", "reply_markup", "reply_parameters", "commands", "allowed_updates", "results")


async def _fields(request: web.Request) -> dict[str, Any]:
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return fields | await request.json()
    if request.content_type == "multipart/form-data":
        fields |= _parts(await request.read(), request.headers["Content-Type"])
    else:
        fields |= await request.post()
    for key in _JSON:
        if isinstance(fields.get(key), str):
            fields[key] = json.loads(fields[key])
    return fields


def _parts(form: bytes, content_type: str) -> dict[str, str | bytes]:
    """Parse a multipart form: aiohttp's streaming reader would take a third of the test time."""
    boundary = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    fields: dict[str, str | bytes] = {}
    for part in form.split(boundary)[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        name = re.search(rb' name="([^"]+)"', head)
        _require(name, "a part of the form has no name")
        assert name
        fields[name[1].decode()] = content if b"filename=" in head else content.decode()
    return fields


def _text(fields: dict[str, Any], key: str, most: int, *, needed: bool = True) -> str:
    text = fields.get(key, "")
    visible = Html(text).visible if fields.get("parse_mode") == "HTML" else text
    _require(len(visible.encode("utf-16-le")) // 2 <= most, f"{key} is too long")
    _require(visible.strip() or not needed, f"message {key} is empty")
    return visible


def _markup(fields: dict[str, Any], *, inline: bool) -> dict[str, Any]:
    markup = fields.get("reply_markup")
    if not markup or not markup.get("inline_keyboard"):
        return {}
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    _require(len(buttons) <= 100, "too many buttons")
    for button in buttons:
        _require(button.get("text"), "button text is empty")
        if "switch_inline_query" in button:
            _require(inline, "BUTTON_TYPE_INVALID")
            continue
        _require(1 <= len(button["callback_data"].encode()) <= 64, "BUTTON_DATA_INVALID")
    return {"reply_markup": markup}


def _require(condition: Any, description: str) -> None:
    if not condition:
        raise Refusal(400, f"Bad Request: {description}")


def _error(refusal: Refusal) -> web.Response:
    body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.code)


def _dropped(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _bad_gateway(request: web.Request) -> web.StreamResponse:
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    return web.Response(status=502, text=page, content_type="text/html")


def _unavailable(request: web.Request) -> web.StreamResponse:
    return _error(Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable"))


def _flood(request: web.Request) -> web.StreamResponse:
    return _error(Refusal(429, "Too Many Requests: retry after 1", retry_after=1))


_FAULTS: dict[str, Callable[[web.Request], web.StreamResponse]] = {
    "429": _flood,
    "502": _bad_gateway,
    "before": _dropped,
    "unavailable": _unavailable,
}


def _brief(message: Message) -> str:
    kinds = [kind for kind in ("photo", "document", "animation", "video") if kind in message]
    return f"{message['from']['id']}: {message.get('text', kinds)!s:.60}"
