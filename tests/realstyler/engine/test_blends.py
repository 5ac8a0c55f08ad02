"""Blends of styles: of weights where networks have a common origin, else of paintings."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from realstyler.engine import Pixels, Stylizer
from realstyler.registry import find_style
from realstyler.registry.weights import NetworkName

BUILT_IN = (
    "candy", "glass", "knife", "lines", "linocut", "mosaic", "night", "scream", "udnie", "wave",
)  # fmt: skip
PAIRS = list(itertools.combinations(BUILT_IN, 2))


@pytest.mark.parametrize("network", ["full", "live"])
def test_built_in_styles_have_one_origin(network: NetworkName) -> None:
    """Every pair of built-in styles can be blended by weights."""
    assert len({find_style(name).read_metadata(network).origin for name in BUILT_IN}) == 1


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_every_pair_paints(one: str, other: str, photograph: Callable[..., Pixels]) -> None:
    """A blend is a painting of its own: neither a single style, nor the mean of two paintings."""
    photo = photograph(120, 160)
    blend = Stylizer(f"{one},{other}", "live", device="cpu")
    assert blend.blend == "weights"
    painted = blend.stylize(photo).astype(float)
    alone = [
        Stylizer(name, "live", device="cpu").stylize(photo).astype(float) for name in (one, other)
    ]
    for other_painting in (*alone, (alone[0] + alone[1]) / 2):
        assert np.abs(painted - other_painting).mean() > 3
    assert painted.std() > 0.5 * min(painting.std() for painting in alone)


def test_all_of_one_share_is_that_style(photograph: Callable[..., Pixels]) -> None:
    """Towards the end of the slider the blend becomes the style."""
    photo = photograph(64, 64)
    nearly = Stylizer("mosaic:0.9999,night:0.0001", "live", device="cpu").stylize(photo)
    alone = Stylizer("mosaic", "live", device="cpu").stylize(photo)
    assert np.abs(nearly.astype(int) - alone).mean() < 1


@pytest.mark.usefixtures("painted")
def test_what_has_no_common_origin_mixes_paintings(photograph: Callable[..., Pixels]) -> None:
    """Networks with different origins have no common basin: averaged weights would be useless."""
    photo = photograph(40, 40)
    mixed = Stylizer("mosaic:0.5,painted:0.5", "live", device="cpu")
    assert mixed.blend == "pixels"
    alone = [Stylizer(name, "live", device="cpu").stylize(photo) for name in ("mosaic", "painted")]
    mean = np.mean([painting.astype(float) for painting in alone], axis=0)
    assert np.abs(mixed.stylize(photo) - mean).max() <= 1


def test_blends_leave_the_cache_to_styles(
    photograph: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Moving a slider through a hundred blends must not evict compiled styles from the cache."""
    monkeypatch.setenv("REALSTYLER_CACHE", str(tmp_path))
    photo = photograph(64, 64)
    Stylizer("mosaic:0.37,night:0.63", "live", device="cpu").stylize(photo)
    assert not list(tmp_path.glob("*.blob"))
