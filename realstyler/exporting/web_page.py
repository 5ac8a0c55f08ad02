"""A web page that paints by itself: the live networks, and a runtime that runs them in a browser.

All is in plain scripts, none is fetched: the page works from any server of files, and by a double
click where there is none, and its own policy forbids it to send anything anywhere.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from realstyler.errors import UsageError
from realstyler.exporting.models import onnx_model, refuse_existing
from realstyler.files import make_folder, write_bytes

if TYPE_CHECKING:
    from realstyler.registry import Style

PACKAGE = "onnxruntime-web"
VERSION = "1.30.0"
"""The version that the page is tested with; others of the same major version should do."""

PARTS = {
    "script": "ort.wasm.min.js",
    "module": "ort-wasm-simd-threaded.mjs",
    "wasm": "ort-wasm-simd-threaded.wasm",
}
"""What the page needs of the runtime, by the name that the page has for it."""

THUMBNAIL = 192
"""Pixels of each side of a style's picture in the gallery."""


@dataclass(frozen=True)
class Runtime:
    """The folder of the npm package onnxruntime-web."""

    folder: Path
    version: str

    def script(self) -> bytes:
        """Return the one script that holds all of the runtime that the page needs.

        Raises:
            UsageError: a part is missing.
        """
        try:
            parts = {
                name: (self.folder / "dist" / file).read_bytes() for name, file in PARTS.items()
            }
        except OSError as error:
            raise UsageError(
                code="web-runtime-incomplete", folder=self.folder, version=VERSION
            ) from error
        packed = {name: _packed(part) for name, part in parts.items()}
        return _assignment("runtime", packed | {"version": self.version})


def find_runtime(named: Path | None = None) -> Runtime:
    """Find the npm package onnxruntime-web, or take the folder that is named.

    Without a name it is looked for where npm installs packages: in ``node_modules`` of the current
    folder and of those above it.

    Raises:
        UsageError: it is not there; says how to get it, and how large it is.
    """
    current = Path.cwd()
    installed = [Path("node_modules", PACKAGE)]
    places = (
        [named] if named else [p / one for p in (current, *current.parents) for one in installed]
    )
    for folder in places:
        try:
            about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
            if about["name"] == PACKAGE:
                return Runtime(folder, str(about["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    raise UsageError(code="web-runtime-missing", package=f"{PACKAGE}@{VERSION}")


def export_page(
    styles: Sequence[Style], folder: Path, runtime: Runtime, *, overwrite: bool = False
) -> list[Path]:
    """Write a page with a gallery of styles, painted by their live networks.

    Args:
        styles: at least one; each has a live network.
        folder: made if it is missing. What else lies there is left alone.
        runtime: what runs the networks in the browser.
        overwrite: write over files of the same names.

    Returns:
        The files that were written; ``index.html`` comes first.

    Raises:
        StyleError: a style has no live network, or its weights are damaged.
        UsageError: a file is there already, or something that is needed is not installed.
        OutputError: a file cannot be written.
    """
    contents = {f"styles/{style.name}.js": _style_script(style) for style in styles}
    contents["runtime.js"] = runtime.script()
    contents |= {name: _part(name) for name in ("page.css", "page.js", "licences.txt")}
    listed = "\n".join(
        f'    <script src="styles/{html.escape(style.name)}.js" defer></script>' for style in styles
    )
    contents["licences.txt"] += _licences(styles, runtime)
    # Last, so that a page that can be opened is complete.
    contents["index.html"] = _part("index.html").replace(b"    <!-- styles -->", listed.encode())
    targets = {folder / name: content for name, content in contents.items()}
    refuse_existing([*targets], overwrite)
    for one in (folder, folder / "styles"):
        make_folder(one)
    for target, content in targets.items():
        write_bytes(target, content, overwrite=overwrite)
    return [*targets][::-1]


def _part(name: str) -> bytes:
    return files(__package__).joinpath("page", name).read_bytes()


def _style_script(style: Style) -> bytes:
    return _assignment(
        f"styles[{json.dumps(style.name)}]",
        {
            "title": style.title,
            "author": style.author,
            "license": style.license,
            "description": style.description,
            "picture": "data:image/jpeg;base64," + _thumbnail(style.picture_path),
            "model": _packed(onnx_model(style, "live")),
        },
    )


def _thumbnail(picture: Path) -> str:
    from PIL import Image, ImageOps

    from realstyler import pictures

    pixels = pictures.paintable(pictures.read(picture))
    square = ImageOps.fit(Image.fromarray(pixels), (THUMBNAIL, THUMBNAIL))
    buffer = io.BytesIO()
    square.save(buffer, "JPEG", quality=80)
    return base64.b64encode(buffer.getvalue()).decode()


def _packed(content: bytes) -> str:
    """Compress to what a script can hold as text; the browser unpacks it by itself."""
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _assignment(name: str, value: dict[str, str]) -> bytes:
    return f"realstyler.{name} = {json.dumps(value)};\n".encode()


def _licences(styles: Sequence[Style], runtime: Runtime) -> bytes:
    lines = [f"ONNX Runtime Web {runtime.version}: see above.", "", "Styles", "------"]
    for style in styles:
        author = f" by {style.author}" if style.author else ""
        lines.append(f"{style.title} ({style.name}){author}: {style.license or 'no licence named'}")
    return ("\n".join(lines) + "\n").encode()
