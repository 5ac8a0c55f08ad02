"""What results are called: by pattern, by style, and never two of one name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realstyler.cli import main
from realstyler.cli.names import Naming
from realstyler.errors import UsageError
from support import add_style


@pytest.mark.parametrize(
    ("pattern", "styles", "source", "result"),
    [
        (None, ("mosaic",), "a.jpg", "a.jpg"),
        (None, ("mosaic", "night"), "deep/a.jpg", "deep/a-mosaic.jpg"),
        ("{stem}, {style}", ("mosaic",), "IMG.2024.heic", "IMG.2024, mosaic.jpg"),
        ("{style}/{stem}", ("mosaic",), "deep/a.gif", "mosaic/deep/a.png"),
        ("{stem}/{style}", ("mosaic",), "deep/a.gif", "deep/a/mosaic.png"),
        ("{stem}-{style}", ("mosaic:0.6,night:0.4",), "a.PNG", "a-mosaic-0.6-night-0.4.PNG"),
    ],
)
def test_patterns(pattern: str | None, styles: tuple[str, ...], source: str, result: str) -> None:
    """Folders keep their shape, what follows a dot in a name is no suffix, blends fit any disk."""
    assert Naming(styles, pattern).of(Path(source), styles[0]) == Path(result)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{stem", "braces"),
        ("{stem}-{date}", "{date} is unknown"),
        ("{stem.__class__}", "is unknown"),
        ("{stem:>9}", "only names"),
        ("{}", "is unknown"),
        ("painted", "one name"),
        ("{stem}", "one name"),
        ("/tmp/{stem}", "inside"),
        ("../{stem}{style}", "inside"),
    ],
)
def test_bad_patterns_are_refused(pattern: str, reason: str) -> None:
    """In a line with an example, before anything is painted."""
    with pytest.raises(UsageError, match="--name") as caught:
        Naming(("mosaic", "night"), pattern)
    assert reason in str(caught.value)
    assert "'{stem}-{style}'" in str(caught.value)


@pytest.fixture
def pair(painted: Path, tmp_path: Path) -> Path:
    """A second style beside the first, and a folder of two photographs."""
    add_style(painted.parent, "other")
    for name in ("a.jpg", "deep/b.png"):
        path = tmp_path / "holiday" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((12, 16, 3), 90, np.uint8)).save(path)
    return tmp_path / "holiday"


def names(folder: Path) -> list[str]:
    """The files under a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_several_styles_in_one_run(
    pair: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every picture in every style; the document names each style once and with each result."""
    out = tmp_path / "out"
    command = ["stylize", str(pair), "-s", "painted", "-s", "other", "-s", "painted"]
    assert main([*command, "-o", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert names(out) == [
        *("a-other.jpg", "a-painted.jpg", "deep/b-other.png", "deep/b-painted.png")
    ]
    assert document["styles"] == ["painted", "other"]
    assert [one["style"] for one in document["done"]] == ["painted", "other"] * 2
    assert main([*command, "-o", str(out), "--skip-existing", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["skipped"]) == 4
    assert main([*command, "-o", str(tmp_path / "two"), "--name", "{style}/{stem}"]) == 0
    assert names(tmp_path / "two") == [
        *("other/a.jpg", "other/deep/b.png", "painted/a.jpg", "painted/deep/b.png")
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-s", "other", "-o", "out.jpg"], "several results"),
        (["-s", "other", "-o", "-"], "one picture"),
        (["-o", "out.jpg", "--name", "{stem}"], "contradict"),
        (["-o", "-", "--name", "{stem}"], "contradict"),
        (["-s", "nosuch", "-o", "out/"], "nosuch: no such style"),
    ],
)
def test_one_file_takes_one_result(
    arguments: list[str], reason: str, pair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several styles and patterns need a folder; a style that is none is told first."""
    assert main(["stylize", str(pair / "a.jpg"), "-s", "painted", *arguments]) == 2
    assert reason in capsys.readouterr().err
