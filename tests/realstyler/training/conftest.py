"""A tiny style, a few generated photographs and the judge, for everything about training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from realstyler.training.vgg import VGG16
from support import add_style


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """The same arithmetic in every process: sums depend on the number of threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def vgg() -> VGG16:
    """The judge with the shipped weights."""
    return VGG16()


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of seven small photographs: smooth colours with some texture."""
    folder = tmp_path_factory.mktemp("data") / "photographs"
    folder.mkdir()
    random = np.random.default_rng(7)
    for number in range(7):
        coarse = random.integers(0, 256, (3, 4, 3), dtype=np.uint8)
        size = (60 + number, 48 + 2 * number)
        picture = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
        picture.save(folder / f"{number}.jpg", quality=90)
    return folder


@pytest.fixture
def tiny(drop_ins: Path) -> Path:
    """The folder of a drop-in style named ``tiny`` that is not trained."""
    return add_style(drop_ins, "tiny", trained=False)
