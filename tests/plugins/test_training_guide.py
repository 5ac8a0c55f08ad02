"""The training guide: its commands run as they are written, but in few steps on small pictures."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realstyler.cli import main
from realstyler.registry import Registry, find_style, reload
from realstyler.registry.config import TrainingConfig

GUIDE = Path(__file__).parents[2] / "docs" / "training.md"
TINY = {
    "train": "--steps 2 --set crop_size=32 --set finish_crop_size=32 --set batch_size=1"
    " --set style_size=64 --checkpoint-every 1",
    "evaluate": "--size 128 --network live",
}
"""Makes a command quick; appended, so that it wins over what the guide says."""

SMALL = "--set network.width=4 --set network.blocks=1"
"""Where no trained network of the real size is begun from."""


def _commands(text: str) -> list[list[str]]:
    """The commands of the console blocks, split into words."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [shlex.split(line[2:]) for b in blocks for line in b.splitlines() if line[:2] == "$ "]


def _pictures(folder: Path) -> None:
    random = np.random.default_rng(0)
    (folder / "photos").mkdir()
    for name in ("painting", "photos/one", "photos/two"):
        coarse = random.integers(0, 256, (12, 16, 3), np.uint8)
        Image.fromarray(coarse).resize((192, 144)).save(folder / f"{name}.jpg")


@pytest.mark.usefixtures("fresh_registry")
def test_commands(
    tmp_path: Path,
    drop_ins: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From a painting to both networks, a resumed run and a judgement."""
    _pictures(tmp_path)
    monkeypatch.chdir(tmp_path)
    commands = _commands(GUIDE.read_text())
    for program, *arguments in commands:
        if program == "pip":  # the tutorial's test installs the package; here its folder does
            [package] = Path("plugins").iterdir()
            (drop_ins / "red-chalk").symlink_to((package / "realstyler_red_chalk").resolve())
            reload()
            continue
        tiny = TINY.get(arguments[0], "")
        if arguments[0] == "train" and "warm_start=mosaic" not in arguments:
            tiny += f" {SMALL}"
        assert main([*arguments, *shlex.split(tiny)]) == 0, (arguments, capsys.readouterr().err)
    assert [words[1] for words in commands if words[0] == "realstyler"] == [
        *("new", "train", "train", "train", "train", "evaluate")
    ]
    assert find_style("red-chalk").networks == ("full", "live")
    assert any(Path("runs/first/previews").iterdir())
    assert Path("judged.jpg").is_file()


def test_the_configuration_in_the_guide_is_valid() -> None:
    """Every Python block is a configuration as it stands."""
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        names: dict[str, object] = {"TrainingConfig": TrainingConfig}
        exec(block, names)
        assert isinstance(names["FULL"], TrainingConfig)


def test_what_the_guide_says_of_the_built_in_styles() -> None:
    """Weights and sizes that it names as worked are those that the styles are trained with."""
    configs = {name: style.full for name, style in Registry.discover().styles.items()}
    names = "candy|lines|mosaic|night|scream|udnie|wave"
    text = GUIDE.read_text()
    weights = re.findall(rf"^\| ({names}) \| ([\d.]+) \|", text, re.MULTILINE)
    sizes = re.findall(rf"\b({names}), (\d{{3}})\b", text)
    assert {name for name, _ in weights} == set(names.split("|"))
    assert len(sizes) > 4
    assert all(configs[name].style_weight == float(number) for name, number in weights)
    assert all(configs[name].style_size == int(number) for name, number in sizes)
