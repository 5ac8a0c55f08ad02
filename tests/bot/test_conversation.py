"""Complete conversations over real HTTP, by polling and by webhook, with real networks."""

from __future__ import annotations

import asyncio
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clips import Clip, read
from harness import DIFFERENT, SAME, Running, add_slow_style, by_question, choose, says
from pictures_for_tests import (
    as_photo,
    clip,
    frames_of,
    likeness,
    painted,
    photo,
    pixels_of,
    sticker,
)
from realstyler import style_files
from realstyler.registry import Registry, registry
from realstyler_bot.keyboards import PAGE
from realstyler_bot.workers.painting import trained_styles
from stand_in import StandIn, keyboard, labels
from support import add_style

HEIC = Path(__file__).parents[1] / "fixtures" / "pictures" / "gradient.heic"
GROUP = -100


def test_from_start_to_picture(
    running: Running, transport: dict[str, Any], two_styles: tuple[str, str], portrait: bytes
) -> None:
    """/start, menu, pick, photo, result: and the result matches the engine's painting."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, **transport):
            anna = telegram.user(1)
            anna.sends_text("/start")
            menu = await anna.sees(says("Choose a style"))
            assert set(two_styles) <= set(labels(menu))
            anna.presses(menu, "Alpha")
            await anna.sees(says("Now send me a picture"))
            anna.sends_photo(portrait)
            result = await anna.gets_result()
            shown = pixels_of(anna.bytes_of(result))
            assert likeness(shown, as_photo(painted(portrait, "alpha"))) > SAME
            assert likeness(shown, as_photo(painted(portrait, "beta"))) < DIFFERENT
            assert result["caption"] == "Alpha, 100 %"
            assert labels(result) == [
                *("Another style", "Strength", "Surprise me"),
                *("Colours of the photo", "As a file", "All styles"),
                *("Before and after", "★ Favourite"),
            ]
            assert {"start", "settings"} <= {c["command"] for c in telegram.commands[""]}
            assert telegram.commands["ru"] != telegram.commands[""]

    asyncio.run(scenario())


def test_two_people_at_once(
    running: Running, transport: dict[str, Any], two_styles: tuple[str, str]
) -> None:
    """A user's style never affects another's pictures, however they are interleaved."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, workers=2, **transport):
            anna, boris = telegram.user(1), telegram.user(2)
            await asyncio.gather(choose(anna, "Alpha"), choose(boris, "Beta"))
            photos = [photo(120, 90, seed=seed) for seed in range(4)]
            for content in photos:
                anna.sends_photo(content)
                boris.sends_photo(content)
            for user, own, other in ((anna, "alpha", "beta"), (boris, "beta", "alpha")):
                await user.gets_result(4)
                for content, result in zip(photos, by_question(user), strict=True):
                    shown = pixels_of(user.bytes_of(result))
                    assert likeness(shown, as_photo(painted(content, own))) > SAME
                    assert likeness(shown, as_photo(painted(content, other))) < DIFFERENT

    asyncio.run(scenario())


def test_every_trained_style(running: Running, portrait: bytes) -> None:
    """Every trained style of the project is on the menu and paints through the bot."""
    names = [style.name for style in registry().styles.values() if style.trained]
    if not names:
        pytest.skip("no shipped style is trained yet")

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, queue_size_per_user=99):
            anna = telegram.user(1)
            for name in names:
                anna.sends_text(f"/style {name}")
                await anna.sees(says("Now send me a picture"), count=names.index(name) + 1)
                anna.sends_photo(portrait)
            await anna.gets_result(len(names), 200)
            for name, result in zip(names, by_question(anna), strict=True):
                network = "live" if "live" in registry().find(name).networks else "full"
                expected = as_photo(painted(portrait, name, network=network))
                assert likeness(pixels_of(anna.bytes_of(result)), expected) > SAME

    asyncio.run(scenario())


