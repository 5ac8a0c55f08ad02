"""A new style package from one picture: ``realstyler new`` and the first step of the window.

>>> create("etching", Path("picture.jpg"), Path("plugins"), license="CC0-1.0")
PosixPath('plugins/realstyler-etching')
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import numpy as np
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from PIL import Image

from realstyler import __version__, pictures
from realstyler.errors import InputError, OutputError, UsageError
from realstyler.pictures import colour
from realstyler.registry import registry
from realstyler.registry.style import NAME_LENGTH, NAME_PATTERN

LARGEST_SIDE = 2048
"""Pixels; larger style pictures are scaled down, since training never looks that closely."""

SMALLEST_SIDE = 128
"""Pixels of the shorter side; less holds no texture to learn."""

TITLE_LENGTH = 80


@dataclass(frozen=True)
class Names:
    """What a style is called in the places where it appears."""

    style: str

    @property
    def distribution(self) -> str:
        """Name of the package for pip, and of its folder."""
        return f"realstyler-{self.style}"

    @property
    def module(self) -> str:
        """Name of the package for Python."""
        return self.distribution.replace("-", "_")


def create(
    name: str,
    image: Path,
    into: Path,
    title: str | None = None,
    author: str | None = None,
    license: str | None = None,  # noqa: A002 - as pyproject calls it
) -> Path:
    """Make the folder ``into/realstyler-NAME`` with a style package, whole or not at all.

    Args:
        name: a slug of at most 32 characters that no registered style has.
        image: the style picture, of any kind that can be read; it is stored as an sRGB JPEG with
            sides of at most 2048 pixels.
        into: the folder of the new folder; made if it is missing.
        title: what people read; by default the name in words.
        author: who made the style.
        license: an SPDX expression such as ``CC0-1.0``; needed only to share the style.

    Returns:
        The new folder.

    Raises:
        UsageError: a name, title, author or licence that does not fit, or the folder exists.
        InputError: the picture is missing, damaged, too small or of one colour.
        OutputError: the folder cannot be written.
    """
    names = Names(name)
    _check_name(names)
    facts = _facts(names, title, author, license)
    target = into / names.distribution
    if os.path.lexists(target):
        raise UsageError(code="new-style-exists", target=target)
    picture = style_picture(image)
    contents = {path: text.encode() for path, text in _texts(names, facts).items()}
    contents[f"{names.module}/style.jpg"] = pictures.encode(picture, "JPEG", metadata="none")
    _write(target, contents)
    return target


def style_picture(image: Path) -> pictures.Picture:
    """Read a picture as training wants it: opaque, sRGB, of a sensible size.

    Raises:
        InputError: it is missing, damaged, too small or of one colour.
    """
    picture = pictures.read(image)
    height, width, _ = picture.pixels.shape
    if min(height, width) < SMALLEST_SIDE:
        size = {"width": width, "height": height, "least": SMALLEST_SIDE}
        raise InputError(code="style-picture-small", picture=image, **size)
    if not np.ptp(picture.pixels, axis=(0, 1)).any():
        raise InputError(code="style-picture-plain", picture=image)
    opaque = _opaque_srgb(picture)
    opaque.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    return pictures.Picture(np.asarray(opaque))


def _opaque_srgb(picture: pictures.Picture) -> Image.Image:
    image = Image.fromarray(colour.to_srgb(picture.pixels, picture.icc_profile))
    if picture.alpha is None:
        return image
    white = Image.new("RGB", image.size, "white")
    return Image.composite(image, white, Image.fromarray(picture.alpha))


def _check_name(names: Names) -> None:
    if not re.fullmatch(NAME_PATTERN, names.style) or len(names.style) > NAME_LENGTH:
        raise UsageError(code="style-badly-named", name=names.style, longest=NAME_LENGTH)
    found = registry()
    if names.style in found.styles:
        origin = found.origin(found.styles[names.style]).distribution
        raise UsageError(code="new-style-name-taken", style=names.style, origin=origin)
    if importlib.util.find_spec(names.module):
        raise UsageError(code="module-name-taken", style=names.style, module=names.module)


def _facts(
    names: Names, title: str | None, author: str | None, license_: str | None
) -> dict[str, str]:
    """What the templates ask for; texts in quotes are legal in Python and in TOML alike."""
    title, author = (title or "").strip(), (author or "").strip()
    if not _is_line(title):
        raise UsageError(code="title-unfit", text=title[:20], longest=TITLE_LENGTH)
    if not _is_line(author):
        raise UsageError(code="author-unfit", text=author[:20], longest=TITLE_LENGTH)
    title = title or names.style.replace("-", " ").capitalize()
    license_ = _spdx(license_) if license_ else ""
    return {
        "name": names.style,
        "distribution": names.distribution,
        "module": names.module,
        "version": __version__,
        "title": _quoted(title),
        "title_text": title,
        "docstring": f'"""{names.style.capitalize()}: a style, learned from the picture beside."""',
        "description": _quoted(f"{title}: a style for realstyler"),
        "author": _quoted(author),
        "author_line": f"authors = [{{ name = {_quoted(author)} }}]" if author else "authors = []",
        "license": _quoted(license_),
        "license_line": f"license = {_quoted(license_)}" if license_ else '# license = "CC0-1.0"',
        "license_sentence": f"{license_}; see LICENSE." if license_ else "Not chosen yet.",
        "holder": author or f"the authors of {names.distribution}",
        "year": str(datetime.now(UTC).year),
    }


def _is_line(text: str) -> bool:
    return text.isprintable() and len(text) <= TITLE_LENGTH


def _spdx(expression: str) -> str:
    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression as error:
        raise UsageError(code="licence-unknown", licence=expression) from error


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _texts(names: Names, facts: dict[str, str]) -> dict[str, str]:
    """Return the text of every file of the package, by its path in the folder."""
    templates = files("realstyler") / "templates"
    style, licenses = templates / "style", templates / "licenses"
    license_ = json.loads(facts["license"]) or "none"
    text = licenses / f"{license_}.template"
    sources = {
        "pyproject.toml": style / "pyproject.toml.template",
        "README.md": style / "README.md.template",
        "LICENSE": text if text.is_file() else licenses / "other.template",
        ".gitignore": style / "gitignore.template",
        f"{names.module}/__init__.py": style / "hook.py.template",
        f"{names.module}/config.py": style / "config.py.template",
        f"{names.module}/py.typed": style / "py.typed.template",
        f"tests/test_{names.module}.py": style / "test.py.template",
    }
    return {path: _filled(source, facts) for path, source in sources.items()}


def _filled(source: Traversable, facts: dict[str, str]) -> str:
    return Template(source.read_text("utf-8")).substitute(facts)


def _write(target: Path, contents: dict[str, bytes]) -> None:
    """Write a folder beside its target, then rename it."""
    beside = target.with_name(f".realstyler-{secrets.token_hex(8)}")
    try:
        for path, content in contents.items():
            file = beside / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        beside.rename(target)
    except OSError as error:
        raise OutputError(
            code="new-style-unwritable", target=target, reason=error.strerror or error
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
