"""The controls: what is accepted, and their effect on a picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realstyler.engine import (
    Blend,
    Controls,
    Pixels,
    Stylizer,
    blending,
    detail_transfer,
    parse_blend,
)
from realstyler.errors import UsageError
from realstyler.registry.weights import Weights


@pytest.mark.parametrize("strength", [-0.1, 1.1, math.nan, math.inf])
def test_strength_out_of_range(strength: float) -> None:
    """A strength outside 0..1 is rejected with the valid range."""
    with pytest.raises(UsageError, match="0 to 1"):
        Controls(strength=strength)


@pytest.mark.parametrize("stroke", [0, -5, 15, 10**6])
def test_stroke_out_of_range(stroke: int) -> None:
    """An invalid working resolution is rejected with the valid range."""
    with pytest.raises(UsageError, match="pixels"):
        Controls(stroke=stroke)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=5))
def test_blend_shares_sum_to_one(shares: list[float]) -> None:
    """Shares keep their proportions and sum up to 1."""
    text = ",".join(f"style{n}:{share!r}" for n, share in enumerate(shares))
    blend = parse_blend(text)
    assert math.isclose(sum(share for _, share in blend.shares), 1)
    assert math.isclose(blend.shares[0][1], shares[0] / sum(shares))


def test_blend_without_numbers() -> None:
    """Names alone are a style, or equal shares."""
    assert parse_blend("mosaic").shares == (("mosaic", 1.0),)
    assert parse_blend("mosaic, night") == Blend((("mosaic", 1.0), ("night", 1.0)))


@pytest.mark.parametrize(
    "text", ["", ",", "a:", "a:x", ":1", "a:0", "a:-1", "a:nan", "a:inf", "a,a"]
)
def test_malformed_blends(text: str) -> None:
    """An invalid blend is rejected on one line that shows the correct form."""
    with pytest.raises(UsageError, match=r"[Ww]rite mosaic:0.6,night:0.4"):
        parse_blend(text)


def test_strength_zero_is_the_photo(weights: Weights, photograph: Callable[..., Pixels]) -> None:
    """Strength 0 returns the photograph bit for bit, as a copy."""
    photo = photograph(30, 41)
    result = Stylizer(weights, device="cpu").stylize(photo, Controls(strength=0, stroke=20))
    np.testing.assert_array_equal(result, photo)
    assert not np.may_share_memory(result, photo)


def test_strength_is_linear(weights: Weights, photograph: Callable[..., Pixels]) -> None:
    """Strength interpolates linearly between photograph and stylization."""
    photo = photograph(40, 52)
    stylizer = Stylizer(weights, device="cpu")
    painted = stylizer.stylize(photo).astype(float)
    for strength in (0.25, 0.5, 0.9):
        expected = photo + strength * (painted - photo)
        assert np.abs(stylizer.stylize(photo, Controls(strength=strength)) - expected).max() <= 0.51


def test_keep_colors(weights: Weights, photograph: Callable[..., Pixels]) -> None:
    """The luminance is the stylization's, the chroma the photograph's or a reduced one."""
    photo = photograph(60, 80)
    stylizer = Stylizer(weights, device="cpu")
    kept = stylizer.stylize(photo, Controls(keep_colors=True))
    painted = blending.luminance_of(stylizer.stylize(photo))
    assert np.abs(blending.luminance_of(kept) - painted).max() <= 1
    before = photo - blending.luminance_of(photo)[..., None]
    after = kept - blending.luminance_of(kept)[..., None]
    strength = np.sum(before * after, -1) / np.maximum(np.sum(before**2, -1), 1)
    assert np.abs(after - strength[..., None] * before).max() <= 2, "a hue has shifted"
    assert strength.max() <= 1.1
    roomy = (kept.min(-1) > 2) & (kept.max(-1) < 253)
    assert np.abs((after - before)[roomy]).max() <= 1.5, "chroma was lost where there was room"


def test_mixing_many_pictures(photograph: Callable[..., Pixels]) -> None:
    """Shares weight the paintings, also in chunks as for large pictures."""
    photo, *painted = (photograph(50, 60, seed) for seed in range(4))
    result = np.empty_like(photo)
    blending.mix(photo, painted, (0.5, 0.3, 0.2), result)
    expected = sum(
        share * picture.astype(float)
        for share, picture in zip((0.5, 0.3, 0.2), painted, strict=True)
    )
    assert np.abs(result - expected).max() <= 0.51


def test_mixing_in_parts(
    photograph: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Splitting the work into chunks changes nothing."""
    photo, painted = photograph(50, 61, 1), photograph(50, 61, 2)
    whole, parts = np.empty_like(photo), np.empty_like(photo)
    blending.mix(photo, [painted], (1.0,), whole, strength=0.6, keep_colors=True)
    monkeypatch.setattr(blending, "_PART_PIXELS", 777)
    blending.mix(photo, [painted], (1.0,), parts, strength=0.6, keep_colors=True)
    np.testing.assert_array_equal(whole, parts)


def test_stroke_of_the_own_size_changes_nothing(
    weights: Weights, photograph: Callable[..., Pixels]
) -> None:
    """A working resolution equal to the photograph's is the plain stylization."""
    photo = photograph(48, 64)
    stylizer = Stylizer(weights, device="cpu")
    np.testing.assert_array_equal(
        stylizer.stylize(photo, Controls(stroke=64)), stylizer.stylize(photo)
    )


@pytest.mark.parametrize("stroke", [16, 50, 64, 200])
def test_stroke_keeps_the_size(
    weights: Weights, photograph: Callable[..., Pixels], stroke: int
) -> None:
    """Whatever the working resolution, the result has the photograph's size."""
    photo = photograph(47, 101)
    result = Stylizer(weights, device="cpu").stylize(photo, Controls(stroke=stroke, strength=0.7))
    assert result.shape == photo.shape


def test_detail_comes_back_where_the_painting_follows() -> None:
    """A painting equal to the photograph gets its detail back; an unrelated one gets none."""
    photo = np.repeat(np.tile(np.array([60, 190, 120, 90], np.uint8), (64, 16))[..., None], 3, 2)
    photo = np.ascontiguousarray(photo)
    photo[:, 32:] //= 2
    working = detail_transfer.scale(photo, (32, 32))
    blurred = detail_transfer.scale(working, (64, 64)).astype(float)
    follows = detail_transfer.bring_back(working, working, photo)
    assert np.abs(follows - photo.astype(float)).mean() < 0.7 * np.abs(blurred - photo).mean()
    ignores = detail_transfer.bring_back(np.full_like(working, 77), working, photo)
    np.testing.assert_array_equal(ignores, 77)


def test_larger_strokes_are_coarser(weights: Weights, photograph: Callable[..., Pixels]) -> None:
    """Painted at a quarter of the size, neighbouring pixels differ less."""
    photo = photograph(160, 160)
    stylizer = Stylizer(weights, device="cpu")

    def roughness(picture: Pixels) -> float:
        return float(np.abs(np.diff(picture.astype(float), axis=1)).mean())

    assert roughness(stylizer.stylize(photo, Controls(stroke=40))) < roughness(
        stylizer.stylize(photo)
    )
