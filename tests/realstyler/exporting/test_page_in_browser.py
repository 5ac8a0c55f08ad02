"""The exported page in a real browser: opened without a server, it paints as the engine does."""

# About 30 s.

from __future__ import annotations

import asyncio
import base64
import os
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from numpy.typing import NDArray
from PIL import Image

from browser import Tab, browser, chromium
from realstyler.engine import Controls, Stylizer
from realstyler.errors import UsageError
from realstyler.exporting import export_page, find_runtime
from realstyler.registry import find_style

STYLES = ("mosaic", "wave")
ROOT = Path(__file__).parents[3]
PIXELS = """
    (() => {
        const canvas = document.getElementById("painting");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let text = "";
        for (let i = 0; i < data.length; i++) text += String.fromCharCode(data[i]);
        return [canvas.width, canvas.height, btoa(text)];
    })()
"""


@pytest.fixture(scope="module")
def program() -> str:
    """The browser, where there is one."""
    found = chromium()
    if found is None:
        pytest.skip("Chromium is not installed: `make browser` brings it")
    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of two styles; returns its index."""
    named = os.environ.get("REALSTYLER_WEB_RUNTIME")
    try:
        runtime = find_runtime(Path(named) if named else ROOT / "node_modules/onnxruntime-web")
    except UsageError:
        pytest.skip("onnxruntime-web is not in node_modules: `make browser` brings it")
    folder = tmp_path_factory.mktemp("page")
    return export_page([find_style(name) for name in STYLES], folder, runtime)[0]


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph of odd sides, without the losses of JPEG, which decoders round differently."""
    file = tmp_path_factory.mktemp("photograph") / "cat.png"
    with Image.open(ROOT / "docs/photographs/chelsea.jpg") as image:
        image.convert("RGB").resize((331, 221)).save(file)
    return file


async def _shown(tab: Tab) -> NDArray[np.uint8]:
    """What the canvas shows, H×W×3."""
    width, height, text = await tab.value(PIXELS)
    pixels = np.frombuffer(base64.b64decode(text), np.uint8)
    return pixels.reshape(height, width, 4)[..., :3]


def _decibels(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    error = np.mean((one.astype(float) - other) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def _engine(style: str, photograph: Path) -> NDArray[np.uint8]:
    stylizer = Stylizer(style, network="live", precision="float32")
    with Image.open(photograph) as image:
        return stylizer.stylize(np.asarray(image), Controls(stroke="native"))


def test_paints_a_photograph_as_the_engine_does(
    program: str, page: Path, photograph: Path, tmp_path: Path
) -> None:
    """Chosen, painted in one style and in another, and mixed; without one connection."""

    async def drive() -> None:
        async with browser(program, tmp_path / "profile") as tab:
            await tab.open(page.as_uri())
            assert await tab.until_state("ready") == "ready", tab.messages
            await tab.choose_file("#photograph", photograph)
            assert await tab.until_state("painted") == "painted", tab.messages
            mosaic = await _shown(tab)
            milliseconds = await tab.value("document.body.dataset.milliseconds")
            print(f"{_decibels(mosaic, _engine('mosaic', photograph)):.1f} dB, {milliseconds} ms")
            assert _decibels(mosaic, _engine("mosaic", photograph)) >= 40
            await tab.value("document.querySelector('#gallery input[value=wave]').click()")
            assert await tab.until_state("painted") == "painted", tab.messages
            assert _decibels(await _shown(tab), _engine("wave", photograph)) >= 40
            if kept := os.environ.get("REALSTYLER_SCREENSHOTS"):
                await tab.screenshot(Path(kept, "page-photograph.png"))
            await tab.value("strength.value = 0; strength.dispatchEvent(new InputEvent('input'));")
            with Image.open(photograph) as image:
                assert _decibels(await _shown(tab), np.asarray(image)) >= 50
            assert not tab.messages

    asyncio.run(drive())


def test_uses_threads_where_a_server_allows_them(
    program: str, page: Path, photograph: Path, tmp_path: Path
) -> None:
    """Served with the headers that isolate a page, it computes in several threads, and right."""

    @web.middleware
    async def isolate(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        return answer

    async def drive() -> None:
        application = web.Application(middlewares=[isolate])
        application.router.add_static("/", page.parent)
        async with TestServer(application) as server, browser(program, tmp_path / "profile") as tab:
            await tab.open(str(server.make_url("/index.html")))
            assert await tab.until_state("ready") == "ready", tab.messages
            assert await tab.value("crossOriginIsolated")
            await tab.choose_file("#photograph", photograph)
            assert await tab.until_state("painted") == "painted", tab.messages
            assert _decibels(await _shown(tab), _engine("mosaic", photograph)) >= 40
            assert not tab.messages

    asyncio.run(drive())


def test_paints_a_webcam_live(program: str, page: Path, tmp_path: Path) -> None:
    """The browser's make-believe camera is painted frame after frame, until it is stopped."""

    async def drive() -> None:
        async with browser(program, tmp_path / "profile") as tab:
            await tab.open(page.as_uri())
            await tab.until_state("ready")
            await tab.value("size.value = 320; camera.click()")
            assert await tab.until_state("live") == "live", tab.messages
            frames = [await _shown(tab)]
            while len(frames) < 3:
                await asyncio.sleep(0.3)
                frame = await _shown(tab)
                if (frame != frames[-1]).any():
                    frames.append(frame)
            assert frames[0].std() > 20
            rate = await tab.value("document.body.dataset.rate")
            print(f"{frames[0].shape[1]}×{frames[0].shape[0]}: {rate} frames a second")
            if kept := os.environ.get("REALSTYLER_SCREENSHOTS"):
                await tab.screenshot(Path(kept, "page-camera.png"))
            await tab.value("camera.click()")
            assert await tab.until_state("painted") == "painted"
            assert await tab.value("video.srcObject === null")
            await asyncio.sleep(2)  # a frame that was being painted comes too late
            assert await tab.value("document.body.dataset.state") == "painted"
            assert not tab.messages

    asyncio.run(drive())


def test_says_what_is_no_picture(program: str, page: Path, tmp_path: Path) -> None:
    """A file that the browser cannot read is named, and the page goes on."""

    async def drive() -> None:
        noise = tmp_path / "noise.jpg"
        noise.write_bytes(bytes(100))
        async with browser(program, tmp_path / "profile") as tab:
            await tab.open(page.as_uri())
            await tab.until_state("ready")
            await tab.choose_file("#photograph", noise)
            assert await tab.until_state() == "failed"
            assert "noise.jpg" in await tab.value("document.getElementById('status').textContent")

    asyncio.run(drive())
