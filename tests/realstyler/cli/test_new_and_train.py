"""``realstyler new --train``: from a picture to a style that paints, in one command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from realstyler.cli import main
from realstyler.cli import train as train_command
from realstyler.errors import Cancelled
from realstyler.pictures import Picture, write
from realstyler.registry import find_style
from support import save_random_weights


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture with texture."""
    levels = np.random.default_rng(0).integers(0, 256, (200, 240, 3), np.uint8)
    write(Picture(levels), tmp_path / "picture.png")
    return tmp_path / "picture.png"


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The training is stopped as soon as it has saved something; networks that were trained."""
    trained: list[str] = []

    def train(style: str, *, network: str, run: Path, **_: object) -> None:
        run.mkdir(parents=True)
        saved = save_random_weights(run, style, network)  # type: ignore[arg-type]
        saved.rename(run / "weights.safetensors")
        trained.append(network)
        raise Cancelled(code="training-stopped", step=12, steps=150)

    monkeypatch.setattr(train_command, "train", train)
    return trained


@pytest.mark.usefixtures("drop_ins")
def test_a_stop_keeps_what_was_learned(
    picture: Path, tmp_path: Path, stopped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends one network, not the way: the style has both, and paints."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "chalk", "--image", str(picture), "--train"]) == 0
    assert stopped == ["full", "live"]
    assert find_style("chalk").networks == ("full", "live")
    target = tmp_path / "painted.png"
    command = ["stylize", str(picture), "-s", "chalk", "--network", "live", "-o", str(target)]
    assert main(command) == 0
    assert target.is_file()


@pytest.mark.usefixtures("drop_ins")
def test_wrong_pictures_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no picture is said before anything is made."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "chalk", "--image", "nothing.png", "--train"]) == 1
    assert "nothing.png" in capsys.readouterr().err
    assert not list(tmp_path.glob("plugins/*"))


@pytest.mark.usefixtures("drop_ins")
def test_author_and_licence_are_said_once(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next style has them, too; what is said again takes their place."""
    monkeypatch.chdir(tmp_path)
    said = ("--author", "Ada", "--license", "CC0-1.0")
    assert main(["new", "chalk", "--image", str(picture), *said]) == 0
    assert main(["new", "ink", "--image", str(picture)]) == 0
    assert main(["new", "oil", "--image", str(picture), "--author", "Bo"]) == 0
    for name, author in (("ink", "Ada"), ("oil", "Bo")):
        project = Path("plugins", f"realstyler-{name}", "pyproject.toml").read_text()
        assert f'authors = [{{ name = "{author}" }}]' in project
        assert 'license = "CC0-1.0"' in project


@pytest.mark.usefixtures("drop_ins")
def test_on_a_terminal_they_are_asked_for_once(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty answer is an answer."""
    asked: list[str] = []

    def answer(question: str, **_: object) -> str:
        asked.append(question)
        return ""

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", answer)
    for name in ("chalk", "ink"):
        assert main(["new", name, "--image", str(picture)]) == 0
    assert len(asked) == 2
