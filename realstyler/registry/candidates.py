"""Plugin candidates: entry points of installed distributions, and drop-in folders.

Nothing is imported until :meth:`Candidate.load` is called.
"""

from __future__ import annotations

import importlib.util
import os
import re
import site
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import (
    Distribution,
    EntryPoint,
    PackageNotFoundError,
    distribution,
    distributions,
)
from pathlib import Path
from types import ModuleType
from typing import Protocol

from platformdirs import user_data_path

from realstyler.registry.described import DESCRIPTION, DescribedStyle, read_description

GROUP = "realstyler"
"""The entry-point group, and the name of our own distribution."""

ONLY = "REALSTYLER_PLUGINS"
"""Environment variable: comma-separated distributions to load; all others are ignored."""

DROP_INS = "REALSTYLER_STYLES"
"""Environment variable: folder of drop-in styles, instead of the user's data folder."""


class Candidate(Protocol):
    """A potential plugin that is not loaded yet."""

    @property
    def name(self) -> str:
        """Its own name."""

    @property
    def distribution(self) -> str:
        """The distribution or folder that it comes from."""

    @property
    def version(self) -> str:
        """Version of the distribution; empty for a folder."""

    @property
    def location(self) -> str:
        """The folder that it is loaded from."""

    def load(self) -> object:
        """Import the plugin; may raise anything."""

    def forget(self) -> None:
        """Unload its modules, so that another version can be loaded."""


@dataclass(frozen=True)
class Installed:
    """A candidate from an installed distribution."""

    source: Distribution

    @property
    def distribution(self) -> str:
        """Name of the distribution."""
        return _name_and_version(self.source)[0] or f"unknown, in {self.source.locate_file('')}"

    @property
    def version(self) -> str:
        """Version of the distribution."""
        return _name_and_version(self.source)[1]

    @property
    def location(self) -> str:
        """Folder that the distribution is installed in."""
        return str(self.source.locate_file(""))


@dataclass(frozen=True)
class Packaged(Installed):
    """A plugin in an installed distribution."""

    entry_point: EntryPoint

    @property
    def name(self) -> str:
        """Name of the entry point."""
        return self.entry_point.name

    @property
    def location(self) -> str:
        """Folder of the imported module; if the import failed, the distribution's."""
        file = getattr(sys.modules.get(self.entry_point.module), "__file__", None)
        return str(Path(file).parent) if file else super().location

    def load(self) -> object:
        """Import the entry point."""
        return self.entry_point.load()

    def forget(self) -> None:
        """Unload its modules, except our own, which are in use."""
        if self.distribution != GROUP:
            _forget(self.entry_point.module)


@dataclass(frozen=True)
class Damaged(Installed):
    """A distribution with unreadable entry points: it may have been a plugin."""

    error: Exception

    @property
    def name(self) -> str:
        """Name of the distribution, since those of its plugins are unknown."""
        return self.distribution

    def load(self) -> object:
        """Raise the error that describes the damage."""
        raise ValueError(f"its entry_points.txt is damaged ({self.error})") from self.error

    def forget(self) -> None:
        """Do nothing: it was never loaded."""


@dataclass(frozen=True)
class DropIn:
    """An unpackaged style folder in the user's data folder."""

    folder: Path
    version: str = ""

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def distribution(self) -> str:
        """The folder, as shown in lists."""
        return f"folder {self.folder}"

    @property
    def location(self) -> str:
        """The folder."""
        return str(self.folder)

    @property
    def module_name(self) -> str:
        """A unique package name, with invalid characters replaced by their numbers."""
        legal = re.sub(r"[^a-zA-Z0-9]", lambda sign: f"_{ord(sign[0]):x}_", self.name)
        return f"realstyler_drop_in_{legal}"

    def load(self) -> object:
        """Read the folder's description or, if it contains code, import it as a package."""
        hook = self.folder / "__init__.py"
        if hook.is_file():
            return self._imported(hook)
        if not (self.folder / DESCRIPTION).is_file():
            raise FileNotFoundError(f"both {hook} and {DESCRIPTION} are missing")
        return DescribedStyle(read_description(self.folder))

    def _imported(self, hook: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location(
            self.module_name, hook, submodule_search_locations=[str(self.folder)]
        )
        assert spec is not None
        assert spec.loader is not None
        self.forget()
        module = importlib.util.module_from_spec(spec)
        sys.modules[self.module_name] = module  # makes `from .config import …` work inside
        try:
            spec.loader.exec_module(module)
        except BaseException:
            self.forget()
            raise
        return module

    def forget(self) -> None:
        """Unload its modules."""
        _forget(self.module_name)


def candidates() -> Iterator[Candidate]:
    """Yield our own plugins first, so that others can't take a built-in style's name."""
    wanted = _wanted()
    packaged = [
        candidate
        for candidate in _installed()
        if wanted is None or candidate.distribution.lower() in wanted
    ]
    yield from sorted(packaged, key=lambda p: (p.distribution != GROUP, p.distribution, p.name))
    if wanted is None:
        yield from _drop_ins()


def own(name: str) -> Candidate | None:
    """Return our own plugin of that name, without examining other distributions."""
    wanted = _wanted()
    if wanted is not None and GROUP not in wanted:
        return None
    try:
        source = distribution(GROUP)
        found = list(source.entry_points.select(group=GROUP, name=name))
    except (PackageNotFoundError, ValueError, OSError):  # a full discovery will report it
        return None
    return Packaged(source, found[0]) if found else None


def drop_in_folder() -> Path:
    """Return the folder whose sub-folders are unpackaged styles."""
    named = os.environ.get(DROP_INS)
    return Path(named) if named else user_data_path("realstyler") / "styles"


def notice_installations() -> None:
    """Make packages visible that were installed after this process started, also editable ones."""
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    for folder in folders:
        if folder in sys.path:
            site.addsitedir(folder)  # reads .pth files, and adds only new paths
    importlib.invalidate_caches()


def _wanted() -> set[str] | None:
    only = os.environ.get(ONLY)
    return None if only is None else {part.strip().lower() for part in only.split(",")}


def _installed() -> Iterator[Packaged | Damaged]:
    """Yield plugins of distributions; the first copy on the path shadows later ones.

    ``importlib.metadata.entry_points`` would fail at the first damaged file of any distribution.
    """
    first: dict[str, Distribution] = {}
    for source in distributions():
        try:
            found = list(source.entry_points.select(group=GROUP))
        except Exception as error:  # noqa: BLE001 - a damaged file may raise anything
            yield Damaged(source, error)
            continue
        for entry_point in found:
            plugin = Packaged(source, entry_point)
            if first.setdefault(plugin.distribution.lower(), source) is source:
                yield plugin


@lru_cache(maxsize=64)
def _name_and_version(source: Distribution) -> tuple[str, str]:
    """Read a distribution's name and version; cached, since parsing takes 5 ms each time."""
    try:
        metadata = source.metadata
        return metadata["Name"] or "", metadata["Version"] or ""
    except Exception:  # noqa: BLE001 - missing or damaged
        return "", ""


def _drop_ins() -> Iterator[DropIn]:
    folder = drop_in_folder()
    try:
        entries = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:  # no permission
        return
    for entry in entries:
        if entry.is_dir() and not entry.name.startswith((".", "__")):
            yield DropIn(entry)


def _forget(package: str) -> None:
    for name in list(sys.modules):
        if name == package or name.startswith(f"{package}."):
            del sys.modules[name]
