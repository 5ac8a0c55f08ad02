"""The style is registered, its picture is there, and every trained network paints."""

import numpy as np
import pytest
from PIL import Image

from realstyler.engine import Stylizer
from realstyler.registry import find_style


def test_registered() -> None:
    """The style is found under its name, with its picture."""
    style = find_style("engraving")
    assert style.title == "Engraving"
    with Image.open(style.picture_path) as picture:
        assert picture.mode == "RGB"


@pytest.mark.parametrize("network", ["full", "live"])
def test_paints(network: str) -> None:
    """A trained network paints a picture of the same size, and not in one colour."""
    style = find_style("engraving")
    if network not in style.networks:
        pytest.skip(f"the {network} network is not trained")
    photograph = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    painted = Stylizer(style, network=network).stylize(photograph)
    assert painted.shape == photograph.shape
    assert painted.std() > 0
