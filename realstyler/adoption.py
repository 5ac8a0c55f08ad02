"""A new style from a picture at once among the styles, without an installation."""

from __future__ import annotations

import shutil
from pathlib import Path

from realstyler.errors import OutputError
from realstyler.registry.candidates import drop_in_folder
from realstyler.scaffold import create


def adopt(name: str, image: Path, into: Path, title: str, author: str, license_: str) -> Path:
    """Make a style package in `into` and let the registry find it as a drop-in style.

    The package stays what can be installed, trained further and shared; the folder of drop-in
    styles gets a link to it, or a copy where the system has no links.

    Raises:
        RealstylerError: the name, the picture or a folder does not fit; nothing is left behind.
    """
    into.mkdir(parents=True, exist_ok=True)
    package = create(name, image, into, title or None, author or None, license_ or None)
    module = package / package.name.replace("-", "_")
    place = drop_in_folder() / name
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _link(place, module)
    except OSError as error:
        shutil.rmtree(package)
        raise OutputError(
            code="style-not-linked", style=name, folder=place.parent, reason=error.strerror
        ) from error
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
