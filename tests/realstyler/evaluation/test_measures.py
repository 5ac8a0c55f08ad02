"""Measures of style and content, for inputs with known results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from realstyler.engine import Pixels
from realstyler.evaluation import measures


def features(seed: int, channels: int = 8, side: int = 12) -> Tensor:
    """Positive features, as after a ReLU, 1×C×S×S."""
    return torch.rand(1, channels, side, side, generator=torch.Generator().manual_seed(seed))


def picture(seed: int) -> Tensor:
    """Noise, 1×3×48×40 in 0..255."""
    return 255 * torch.rand(1, 3, 48, 40, generator=torch.Generator().manual_seed(seed))


def test_style_distance_is_0_for_the_style_and_1_for_the_photograph() -> None:
    """Both ends of the scale, and the middle."""
    style, photograph = (measures.grams({"relu1_2": features(seed)}) for seed in (1, 2))
    half = {"relu1_2": (style["relu1_2"] + photograph["relu1_2"]) / 2}
    found = [
        measures.style_distances(painting, photograph, style)["relu1_2"]
        for painting in (style, half, photograph)
    ]
    torch.testing.assert_close(torch.stack(found), torch.tensor([0.0, 0.5, 1.0]))


def test_color_distance_of_equal_and_of_foreign_colors() -> None:
    """0 for the same colours in another order, 1 for none in common, 0.5 for half of them."""
    red, blue = (np.full((4, 6, 3), color, np.uint8) for color in ([250, 5, 5], [5, 5, 250]))
    both = np.concatenate([red, blue])
    assert measures.color_distance(both, both[::-1]) == 0
    assert measures.color_distance(red, blue) == 1
    assert measures.color_distance(red, both) == 0.5


def test_structural_similarity_is_that_of_scikit_image() -> None:
    """1 for the picture itself; otherwise equal to scikit-image with the paper's window."""
    metrics = pytest.importorskip("skimage.metrics", reason="the other implementation")
    assert measures.structural_similarity(picture(1), picture(1)) == pytest.approx(1)
    faded = 0.5 * picture(1) + 0.5 * picture(2)
    expected = metrics.structural_similarity(
        *(measures.luminance(one)[0, 0].double().numpy() for one in (faded, picture(1))),
        data_range=255.0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    found = measures.structural_similarity(faded, picture(1))
    assert 0.2 < found < 0.9
    assert found == pytest.approx(expected, abs=0.01)  # borders are treated differently


def test_luminance_is_that_of_pillow(busy: Callable[..., Pixels]) -> None:
    """BT.601, as everywhere else in the program."""
    from PIL import Image

    pixels = busy(20, 30)
    found = measures.luminance(torch.from_numpy(pixels).permute(2, 0, 1)[None].float())[0, 0]
    expected = torch.from_numpy(np.array(Image.fromarray(pixels).convert("L"))).float()
    torch.testing.assert_close(found, expected, atol=1, rtol=0)


def test_feature_distance_is_relative() -> None:
    """0 for equal features, 1 against zero, whatever the scale."""
    one = features(1)
    assert measures.feature_distance(one, one) == 0
    assert measures.feature_distance(torch.zeros_like(one), one) == 1
    assert measures.feature_distance(30 * one, 20 * one) == pytest.approx(0.5)


def test_self_similarity_ignores_how_patches_look() -> None:
    """0 if all patches merely change their appearance; larger the more places are swapped."""
    one = features(1)
    turned = 3 * one.flip(1)  # other channels, other contrast, same relations
    assert measures.self_similarity_distance(turned, one) == pytest.approx(0, abs=1e-5)
    partly = torch.cat([one[..., :6], one[..., 6:].flip(2)], dim=3)
    little = measures.self_similarity_distance(partly, one)
    much = measures.self_similarity_distance(features(2), one)
    assert 0 < little < much <= 1
