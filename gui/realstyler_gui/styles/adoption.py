"""The name of a new style, from what people call it. No widgets."""

from __future__ import annotations

import re
import unicodedata

from realstyler.registry.style import NAME_LENGTH


def slug(title: str) -> str:
    """The nearest name that a style may have: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_LENGTH].strip("-")
    return name if not name[:1].isdigit() else f"style-{name}"[:NAME_LENGTH].strip("-")
