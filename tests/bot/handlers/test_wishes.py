"""Ways to request a style: captions, names, links, double taps; nothing is silently lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from harness import Running, add_slow_style, choose, says
from pictures_for_tests import clip, photo
from realstyler_bot.storage.store import Store
from stand_in import Refusal, StandIn, labels
from support import add_style


def caption_command(text: str) -> dict[str, Any]:
    """A caption that begins with a command."""
    length = len(text.split(maxsplit=1)[0])
    entity = {"type": "bot_command", "offset": 0, "length": length}
    return {"caption": text, "caption_entities": [entity]}


def test_styles_by_word(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """A style can be chosen by caption, by its bare name, by a link, or at random."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            anna.sends_text("/start beta")
            await anna.sees(says("Style: Beta"))
            anna.sends_text("Alpha!")
            await anna.sees(says("Style: Alpha"))
            anna.sends(photo=anna.photo(portrait), **caption_command("/style beta"))
            assert (await anna.gets_result())["caption"].startswith("Beta")
            anna.sends_photo(portrait, caption="alpha")
            assert (await anna.gets_result(2))["caption"].startswith("Alpha")
            anna.sends_photo(portrait)
            result = await anna.gets_result(3)
            assert result["caption"].startswith("Beta"), "a caption counts for its picture"
            anna.sends(photo=anna.photo(portrait), **caption_command("/random"))
            await anna.gets_result(4)
            anna.presses(result, "Colours of the photo")
            again = await anna.gets_result(5)
            assert "Colours of the style" in labels(again)
            anna.presses(result, "All styles")
            sheet = await anna.gets_result(6)
            assert {"Alpha", "Beta"} <= set(labels(sheet)), "each cell is a button"
            anna.presses(sheet, "Alpha")
            assert (await anna.gets_result(7))["caption"].startswith("Alpha")

    asyncio.run(scenario())


def test_one_menu_for_all(running: Running, two_styles: tuple[str, str]) -> None:
    """Pictures sent one by one without a style share one menu, which paints or cancels them all."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, boris = telegram.user(1), telegram.user(2)
            for seed in range(4):
                anna.sends_photo(photo(90, 60, seed=seed))
                boris.sends_photo(photo(90, 60, seed=seed))
            menu = await anna.sees(says("these 4 pictures"))
            assert len(anna.messages) == 1
            other = await boris.sees(says("these 4 pictures"))
            boris.presses(other, "Cancel")
            await boris.sees(says("Cancelled"))
            anna.presses(menu, "Alpha")
            await anna.gets_result(4)
            boris.sends_text("/cancel")
            await boris.sees(says("nothing to cancel"))
            assert not boris.results

    asyncio.run(scenario())


def test_none_is_lost_uncounted(running: Running, two_styles: tuple[str, str]) -> None:
    """Of fifty pictures forwarded at once, each is painted or counted in a single message."""

    async def scenario() -> None:
        async with (
            StandIn(slow=0.2) as telegram,
            running(telegram, burst=10, workers=1, queue_size_per_user=5, messages_per_second=1),
        ):
            anna = telegram.user(1)
            anna.sends_text("/style alpha")
            await anna.sees(says("Style: Alpha"))
            for seed in range(50):
                anna.sends_photo(photo(40, 30, seed=seed))
            told = await anna.sees(says("not accepted"))
            missing = int(told["text"].partition("not accepted: ")[2].partition(".")[0])
            await anna.gets_result(50 - missing)
            assert len([m for m in anna.messages if "not accepted" in m.get("text", "")]) == 1

    asyncio.run(scenario())


def test_bad_file_of_an_album(running: Running, two_styles: tuple[str, str]) -> None:
    """The rest of its album is delivered, and the bad file is named with the reason."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            for seed in range(2):
                content = photo(90, 60, seed=seed)
                anna.sends_document(content, f"{seed}.jpg", "image/jpeg", media_group_id="a")
            anna.sends_document(b"rubbish", "broken.png", "image/png", media_group_id="a")
            told = await anna.sees(says("broken.png"))
            assert "2 pictures" in told["text"]
            assert len(anna.results) == 2

    asyncio.run(scenario())


