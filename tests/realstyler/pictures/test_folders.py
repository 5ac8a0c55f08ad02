"""Folders of pictures."""

from __future__ import annotations

from pathlib import Path

from realstyler import pictures


def test_find_pictures(tmp_path: Path) -> None:
    """Folders give their visible pictures, sorted, with the path to mirror; files pass."""
    for name in ("b.PNG", "a.jpg", "notes.txt", ".hidden.jpg", "sub/c.webp", ".git/d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    missing = tmp_path / "missing.jpg"
    found = list(pictures.find_pictures([tmp_path, missing]))
    assert [str(each.relative) for each in found] == ["a.jpg", "b.PNG", "sub/c.webp", "missing.jpg"]
    assert [each.path for each in found[:-1]] == [tmp_path / each.relative for each in found[:-1]]
    flat = pictures.find_pictures([tmp_path], recursive=False)
    assert [each.path.name for each in flat] == ["a.jpg", "b.PNG"]
