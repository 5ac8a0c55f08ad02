"""A headless Chromium, driven through its DevTools protocol as a person would drive it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 60
"""Seconds for one step: a busy machine paints slowly."""


def chromium() -> str | None:
    """Return the program, or None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


class Tab:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.messages: list[str] = []
        """What the page has complained of: exceptions, refused connections, console errors."""

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command of the protocol and return its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await asyncio.wait_for(self._socket.receive_json(), PATIENCE)
            if message.get("id") == number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    async def value(self, script: str) -> Any:
        """Return what a script evaluates to, promises awaited."""
        result = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def open(self, address: str) -> None:
        """Go to a page, listening to its complaints."""
        for domain in ("Runtime", "Log", "Page", "DOM"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=address)

    async def until_state(self, *states: str) -> str:
        """Wait until the page says that it is in one of these states, or has failed."""
        script = f"""new Promise((resolve) => {{
            const look = () => {{
                const state = document.body?.dataset.state;
                if ({[*states, "failed"]!r}.includes(state)) resolve(state);
                else setTimeout(look, 20);
            }};
            look();
        }})"""
        while True:
            with contextlib.suppress(AssertionError):  # the page was just being replaced
                return str(await self.value(script))

    async def choose_file(self, selector: str, file: Path) -> None:
        """Choose a file as with the browser's own dialog."""
        document = await self.call("DOM.getDocument")
        found = await self.call(
            "DOM.querySelector", nodeId=document["root"]["nodeId"], selector=selector
        )
        await self.call("DOM.setFileInputFiles", nodeId=found["nodeId"], files=[str(file)])

    async def screenshot(self, target: Path) -> None:
        """Save what the page looks like as PNG."""
        shot = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        target.write_bytes(base64.b64decode(shot["data"]))

    def _note(self, message: dict[str, Any]) -> None:
        parameters = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.messages.append(str(parameters["exceptionDetails"]))
            case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                self.messages.append(str(parameters["entry"]))
            case "Runtime.consoleAPICalled" if parameters["type"] == "error":
                self.messages.append(str(parameters["args"]))


@contextlib.asynccontextmanager
async def browser(program: str, profile: Path, *options: str) -> AsyncIterator[Tab]:
    """Start a browser with a profile of its own, and end it with the block."""
    command = [
        program,
        "--headless=new",
        "--no-sandbox",  # which root cannot have
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1200,900",
        "--remote-debugging-port=0",
        "--no-first-run",
        "--disable-background-networking",
        "--force-color-profile=srgb",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--user-data-dir={profile}",
        *options,
        "about:blank",
    ]
    log = (profile.parent / "browser.log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        port = await _port(profile / "DevToolsActivePort", process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [one for one in await answer.json() if one["type"] == "page"]
            address = pages[0]["webSocketDebuggerUrl"]
            async with session.ws_connect(address, max_msg_size=0) as socket:
                yield Tab(socket)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


async def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    for _ in range(PATIENCE * 10):
        with contextlib.suppress(OSError, IndexError, ValueError):
            return int(file.read_text().splitlines()[0])
        assert process.poll() is None, "the browser has ended by itself"
        await asyncio.sleep(0.1)
    raise TimeoutError("the browser does not answer")
