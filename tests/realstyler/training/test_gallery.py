"""All networks in a given time: the script for a graphics card, tried on this processor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from realstyler.photographs import Photographs
from realstyler.registry import find_style
from realstyler.registry.config import TrainingConfig
from realstyler.registry.weights import load
from realstyler.training.gallery import Gallery, draw_crops, one_cycle, squares, train_all


def test_every_network_leaves_weights_and_a_sheet(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """Full first, then live, which imitates it; what is there counts the steps."""
    assert tiny.is_dir()
    gallery = Gallery(
        photographs, tmp_path / "out", 600, ["tiny"], batch_size=2, most_steps=3, compiled=False
    )
    train_all(gallery)
    log = [json.loads(line) for line in (gallery.out / "log.jsonl").read_text().splitlines()]
    assert [(one["network"], one["steps"]) for one in log] == [("full", 3), ("live", 3)]
    for network in ("full", "live"):
        weights = load(gallery.out / f"tiny-{network}.safetensors")
        assert (
            weights.metadata.architecture
            == find_style("tiny").training(weights.metadata.network).network
        )
        assert (gallery.out / f"tiny-{network}.jpg").stat().st_size > 1000


def test_nothing_is_begun_when_the_time_is_over(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """No half-trained network is written for lack of time."""
    assert tiny.is_dir()
    train_all(Gallery(photographs, tmp_path / "out", -1, ["tiny"]))
    assert list((tmp_path / "out").iterdir()) == []


def test_crops_are_drawn_by_seed_and_step(photographs: Path) -> None:
    """The same again for the same step, others for the next, all within the range of colours."""
    pixels = squares(Photographs.find(photographs))
    assert pixels.shape == (7, 3, 264, 264)
    config = TrainingConfig(batch_size=3, seed=4)
    first = draw_crops(pixels, config, 64, 5)
    assert first.shape == (3, 3, 64, 64)
    assert torch.equal(first, draw_crops(pixels, config, 64, 5))
    assert not torch.equal(first, draw_crops(pixels, config, 64, 6))
    assert 0 <= float(first.min()) <= float(first.max()) <= 255


@pytest.mark.parametrize(("done", "rate"), [(0.0, 0.02), (0.1, 1.0), (1.0, 0.02)])
def test_the_rate_rises_and_falls(done: float, rate: float) -> None:
    """Low at both ends, highest after a tenth."""
    assert one_cycle(done) == pytest.approx(rate, abs=0.001)
