"""Names for results: free names, with the folder and format last used."""

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
    """Suggest a free name in the format last used.

    It is in the folder of the source, unless results were last saved elsewhere.
    """
    stem = source.stem if source else "picture"
    suffix = suffix or settings.text("save/suffix") or (source.suffix.lower() if source else ".png")
    suffix = suffix if suffix in WRITABLE else ".png"
    beside = source.parent if source else pictures_folder()
    folder = settings.kept_folder("save") or beside
    return free_name(folder / f"{stem}-{parameters.file_suffix}{suffix}")


def free_name(path: Path) -> Path:
    """Return the path, with a number before its suffix if it already exists."""
    number, candidate = 2, path
    while candidate.exists():
        candidate = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return candidate


def with_suffix(path: Path, chosen_filter: str) -> Path:
    """Append the chosen format's suffix to a name without a known suffix."""
    if path.suffix.lower() in WRITABLE:
        return path
    return path.with_name(path.name + FILTERS.get(chosen_filter, ".png"))


def remember(settings: Settings, path: Path, source: Path | None) -> None:
    """Remember the format for next time, and the folder if it isn't the source's."""
    elsewhere = source is None or path.parent != source.parent
    settings.keep("folder/save", path.parent if elsewhere else "")
    settings.keep("save/suffix", path.suffix.lower())
