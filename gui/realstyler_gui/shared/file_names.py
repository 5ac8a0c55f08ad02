"""Where results go: names that are free, the folder and format of last time."""

from __future__ import annotations

from pathlib import Path

from realstyler.pictures import WRITABLE
from realstyler_gui.shared.folders import pictures_folder
from realstyler_gui.shared.parameters import Parameters
from realstyler_gui.shared.settings import Settings

FILTERS = {
    "JPEG (*.jpg *.jpeg)": ".jpg",
    "PNG (*.png)": ".png",
    "WebP (*.webp)": ".webp",
    "TIFF (*.tif *.tiff)": ".tiff",
}


def suggested(
    settings: Settings, source: Path | None, parameters: Parameters, suffix: str = ""
) -> Path:
    """A name that does not exist yet, in the format of last time.

    It lies beside its source, unless results were saved elsewhere last time.
    """
    stem = source.stem if source else "picture"
    suffix = suffix or settings.text("save/suffix") or (source.suffix.lower() if source else ".png")
    suffix = suffix if suffix in WRITABLE else ".png"
    beside = source.parent if source else pictures_folder()
    folder = settings.kept_folder("save") or beside
    return free_name(folder / f"{stem}-{parameters.file_suffix}{suffix}")


def free_name(path: Path) -> Path:
    """The path itself, or with a number before its suffix if it exists."""
    number, candidate = 2, path
    while candidate.exists():
        candidate = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return candidate


def with_suffix(path: Path, chosen_filter: str) -> Path:
    """Give a name without a known suffix the one of the chosen format."""
    if path.suffix.lower() in WRITABLE:
        return path
    return path.with_name(path.name + FILTERS.get(chosen_filter, ".png"))


def remember(settings: Settings, path: Path, source: Path | None) -> None:
    """Keep the format for next time, and the folder if it is not that of the source."""
    elsewhere = source is None or path.parent != source.parent
    settings.keep("folder/save", path.parent if elsewhere else "")
    settings.keep("save/suffix", path.suffix.lower())
