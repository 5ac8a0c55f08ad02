"""What the command line says reads well: help, hints, and the first moment of a command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realstyler.cli import main
from realstyler.cli.app import COMMANDS


def help_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The help of a command, or the list of all."""
    assert main([*arguments, "--help"]) == 0
    return capsys.readouterr().out


def test_the_list_of_commands_is_not_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    """Long descriptions go on in the next line."""
    text = help_of([], capsys)
    commands = text[text.index("Commands:") :]
    assert "..." not in commands
    assert "where each" in commands
    assert "comes from." in commands


@pytest.mark.parametrize("command", [*COMMANDS, "gui", "bot", "worker"])
def test_help_names_values_instead_of_types(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody needs to know Python's types."""
    text = help_of([command], capsys)
    assert not re.search("<[a-z]", text)
    assert "Options:" in text


def test_choices_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """What may be chosen stands where the value goes, and all of it can be."""
    from typing import get_args

    from realstyler.engine import DEVICES
    from realstyler.pictures import Metadata
    from realstyler.registry.weights import NETWORKS

    text = help_of(["stylize"], capsys)
    for option, choices in (
        ("network", NETWORKS),
        ("metadata", get_args(Metadata)),
        ("device", DEVICES),
    ):
        assert f"--{option} {'|'.join(choices)}" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_ranges_are_shown_in_words(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No formulas."""
    assert not re.search("<=|>=|<x|x>", help_of([command], capsys))


def test_the_range_of_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    """What is refused otherwise stands beside the default."""
    text = " ".join(help_of(["stylize"], capsys).split())
    assert "[default: 95; 1 to 100]" in text
    assert "in pixels. [16 or more]" in text
    assert "16 to 16384 pixels" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stylize", "x", "-s", "nosuch", "-o", "y"], "nosuch: no such style; known styles: "),
        (["stylize", "x", "-s", "mosiac", "-o", "y"], "did you mean mosaic?"),
        (["styliz"], "Did you mean 'stylize', 'styles'? See `realstyler --help`"),
        (
            ["stylize", "x", "-s", "mosaic", "-o", "y", "--strength", "much"],
            "'much' is not a share",
        ),
        (["stylize", "x", "-s", "mosaic", "-o", "y", "--strength", "600%"], "strength 6 is out"),
        (["stylize", "x", "-s", "mosaic", "-o", "y", "--strength", "nan"], "out of range"),
    ],
)
def test_hints_help(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with a hint only where it may be meant."""
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_percentage_is_a_share(painted: Path, tmp_path: Path) -> None:
    """60% is 0.6."""
    assert painted.is_dir()
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((12, 16, 3), 90, np.uint8)).save(photo)
    for name, strength in (("a.png", "60%"), ("b.png", "0.6"), ("c.png", "1")):
        command = ["stylize", str(photo), "-s", "painted", "-o", str(tmp_path / name)]
        assert main([*command, "--strength", strength]) == 0
    contents = [(tmp_path / name).read_bytes() for name in ("a.png", "b.png", "c.png")]
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize(
    "module", ["realstyler.errors", "typer", "realstyler.cli.app", "realstyler.cli.stylize"]
)
def test_an_interruption_while_it_starts_is_one_word(module: str) -> None:
    """Ctrl-C may come while modules are imported, in the first half second."""
    program = f"""
import sys
class Interrupted:
    def find_spec(self, name, *rest):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from realstyler.cli import main
sys.exit(main(["stylize", "x.jpg", "-s", "mosaic", "-o", "y.jpg"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "realstyler: interrupted\n")


def test_a_wrong_choice_is_named_without_the_validators_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Values of an enumeration are checked by a library, which introduces itself."""
    assert main(["export", "mosaic", "--format", "nope"]) == 2
    error = capsys.readouterr().err
    assert "'nope' is not one of 'onnx', 'openvino', 'web'" in error
    assert "Value error" not in error
