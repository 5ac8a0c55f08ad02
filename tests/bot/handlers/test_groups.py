"""Groups: the bot stays quiet, identifies who is speaking, and replies in the same topic."""

from __future__ import annotations

import asyncio
from typing import Any

from harness import Running, choose, says
from stand_in import BOT, Refusal, StandIn, User

GROUP, OTHER, CHANNEL = -100, -200, -300
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}


def writes(user: User, account: dict[str, Any], chat: int, **content: Any) -> None:
    """Write as a chat, in the form that Telegram reports it."""
    sender = {"id": chat, "type": "supergroup" if chat != CHANNEL else "channel", "title": "x"}
    content["sender_chat"] = sender
    message = user.server.new_message(user.chat_id, account, content)
    user.server.push({"message": message})


def command(text: str) -> dict[str, Any]:
    """A message that is a command."""
    length = len(text.split(maxsplit=1)[0])
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}


def test_anonymous_administrators(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """Anonymous admins act as the group, not as the shared account, and may press its buttons."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            admin, stranger = telegram.user(5, group=GROUP), telegram.user(6, group=GROUP)
            elsewhere = telegram.user(5, group=OTHER)
            telegram.administrators.add((GROUP, 5))
            writes(admin, ANONYMOUS, GROUP, **command("/style"))
            menu = await admin.sees(says("Choose a style"))
            stranger.presses(menu, "Beta")
            await telegram.until(lambda: stranger.alerts)
            assert "Only the sender" in stranger.alerts[0]
            admin.presses(menu, "Beta")
            await admin.sees(says("Style: Beta"))
            mention = {"type": "mention", "offset": 0, "length": 12}
            named = {"caption": "@painter_bot", "caption_entities": [mention]}
            writes(admin, ANONYMOUS, GROUP, photo=admin.photo(portrait), **named)
            result = await admin.gets_result()
            assert result["caption"].startswith("Beta")
            admin.presses(result, "Strength")
            await telegram.until(lambda: "25 %" in str(result["reply_markup"]))
            writes(elsewhere, ANONYMOUS, OTHER, photo=elsewhere.photo(portrait), **named)
            await elsewhere.sees(says("Which style")), "the choice of the other group is its own"
            writes(admin, CHANNEL_BOT, CHANNEL, **command("/style alpha"))
            await admin.sees(says("Style: Alpha"))
            writes(admin, ANONYMOUS, GROUP, photo=admin.photo(portrait), **named)
            assert (await admin.gets_result(2))["caption"].startswith("Beta")

    asyncio.run(scenario())


def test_quiet_unless_addressed(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """Stickers and documents in reply to a result are conversation; a photograph is a request."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1, group=GROUP)
            result = telegram.new_message(GROUP, BOT, {"text": "a result"})
            reply = {"reply_to_message": result}
            anna.sends_document(b"PK", "x.pdf", "application/pdf", **reply)
            sticker = {**telegram.keep(b"x"), "type": "regular", "width": 9, "height": 9}
            anna.sends(sticker={**sticker, "is_animated": False, "is_video": False}, **reply)
            anna.sends_text("nice!", **reply)
            anna.sends_photo(portrait, **reply)
            await anna.sees(says("Which style"))
            assert len(anna.messages) == 2

    asyncio.run(scenario())


def test_topics_and_moves(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Replies stay in their topic even if the request is deleted, and follow a migrated group."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1, group=GROUP)
            await choose_in_group(anna)
            topic = {"message_thread_id": 77, "is_topic_message": True}
            telegram.inject("download", "502", "502")
            question = anna.sends_photo(portrait, caption="@painter_bot alpha", **topic)
            status = await anna.sees(lambda message: message.get("message_thread_id") == 77)
            for message in (question, status):
                del telegram.chats[GROUP][message["message_id"]]
            result = await anna.gets_result()
            assert result["message_thread_id"] == 77
            moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=OTHER)
            telegram.inject("download", "502", "502")
            anna.sends_photo(portrait, caption="@painter_bot beta")
            await anna.sees(says("Beta"))
            for method in ("editmessagemedia", "sendphoto", "editmessagetext", "sendmessage"):
                telegram.refusals[method, GROUP] = moved
            there = telegram.user(1, group=OTHER)
            assert (await there.gets_result())["caption"].startswith("Beta")

    asyncio.run(scenario())


async def choose_in_group(user: User) -> None:
    """Choose a style by command."""
    user.sends_text("/style alpha")
    await user.sees(says("Style: Alpha"))


def test_missing_rights(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Where the bot may not send pictures, it says so."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1, group=GROUP)
            refusal = Refusal(400, "Bad Request: not enough rights to send photos to the chat")
            for method in ("editmessagemedia", "sendphoto", "senddocument"):
                telegram.refusals[method, GROUP] = refusal
            anna.sends_photo(portrait, caption="@painter_bot alpha")
            await anna.sees(says("not allowed to send pictures"))
            boris = telegram.user(2)
            await choose(boris, "Alpha")

    asyncio.run(scenario())
