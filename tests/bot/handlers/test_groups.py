"""Groups: the bot stays quiet, identifies who is speaking, and replies in the same topic."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

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


@pytest.mark.parametrize(
    "words",
    [
        "not enough rights to send photos to the chat",
        "CHAT_SEND_PHOTOS_FORBIDDEN",
        "TOPIC_CLOSED",
    ],
)
def test_missing_rights(
    running: Running, two_styles: tuple[str, str], portrait: bytes, words: str
) -> None:
    """Where the bot may not send pictures, it says so."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1, group=GROUP)
            refusal = Refusal(400, f"Bad Request: {words}")
            for method in ("editmessagemedia", "sendphoto", "senddocument"):
                telegram.refusals[method, GROUP] = refusal
            anna.sends_photo(portrait, caption="@painter_bot alpha")
            await anna.sees(says("not allowed to send pictures"))
            boris = telegram.user(2)
            await choose(boris, "Alpha")

    asyncio.run(scenario())


def test_deleted_topic(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """When the topic of a request is deleted meanwhile, its result appears in the group."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1, group=GROUP)
            telegram.deleted_topics.add((GROUP, 77))
            topic = {"message_thread_id": 77, "is_topic_message": True}
            anna.sends_photo(portrait, caption="@painter_bot alpha", **topic)
            result = await anna.gets_result()
            assert "message_thread_id" not in result

    asyncio.run(scenario())


def test_refusals_follow_a_move(running: Running, two_styles: tuple[str, str]) -> None:
    """What can't be painted is also told in the supergroup that a group has become."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, there = telegram.user(1, group=GROUP), telegram.user(1, group=OTHER)
            moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=OTHER)
            for method in ("sendmessage", "editmessagetext", "editmessagemedia", "sendphoto"):
                telegram.refusals[method, GROUP] = moved
            named = {"caption": "@painter_bot alpha"}
            mention = {"type": "mention", "offset": 0, "length": 12}
            named["caption_entities"] = [mention]
            anna.sends_document(b"rubbish", "broken.png", "image/png", **named)
            await there.sees(says("did not work"))
            assert not anna.messages

    asyncio.run(scenario())


def test_channels_are_quiet(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Posts of a channel, its copies in the discussion group and service messages get no answer."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1, group=GROUP)
            post = telegram.new_message(CHANNEL, CHANNEL_BOT, {"photo": anna.photo(portrait)})
            del post["from"]
            telegram.push({"channel_post": post})
            telegram.push({"message": post})
            copy = {"photo": anna.photo(portrait), "is_automatic_forward": True}
            writes(anna, {"id": 777000, "is_bot": False, "first_name": "Telegram"}, CHANNEL, **copy)
            anna.sends(migrate_to_chat_id=OTHER)
            anna.sends(new_chat_members=[BOT])
            anna.sends(left_chat_member=anna.profile)
            anna.sends(forum_topic_created={"name": "x", "icon_color": 1})
            await telegram.until(lambda: not telegram.unconfirmed)
            anna.sends_text("/help@painter_bot")
            await anna.sees(says("album"))
            assert len(anna.messages) == 1
            assert not telegram.user(1, group=CHANNEL).messages

    asyncio.run(scenario())
