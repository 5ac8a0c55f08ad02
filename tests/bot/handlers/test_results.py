"""What users do with a result: compare, share, change its strength, star its style; long clips."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from harness import SAME, Running, choose, says
from pictures_for_tests import as_photo, clip, frames_of, likeness, painted, photo, pixels_of
from stand_in import StandIn, User, keyboard, labels


def test_before_and_after(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """One tap shows the photograph beside its painting, and a clip beside its own."""

    async def scenario() -> None:
        async with StandIn(recompress=False) as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            anna.presses(await anna.gets_result(), "Before and after")
            both = pixels_of(anna.bytes_of(await anna.gets_result(2)))
            assert both.shape == (2 * 160 + 12, 240, 3), "wide ones stand one above the other"
            above, below = both[:160], both[-160:]
            assert likeness(above, pixels_of(portrait)) > 25
            painting = painted(portrait, "alpha")
            assert likeness(below, painting) > likeness(above, painting) + 3
            anna.sends_video(clip())
            anna.presses(await anna.gets_result(3), "Before and after")
            film = frames_of(anna.bytes_of(await anna.gets_result(4)))
            assert film[0].shape == (64, 128, 3)

    asyncio.run(scenario())


def test_any_strength(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """A number repaints the newest result, or the one replied to, with that strength."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            anna.sends_text("65")
            await anna.sees(says("send me a picture"))
            anna.sends_photo(portrait, caption="alpha")
            first = await anna.gets_result()
            anna.sends_photo(photo(90, 60), caption="beta")
            await anna.gets_result(2)
            anna.sends_text("65 %")
            assert (await anna.gets_result(3))["caption"] == "Beta, 65 %"
            anna.sends_text("7", reply_to_message=first)
            result = await anna.gets_result(4)
            assert result["caption"] == "Alpha, 7 %"
            shown = pixels_of(anna.bytes_of(result))
            assert likeness(shown, as_photo(painted(portrait, "alpha", strength=0.07))) > SAME
            anna.sends_text("101")
            await anna.sees(says("from 0 to 100"))
            anna.presses(result, "Strength")
            await telegram.until(lambda: any("from 0 to 100" in alert for alert in anna.alerts))

    asyncio.run(scenario())


def test_favourites(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """A starred style comes first in its owner's menu, until it is starred again."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, boris = telegram.user(1), telegram.user(2)
            anna.sends_photo(portrait, caption="beta")
            result = await anna.gets_result()
            anna.presses(result, "Favourite")
            await telegram.until(lambda: any("comes first" in alert for alert in anna.alerts))
            for person, first in ((anna, "★ Beta"), (boris, "Alpha")):
                person.sends_text("/style")
                menu = await person.sees(says("Choose a style"))
                assert labels(menu)[0] == first
            anna.presses(await anna.sees(says("Choose a style")), "Beta")
            await anna.sees(says("Style: Beta"))
            anna.presses(result, "Favourite")
            await telegram.until(lambda: any("no favourite" in alert for alert in anna.alerts))
            anna.sends_text("/style")
            assert labels(await anna.sees(says("Choose a style")))[:2] == ["Alpha", "Beta"]

    asyncio.run(scenario())


async def offered(user: User, words: str) -> list[dict[str, Any]]:
    """Type an inline query and return what is offered."""
    query = user.asks_inline(words)
    await user.server.until(lambda: query in user.server.offers)
    return user.server.offers[query]


def test_sharing(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Results are offered in any chat by file id: only to their owner, by number or style."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            telegram.inline = True
            async with running(telegram):
                anna, boris = telegram.user(1), telegram.user(2)
                anna.sends_photo(portrait, caption="alpha")
                result = await anna.gets_result()
                for count, send in ((2, anna.sends_photo), (3, anna.sends_video)):
                    send(photo(90, 60) if count == 2 else clip())
                    if count == 2:
                        anna.presses(await anna.sees(says("Which style")), "Beta")
                    await anna.gets_result(count)
                share = [b for row in keyboard(result) for b in row if b["text"] == "Share"]
                number = share[0]["switch_inline_query"]
                found = await offered(anna, number)
                assert [one["photo_file_id"] for one in found] == [result["photo"][-1]["file_id"]]
                assert len(await offered(anna, "")) == 3
                assert {one["type"] for one in await offered(anna, "bet")} == {"photo", "video"}
                assert await offered(anna, "nothing") == []
                assert await offered(boris, number) == [], "results are their owner's"
                anna.sends_text("/privacy")
                anna.presses(await anna.sees(says("Stored")), "Delete")
                await anna.sees(says("Deleted"))
                assert await offered(anna, "") == []

    asyncio.run(scenario())


def test_no_share_button_without_inline_mode(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """Telegram rejects the button of a bot whose inline mode is off."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            anna.sends_photo(portrait, caption="alpha")
            assert "Share" not in labels(await anna.gets_result())

    asyncio.run(scenario())


@pytest.mark.parametrize("told", [True, False])
def test_long_clips(running: Running, two_styles: tuple[str, str], told: bool) -> None:
    """The beginning of a clip that is too long is offered, even if its metadata is wrong."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, clip_seconds=2, clip_frames=20):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_video(clip(frames=60, rate=12), seconds=5 if told else 1)
            refusal = await anna.sees(lambda m: "Paint the first 2 s" in labels(m))
            assert not anna.results
            for _ in range(3):
                anna.presses(refusal, "Paint the first")
            result = await anna.gets_result()
            assert len(frames_of(anna.bytes_of(result))) == 20, "no more than the limit of frames"
            anna.presses(result, "Colours of the photo")
            again = await anna.gets_result(2)
            assert len(frames_of(anna.bytes_of(again))) == 20
            assert len(anna.results) == 2

    asyncio.run(scenario())


def test_a_long_clip_without_a_style(running: Running, two_styles: tuple[str, str]) -> None:
    """Who has no style yet chooses one after accepting the offer."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, clip_seconds=2):
            anna = telegram.user(1)
            anna.sends_video(clip(frames=48, rate=12), seconds=4)
            refusal = await anna.sees(lambda m: "Paint the first 2 s" in labels(m))
            anna.presses(refusal, "Paint the first")
            anna.presses(await anna.sees(says("Which style")), "Beta")
            result = await anna.gets_result()
            assert result["caption"].startswith("Beta")
            assert len(frames_of(anna.bytes_of(result))) == 24

    asyncio.run(scenario())
