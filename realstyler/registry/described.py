"""Styles without code: a folder with a ``style.json`` in place of a plugin's hook.

The file is untrusted data. It is validated by the same model as plugins, and can't refer to
anything outside its folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realstyler.registry.hookspecs import hookimpl
from realstyler.registry.style import Style

DESCRIPTION = "style.json"
"""File name of the description inside a style folder."""

LARGEST_DESCRIPTION = 64 * 2**10
"""Bytes; the built-in styles need two thousand."""

_PICTURE = r"style\.(jpg|jpeg|png|webp)"


@dataclass(frozen=True, eq=False)  # compared by identity, like plugin modules
class DescribedStyle:
    """A plugin that registers one style from a description."""

    style: Style

    @hookimpl
    def register_styles(self) -> list[Style]:
        """Register the style."""
        return [self.style]


def describe_style(style: Style) -> str:
    """Return the text of ``style.json`` for a style whose picture is called ``style.*``."""
    fields = style.model_dump(mode="json", exclude={"folder", "picture"})
    picture = f"style{style.picture_path.suffix.lower()}"
    return json.dumps(fields | {"picture": picture}, indent=2, ensure_ascii=False) + "\n"


def read_description(folder: Path) -> Style:
    """Read the style described by a folder's ``style.json``.

    Raises:
        ValueError: it is not a valid description; lists all problems.
        OSError: it can't be read.
    """
    content = (folder / DESCRIPTION).read_bytes()
    if len(content) > LARGEST_DESCRIPTION:
        raise ValueError(f"{DESCRIPTION} is larger than {LARGEST_DESCRIPTION // 1024} kB")
    try:
        fields: Any = json.loads(content)
    except RecursionError:
        raise ValueError(f"{DESCRIPTION} is nested too deeply") from None
    if not isinstance(fields, dict) or "folder" in fields:
        raise ValueError(f"{DESCRIPTION} does not describe a style")
    style = Style(folder=folder, **fields)
    if not re.fullmatch(_PICTURE, style.picture):
        raise ValueError(f"its picture must be style.jpg, .png or .webp, not {style.picture}")
    return style
