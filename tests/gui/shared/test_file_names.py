"""Names of results."""

from __future__ import annotations

from pathlib import Path

from realstyler_gui.shared.file_names import free_name, with_suffix


def test_names_are_free_and_have_a_format(tmp_path: Path) -> None:
    """A suggested name is free; a name without a suffix gets the chosen format's."""
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a-2.jpg").touch()
    assert free_name(tmp_path / "a.jpg") == tmp_path / "a-3.jpg"
    assert with_suffix(Path("b"), "WebP (*.webp)") == Path("b.webp")
    assert with_suffix(Path("b.PNG"), "WebP (*.webp)") == Path("b.PNG")