def test_picture_before_style(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """A picture may come first: it gets the menu, and choosing a style starts the painting."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            anna.sends_photo(portrait)
            menu = await anna.sees(says("Which style"))
            anna.presses(menu, "Beta")
            result = await anna.gets_result()
            assert result["message_id"] == menu["message_id"], "edited in place"
            expected = as_photo(painted(portrait, "beta"))
            assert likeness(pixels_of(anna.bytes_of(result)), expected) > SAME

    asyncio.run(scenario())


def test_buttons_of_a_result(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """Another style, strength, as a file, and the sheet all reuse the picture that was sent."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            first = await anna.gets_result()
            anna.presses(first, "Another style")
            await telegram.until(lambda: "Beta" in labels(first))
            anna.presses(first, "Beta")
            second = await anna.gets_result(2)
            shown = pixels_of(anna.bytes_of(second))
            assert likeness(shown, as_photo(painted(portrait, "beta"))) > SAME
            assert "Another style" in labels(first), "the first result has its buttons back"

            anna.presses(second, "Strength")
            await telegram.until(lambda: "25 %" in labels(second))
            anna.presses(second, "25 %")
            third = await anna.gets_result(3)
            expected = as_photo(painted(portrait, "beta", strength=0.25))
            assert likeness(pixels_of(anna.bytes_of(third)), expected) > SAME

            anna.presses(third, "As a file")
            fourth = await anna.gets_result(4)
            assert "document" in fourth
            exact = painted(portrait, "beta", strength=0.25)
            assert likeness(pixels_of(anna.bytes_of(fourth)), exact) > 30

            anna.presses(first, "All styles")
            sheet = await anna.gets_result(5)
            height, width, _ = pixels_of(anna.bytes_of(sheet)).shape
            assert width >= 2 * 240
            assert height >= 2 * 160
            assert len(anna.alerts) >= 6, "every press is answered"

    asyncio.run(scenario())


def test_settings(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Strength, size, colours, output and language are saved per user."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, boris = telegram.user(1), telegram.user(2)
            await choose(anna, "Alpha")
            await choose(boris, "Alpha")
            anna.sends_text("/settings")
            panel = await anna.sees(says("Settings"))
            for setting, value in (
                ("Strength", "50 %"),
                ("Colours", "of the photo"),
                ("Send as", "file"),
                ("Size", "720"),
            ):
                anna.presses(panel, setting)
                await telegram.until(lambda value=value: any(value in t for t in labels(panel)))
                anna.presses(panel, value)
                await telegram.until(lambda: len(labels(panel)) == 6)
            wide = photo(1000, 400)
            anna.sends_photo(wide)
            boris.sends_photo(portrait)
            result = await anna.gets_result()
            assert "document" in result
            assert pixels_of(anna.bytes_of(result)).shape == (288, 720, 3)
            assert result["caption"] == "Alpha, 50 %"
            untouched = await boris.gets_result()
            assert untouched["caption"] == "Alpha, 100 %"
            assert "photo" in untouched

            anna.presses(panel, "Language")
            await telegram.until(lambda: "Русский" in labels(panel))
            anna.presses(panel, "Русский")
            await anna.sees(says("Настройки"))

    asyncio.run(scenario())


def test_russian(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Users of a Russian Telegram app are answered in Russian from the start."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            vera = telegram.user(1, "ru")
            vera.sends_text("/start")
            menu = await vera.sees(says("Здравствуйте"))
            vera.presses(menu, "Alpha")
            await vera.sees(says("Теперь пришлите"))
            vera.sends_photo(portrait)
            assert "Другой стиль" in labels(await vera.gets_result())
            vera.sends_document(portrait[:900], "x.jpg", "image/jpeg")
            await vera.sees(says("картинка повреждена; пришлите её ещё раз"))

    asyncio.run(scenario())


def test_album(running: Running, transport: dict[str, Any], two_styles: tuple[str, str]) -> None:
    """An album is answered with a complete album in the same order."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, **transport):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            photos = [photo(120, 90, seed=seed) for seed in range(3)]
            for content in photos:
                anna.sends_photo(content, media_group_id="holiday")
            await anna.gets_result(3)
            await anna.sees(says("3 pictures"))
            assert len({message["media_group_id"] for message in anna.results}) == 1
            for content, result in zip(photos, anna.results, strict=True):
                shown = pixels_of(anna.bytes_of(result))
                assert likeness(shown, as_photo(painted(content, "alpha"))) > SAME

    asyncio.run(scenario())


def test_documents_and_stickers(running: Running, two_styles: tuple[str, str]) -> None:
    """Picture files and static stickers are painted; none of their metadata is sent back."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            exif = Image.Exif()
            exif[0x010F] = "SecretCamera"
            exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
            content = photo(200, 150, exif=exif)
            assert b"SecretCamera" in content
            anna.sends_document(content, "x.jpg", "image/jpeg")
            result = await anna.gets_result()
            anna.presses(result, "As a file")
            file = await anna.gets_result(2)
            assert b"SecretCamera" not in anna.bytes_of(file)
            anna.sends_sticker(sticker())
            await anna.gets_result(3)
            anna.sends_document(HEIC.read_bytes(), "IMG_1.HEIC", "application/octet-stream")
            await anna.gets_result(4)
            anna.sends_document(photo(120, 90, "PNG"), "IMG_2", "application/octet-stream")
            await anna.gets_result(5)
            anna.sends_sticker(b"lottie", is_animated=True)
            await anna.sees(says("animated stickers"))
            anna.sends_document(b"PK", "x.zip", "application/zip")
            await anna.sees(says("cannot read this file type"))

    asyncio.run(scenario())


def test_clips(running: Running, two_styles: tuple[str, str], tmp_path: Path) -> None:
    """GIFs (also reported as documents) come back animated, videos with sound."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            content = clip(frames=6)
            anna.sends_animation(content)
            result = await anna.gets_result()
            assert "animation" in result
            frames = frames_of(anna.bytes_of(result))
            assert len(frames) == 6
            expected = painted_frame(frames_of(content)[3], "alpha")
            other = painted_frame(frames_of(content)[3], "beta")
            assert likeness(frames[3], expected) > likeness(frames[3], other) + 3
            film = Clip(frames=6, sound=True).write(tmp_path / "film.mp4")
            anna.sends_video(film.read_bytes())
            result = await anna.gets_result(2)
            assert "video" in result
            (tmp_path / "painted.mp4").write_bytes(anna.bytes_of(result))
            assert read(tmp_path / "painted.mp4").packets == read(film).packets, "the same sound"
            anna.sends_document(film.read_bytes(), "film.mp4", "video/mp4")
            assert "video" in await anna.gets_result(3), "an animation would be silent"
            anna.sends_video(content, seconds=100)
            await anna.sees(says("too long"))
            anna.sends_video(content, side=4000)
            await anna.sees(says("frames of this clip are too large"))
            anna.sends_video(clip(frames=40, rate=1))  # its metadata lies about the length
            await anna.sees(says("did not work"))

    asyncio.run(scenario())


def painted_frame(pixels: Any, style: str) -> Any:
    """Paint one frame with the engine directly."""
    target = BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return painted(target.getvalue(), style)


def test_groups(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """In a group the bot answers only when addressed, and only the owner can press its buttons."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, boris = telegram.user(1, group=GROUP), telegram.user(2, group=GROUP)
            anna.sends_photo(portrait)
            anna.sends_text("what a day")
            boris.sends_document(b"PK", "x.zip", "application/zip")
            anna.sends_photo(portrait, caption="@painter_bot please")
            menu = await anna.sees(says("Which style"))
            assert len(anna.messages) == 1, "nothing else was answered"
            boris.presses(menu, "Alpha")
            await telegram.until(lambda: boris.alerts)
            assert "Only the sender" in boris.alerts[0]
            anna.presses(menu, "Alpha")
            await anna.gets_result()
            asked = anna.sends_photo(portrait)
            boris.sends_text("/style beta", reply_to_message=asked)
            result = await boris.gets_result(2)
            assert result["caption"] == "Beta, 100 %"
            anna.presses(result, "As a file")
            await telegram.until(lambda: anna.alerts[-1:] == boris.alerts[:1])

    asyncio.run(scenario())


def test_what_is_refused(running: Running, two_styles: tuple[str, str]) -> None:
    """Text, oversized files, decompression bombs, damage: each gets one clear answer."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_text("paint me <b> & quickly")
            await anna.sees(says("send me a picture"))
            anna.sends_document(b"x", "x.png", "image/png", size=30 * 2**20)
            await anna.sees(says("30 MB"))
            anna.sends_document(b"x" * (21 * 2**20), "x.png", "image/png", size=1)
            await anna.sees(says("larger than 20 MB"))
            bomb = BytesIO()
            Image.new("1", (13000, 13000)).save(bomb, "PNG")
            assert len(bomb.getvalue()) < 50_000
            anna.sends_document(bomb.getvalue(), "x.png", "image/png")
            await anna.sees(says("13000×13000"))
            anna.sends_document(photo(200, 200)[:900], "x.jpg", "image/jpeg")
            await anna.sees(says("damaged"))
            anna.sends_document(b"#EXTM3U\nfile:///etc/passwd", "x.mp4", "video/mp4")
            await anna.sees(says("of an unknown type"))
            anna.sends_photo(photo(100, 100))
            await anna.gets_result()

    asyncio.run(scenario())


@pytest.mark.usefixtures("prompt_status")
def test_cancel(running: Running, drop_ins: Path) -> None:
    """Cancel works while waiting and while painting, by button and by command."""
    add_slow_style(drop_ins)

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, workers=1):
            anna, boris, vera = (telegram.user(number) for number in (1, 2, 3))
            for user in (anna, boris, vera):
                await choose(user, "Slow")
            large = photo(1600, 1200)
            anna.sends_photo(large)
            working = await anna.sees(says("Painting"))
            boris.sends_photo(large)
            waiting = await boris.sees(says("1 before you"))
            vera.sends_photo(large)
            await vera.sees(says("2 before you"))
            boris.presses(waiting, "Cancel")
            await boris.sees(says("Cancelled"))
            vera.sends_text("/cancel")
            await vera.sees(says("Cancelled"), count=2)
            assert "Painting" in working["text"]
            anna.presses(working, "Cancel")
            await anna.sees(says("Cancelled"))
            vera.sends_text("/cancel")
            await vera.sees(says("nothing to cancel"))
            anna.sends_photo(photo(64, 64))
            await anna.gets_result()
            assert [len(user.results) for user in (anna, boris, vera)] == [1, 0, 0]

    asyncio.run(scenario())


def test_preview_album(running: Running, two_styles: tuple[str, str]) -> None:
    """/styles shows every style; the second time nothing is uploaded again."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, boris = telegram.user(1), telegram.user(2)
            anna.sends_text("/styles")
            await anna.gets_result(2)
            files = len(telegram.files)
            boris.sends_text("/styles")
            await boris.gets_result(2)
            assert {m["caption"] for m in boris.results} >= set(two_styles)
            assert len(telegram.files) == files

    asyncio.run(scenario())


def test_menu_has_pages(running: Running, drop_ins: Path) -> None:
    """Twenty styles are spread over pages that can be turned both ways."""
    names = [f"style-{number:02}" for number in range(20)]
    for name in names:
        add_style(drop_ins, name)

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            anna.sends_text("/style")
            menu = await anna.sees(says("Choose"))
            seen = set()
            for _ in range(-(-len(trained_styles()) // PAGE)):
                before = labels(menu)
                assert sum(map(len, keyboard(menu))) <= PAGE + 2  # plus the arrows
                seen |= set(before)
                anna.presses(menu, "▶")
                await telegram.until(lambda before=before: labels(menu) != before)
            assert {name.title() for name in names} <= seen
            first = labels(menu)
            anna.presses(menu, "◀")
            await telegram.until(lambda: labels(menu) != first)

    asyncio.run(scenario())


def test_odd_shapes(running: Running, two_styles: tuple[str, str]) -> None:
    """Results that Telegram does not accept as a photo are sent as a file."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(photo(40, 1000))
            result = await anna.gets_result()
            assert pixels_of(anna.bytes_of(result)).shape == (1000, 40, 3)
            assert "document" in result

    asyncio.run(scenario())


@pytest.mark.usefixtures("prompt_status")
def test_busy(running: Running, drop_ins: Path) -> None:
    """A full queue reports the waiting time; accepted pictures are not affected."""
    add_slow_style(drop_ins)

    async def scenario() -> None:
        async with (
            StandIn() as telegram,
            running(telegram, workers=1, queue_size=2, queue_size_per_user=1, drain_seconds=0),
        ):
            users = [telegram.user(number) for number in range(1, 6)]
            for user in users:
                await choose(user, "Slow")
            large = photo(1600, 1200)
            users[0].sends_photo(large)
            await users[0].sees(says("Painting"))
            for user in users[1:4]:
                user.sends_photo(large)
                await user.sees(lambda message: "reply_to_message" in message)
            users[4].sends_photo(large)
            await users[4].sees(says("very busy"))
            users[3].sends_photo(large)
            await users[3].sees(says("Many of your pictures"))
            for user in users[:4]:
                user.sends_text("/cancel")
                await user.sees(says("Cancelled"), count=2)

    asyncio.run(scenario())


def test_administration(running: Running, drop_ins: Path, portrait: bytes) -> None:
    """/stats, /pause and /reload work for admins and nobody else."""
    add_style(drop_ins, "alpha")

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, admins="1, 7"):
            anna, boris = telegram.user(1), telegram.user(2)
            boris.sends_text("/stats")
            await boris.sees(says("send me a picture"))
            anna.sends_text("/stats")
            await anna.sees(says("waiting 0 of"))
            anna.sends_text("/pause")
            await anna.sees(says("paused"))
            boris.sends_photo(portrait)
            await boris.sees(says("maintenance"))
            anna.sends_text("/pause")
            await anna.sees(says("again"))
            add_style(drop_ins, "gamma")
            anna.sends_text("/reload")
            await anna.sees(says("gamma"))
            await choose(boris, "Gamma")
            boris.sends_text("/privacy")
            offer = await boris.sees(says("Stored"))
            boris.presses(offer, "Delete")
            await boris.sees(says("Deleted"))
            boris.sends_photo(portrait)
            await boris.sees(says("Which style"))

    asyncio.run(scenario())


def test_administrators_send_styles(running: Running, drop_ins: Path, tmp_path: Path) -> None:
    """A style file is added and can be chosen; others' and damaged ones are refused in a line."""
    folder = add_style(drop_ins, "alpha")
    with Image.open(folder / "style.jpg") as picture:
        picture.resize((160, 128)).save(folder / "style.jpg")  # large enough to learn from
    style = Registry.discover().styles["alpha"]
    content = style_files.write(style, tmp_path / "alpha.realstyle").read_bytes()
    shutil.rmtree(folder)
    add_style(drop_ins, "beta")

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, admins="1"):
            anna, boris = telegram.user(1), telegram.user(2)
            boris.sends_document(content, "alpha.realstyle", "application/zip")
            await boris.sees(says("cannot read"))
            anna.sends_document(content[:-100], "Alpha.RealStyle", "application/zip")
            await anna.sees(says("damaged"))
            assert not folder.exists()
            anna.sends_document(content, "alpha.realstyle", "application/zip")
            await anna.sees(says("Alpha is one of my styles now"))
            await anna.sees(says("alpha, beta"))
            await choose(boris, "Alpha")
            anna.sends_document(content, "alpha.realstyle", "application/zip")
            await anna.sees(says("I have such a style"))
            anna.sends_document(content, "alpha.realstyle", "", caption="Replace")
            await anna.sees(says("Alpha is one of my styles now"), count=2)

    asyncio.run(scenario())
