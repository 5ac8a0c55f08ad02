"""The tutorial: its commands run as they are written, and answer what it says they answer."""

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plugin_environment import Environment

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "style-tutorial.md"
TINY = (
    "--steps 3 --set crop_size=32 --set finish_crop_size=32 --set batch_size=1"
    " --set style_size=64 --set network.width=4 --set network.blocks=1"
)
"""Makes a training quick; appended, so that it wins over what the tutorial says."""


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of the console blocks with the answer that is shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = part.partition("\n")
            yield command, answer


def _same(shown: str, real: str) -> bool:
    """Whether an answer is the one that is shown, but for numbers, blanks and ellipses."""
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    shown, real = (re.sub(r"\d+(\.\d+)?", "#", text) for text in (shown, real))
    return doctest.OutputChecker().check_output(shown, real, flags)


def _pictures(folder: Path) -> None:
    random = np.random.default_rng(0)
    (folder / "photos").mkdir()
    for name in ("picture", "photo", "photos/one", "photos/two"):
        coarse = random.integers(0, 256, (12, 16, 3), np.uint8)
        Image.fromarray(coarse).resize((192, 144)).save(folder / f"{name}.jpg")


@pytest.mark.timeout(480)
def test_tutorial(environment: Environment, tmp_path: Path) -> None:
    """From a picture to a style that is trained, packed, installed and dropped in."""
    _pictures(tmp_path)
    commands = list(_commands(TUTORIAL.read_text()))
    assert {"new", "styles", "train", "stylize", "pack", "plugins"} <= {
        shlex.split(command)[1] for command, _ in commands if command.startswith("realstyler ")
    }
    for command, shown in commands:
        tiny = f" {TINY}" if command.startswith("realstyler train") else ""
        # As on a terminal, both streams in the order in which they were written.
        real = environment.run(f"({command}{tiny}) 2>&1", tmp_path, PYTHONUNBUFFERED="1").stdout
        assert _same(shown, real), f"$ {command}\n{real}\nbut the tutorial shows\n{shown}"
    for name in ("painted.jpg", "again.jpg"):
        with Image.open(tmp_path / name) as painted:
            assert painted.size == (192, 144)
    with Image.open(tmp_path / "runs" / "trial" / "previews" / _preview(tmp_path)) as preview:
        assert preview.width > 100


def _preview(folder: Path) -> str:
    return max(path.name for path in (folder / "runs" / "trial" / "previews").iterdir())
