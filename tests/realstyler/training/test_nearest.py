"""Where a new style begins: with the trained style that looks most like it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from realstyler.cli import main
from realstyler.networks.architecture import LiveNetwork, TransformNetwork
from realstyler.registry import find_style
from realstyler.registry.weights import load
from realstyler.training.nearest import nearest_style
from realstyler.training.vgg import VGG16


@pytest.mark.parametrize("likeness", ["mosaic", "wave", "candy"])
def test_the_nearest_is_the_style_of_the_same_picture(
    tiny: Path, vgg: VGG16, likeness: str
) -> None:
    """Somebody brings the very picture of a built-in style."""
    shutil.copyfile(find_style(likeness).picture_path, tiny / "style.jpg")
    nearest = nearest_style(find_style("tiny"), "full", TransformNetwork(), vgg)
    assert nearest is not None
    assert nearest.name == likeness


def test_networks_of_another_shape_are_passed_over(tiny: Path, vgg: VGG16) -> None:
    """Nothing is near where no network could be continued."""
    assert tiny.is_dir()
    assert nearest_style(find_style("tiny"), "live", LiveNetwork(width=4), vgg) is None


def test_training_begins_there_and_is_of_its_origin(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without photographs of one's own, it learns from those that come along."""
    shutil.copyfile(find_style("night").picture_path, tiny / "style.jpg")
    settings = ["warm_start=nearest", 'network={"kind": "transform-net"}', "crop_size=32"]
    options = [part for one in settings for part in ("--set", one)]
    run = tmp_path / "run"
    command = ["train", "tiny", "--run", str(run), "--steps", "1", "--device", "cpu", *options]
    assert main([*command, "--set", "finish_crop_size=32"]) == 0, capsys.readouterr().err
    said = capsys.readouterr().err
    assert "Begins from night" in said
    assert "four photographs that come with realstyler" in said
    trained = load(run / "weights.safetensors").metadata
    assert trained.origin == find_style("night").read_metadata("full").origin
    assert trained.data == "4 photographs of photographs.zip"
