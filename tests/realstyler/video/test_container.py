"""Opening files with releases of PyAV that differ."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest

from clips import Clip
from realstyler.engine import Stylizer
from realstyler.video import VideoOptions, open_input, stylize_video
from realstyler.video.container import exact


def _newer(known: Any) -> Any:
    """Return ``av.open`` as of release 19, which has no ``metadata_errors``."""

    def opened(file: Any, mode: str, *, options: dict[str, str] | None = None) -> Any:
        return known(file, mode, options=options)

    return opened


@pytest.mark.parametrize("newer", [False, True])
def test_both_kinds_of_releases_open_files(
    newer: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With and without the option that PyAV dropped."""
    path = tmp_path / "clip.mp4"
    Clip(size=(64, 48), frames=3).write(path)
    if newer:
        monkeypatch.setattr(av, "open", _newer(av.open))
    with open_input(str(path), options={"protocol_whitelist": "file"}) as container:
        assert len(list(container.decode(video=0))) == 3


def test_a_whole_video_is_painted_without_the_dropped_option(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing on the way from one file to the other asks for it."""
    known, asked = av.open, []

    def opened(*arguments: Any, **options: Any) -> Any:
        if "metadata_errors" in options:
            asked.append(arguments[0])
            raise TypeError("open() got an unexpected keyword argument 'metadata_errors'")
        return known(*arguments, **options)

    source = Clip(frames=3, sound=True, chapters=True).write(tmp_path / "clip.mp4")
    monkeypatch.setattr(av, "open", opened)
    stylizer = Stylizer("painted", network="live")
    options = VideoOptions(resume=True)
    result = stylize_video(source, tmp_path / "out.mp4", stylizer, options=options)
    assert (result.frames, result.problems) == (3, ())
    assert asked


def test_other_mistakes_are_told(tmp_path: Path) -> None:
    """Only the missing option is forgiven."""
    with pytest.raises(TypeError):
        open_input(str(tmp_path), nonsense=1)


def test_ratios_are_fractions() -> None:
    """Whatever type PyAV has for them; unknown ones are None, or zero over something."""
    newer: Any = SimpleNamespace(numerator=30000, denominator=1001)
    assert exact(newer) == Fraction(30000, 1001)
    assert isinstance(exact(newer), Fraction)
    assert exact(Fraction(25)) == 25
    assert exact(None) is None
    assert exact(Fraction(0)) is None