def test_haste_and_old_messages(
    running: Running, two_styles: tuple[str, str], drop_ins: Path, portrait: bytes
) -> None:
    """Triple taps count once, a removed style is reported, and a deleted menu is shown again."""
    add_style(drop_ins, "gamma")

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, admins="1"):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            result = await anna.gets_result()
            for _ in range(3):
                anna.presses(result, "As a file")
            await anna.gets_result(2)
            anna.presses(result, "Another style")
            await telegram.until(lambda: "Gamma" in labels(result))
            for file in (drop_ins / "gamma").iterdir():
                file.unlink()
            (drop_ins / "gamma").rmdir()
            anna.sends_text("/reload")
            await anna.sees(says("styles: "))
            anna.presses(result, "Gamma")
            await telegram.until(lambda: any("no longer exists" in a for a in anna.alerts))
            anna.presses(result, "Back")
            await telegram.until(lambda: "Another style" in labels(result))
            gone = dict(result)
            number = anna.presses(result, "Another style")
            del telegram.chats[1][result["message_id"]]
            await telegram.until(lambda: number not in telegram.presses)
            await anna.sees(lambda m: "Beta" in labels(m) and m["message_id"] != gone["message_id"])
            assert len(anna.results) == 1, "one file"

    asyncio.run(scenario())


@pytest.mark.usefixtures("prompt_status")
def test_deleted_means_deleted(running: Running, drop_ins: Path, tmp_path: Path) -> None:
    """Deleting one's data also cancels and deletes the jobs being painted."""
    add_slow_style(drop_ins)

    async def scenario() -> None:
        async with StandIn() as telegram:
            async with running(telegram, workers=1):
                anna = telegram.user(1)
                await choose(anna, "Slow")
                for _ in range(2):
                    anna.sends_photo(photo(1600, 1200))
                await anna.sees(says("Painting"))
                anna.sends_text("/privacy")
                anna.presses(await anna.sees(says("Stored")), "Delete")
                await anna.sees(says("Deleted"))
            assert not anna.results
        async with Store.open(tmp_path / "bot.sqlite3") as store:
            counts = await store.counts()
            assert counts == {"people": 0}

    asyncio.run(scenario())


def test_pause_survives_a_restart(running: Running, two_styles: tuple[str, str]) -> None:
    """A pause survives a restart; many refusals result in one message."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            anna = telegram.user(1)
            async with running(telegram, admins="1"):
                anna.sends_text("/pause")
                await anna.sees(says("paused"))
            async with running(telegram, admins="1"):
                for seed in range(6):
                    anna.sends_photo(photo(50, 40, seed=seed))
                told = await anna.sees(says("maintenance"))
                assert "not accepted: 6" in told["text"]

    asyncio.run(scenario())


def test_video_notes_stay_round(running: Running, two_styles: tuple[str, str]) -> None:
    """A video note is answered with a video note."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            file = telegram.keep(clip())
            anna.sends(video_note={**file, "length": 64, "duration": 1})
            assert "video_note" in await anna.gets_result()
            assert len(anna.results) == 1
            refusal = Refusal(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
            telegram.refusals["sendvideonote", 1] = refusal
            anna.sends(video_note={**file, "length": 64, "duration": 1})
            assert "video" in await anna.gets_result(2), "for those who accept no video notes"

    asyncio.run(scenario())


def test_triple_taps_on_styles(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """A style tapped three times is painted once, for new pictures, results and sheets."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            anna.sends_photo(portrait)
            menu = await anna.sees(says("Which style"))
            for _ in range(3):
                anna.presses(menu, "Alpha")
            result = await anna.gets_result()
            anna.presses(result, "Another style")
            await telegram.until(lambda: "Beta" in labels(result))
            for _ in range(3):
                anna.presses(result, "Beta")
            again = await anna.gets_result(2)
            anna.presses(again, "All styles")
            sheet = await anna.gets_result(3)
            for _ in range(3):
                anna.presses(sheet, "Alpha")
            await anna.gets_result(4)
            anna.sends_text("/help")
            await anna.sees(says("album"))
            assert len(anna.results) == 4

    asyncio.run(scenario())


def test_haste_between_styles(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """Two styles tapped at the same moment neither paint one twice nor end the bot's lanes."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            for round_ in range(1, 4):
                anna.sends_photo(portrait)
                menu = await anna.sees(says("Which style"))
                anna.presses(menu, "Alpha")
                anna.presses(menu, "Beta")
                await anna.gets_result(round_)
                anna.sends_text("/privacy")
                anna.presses(await anna.sees(says("Stored")), "Delete")
                await anna.sees(says("Deleted"), count=round_)
            texts = [message["caption"] for message in anna.results]
            assert max(telegram.edits.values()) == 1, "each message became one result"
            assert len(texts) <= 6

    asyncio.run(scenario())


def test_deleted_question(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Who deletes a message before its answer still gets the answer, and no complaint."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            for text, said in (
                ("/cancel", "nothing to cancel"),
                ("hello", "send me a picture"),
                ("/style nonsense", "no style"),
                ("/style alpha", "Style: Alpha"),
            ):
                message = anna.sends_text(text)
                del telegram.chats[1][message["message_id"]]
                await anna.sees(says(said))
            assert not [m for m in anna.messages if "went wrong" in m["text"]]

    asyncio.run(scenario())
