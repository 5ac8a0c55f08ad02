"""A new style from a picture: the package, and its place among the styles. No widgets."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

from realstyler.errors import OutputError
from realstyler.registry.candidates import drop_in_folder
from realstyler.registry.style import NAME_LENGTH


def adopt(name: str, image: Path, into: Path, title: str, author: str, license_: str) -> Path:
    """Make a style package in `into` and let the registry find it as a drop-in style.

    The package stays what can be installed, trained further and shared; the folder of drop-in
    styles gets a link to it, or a copy where the system has no links.

    Raises:
        RealstylerError: the name, the picture or a folder does not fit; nothing is left behind.
    """
    from realstyler.scaffold import create

    into.mkdir(parents=True, exist_ok=True)
    package = create(name, image, into, title or None, author or None, license_ or None)
    module = package / package.name.replace("-", "_")
    place = drop_in_folder() / name
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _link(place, module)
    except OSError as error:
        shutil.rmtree(package)
        what = f"cannot add {name} to {place.parent}: {error.strerror}"
        raise OutputError(what, "remove what is in the way or choose another name") from error
    return package


def _link(place: Path, module: Path) -> None:
    try:
        place.symlink_to(module, target_is_directory=True)
    except (NotImplementedError, PermissionError):
        shutil.copytree(module, place)
    except OSError as error:
        if getattr(error, "winerror", None) is None:
            raise
        shutil.copytree(module, place)


def slug(title: str) -> str:
    """The nearest name that a style may have: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_LENGTH].strip("-")
    return name if not name[:1].isdigit() else f"style-{name}"[:NAME_LENGTH].strip("-")
