"""Surface defects (dead areas, tones, halos) on pictures with known results."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from realstyler.evaluation.surface import contrast, surface, tone_order

SIDE = 192


def _noise(seed: int, deviation: float) -> Tensor:
    """Return a grey picture with uniform noise, 1×1×S×S."""
    random = torch.Generator().manual_seed(seed)
    return 128 + deviation * torch.randn(1, 1, SIDE, SIDE, generator=random)


def _ramp() -> Tensor:
    return torch.linspace(20, 235, SIDE).expand(1, 1, SIDE, SIDE).contiguous()


def test_contrast_is_the_deviation_in_a_window() -> None:
    """Compared with the plain definition, at one place."""
    picture = _noise(1, 20)
    expected = picture[0, 0, 30:47, 50:67].double().std(correction=0)
    assert float(contrast(picture)[0, 0, 30, 50]) == pytest.approx(float(expected), rel=1e-6)


def test_dead_area_is_the_share_left_unpainted() -> None:
    """With half a picture unpainted, half of its windows are dead, except across the border."""
    painting = _noise(1, 30)
    painting[..., : SIDE // 2] = 90
    found = surface(painting, _noise(2, 30))
    assert found.dead_area == pytest.approx(0.45, abs=0.06)
    assert surface(_noise(1, 30), _noise(2, 30)).dead_area == 0


def test_flat_contrast_is_that_of_plain_ground() -> None:
    """Strokes of 20 levels on a plain photograph; a detailed one has no plain area to measure."""
    assert surface(_noise(1, 20), _noise(2, 1)).flat_contrast == pytest.approx(20, rel=0.05)
    assert surface(_noise(1, 20), _noise(2, 20)).flat_contrast is None


@given(gain=st.floats(0.1, 3), offset=st.floats(-100, 100))
@settings(max_examples=20)
def test_tone_order_ignores_contrast_and_brightness(gain: float, offset: float) -> None:
    """Any rising curve keeps the order of tones, any falling one inverts it."""
    assert tone_order(gain * _ramp() + offset, _ramp()) == pytest.approx(1, abs=0.005)
    assert tone_order(-gain * _ramp() + offset, _ramp()) == pytest.approx(-1, abs=0.005)


def test_strokes_do_not_disturb_the_order_of_tones() -> None:
    """Texture much stronger than the steps between tones is blurred away."""
    assert tone_order(_ramp() + _noise(3, 40), _ramp()) > 0.99


def test_a_halo_is_measured_in_levels() -> None:
    """A rim of 25 levels around a dark object on a plain background, and none without it."""
    photograph = torch.full((1, 1, 320, 320), 180.0)
    photograph[..., 130:190, 130:190] = 30
    rim = photograph.clone()
    rim[..., 90:230, 90:230] += 25
    assert surface(photograph, photograph).halo == 0
    found = surface(rim, photograph).halo
    assert found is not None
    assert 15 < found < 26


def test_no_edge_no_halo() -> None:
    """Where no halo is possible there is no number."""
    assert surface(_noise(1, 1), _noise(2, 1)).halo is None
