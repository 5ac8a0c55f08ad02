"""The motion of a whole picture is found, in parts of a pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from realstyler.video.motion import Motion, guessed_motion, moved_rows, refined_motion


@pytest.fixture(scope="module")
def world() -> NDArray[np.uint8]:
    """Soft blobs of all sizes, 400×600."""
    random = np.random.default_rng(0)
    layers = [
        np.asarray(
            Image.fromarray(
                random.integers(0, 256, (400 // size, 600 // size, 3), np.uint8)
            ).resize((600, 400), Image.Resampling.BICUBIC)
        )
        for size in (10, 20, 50)
    ]
    return (sum(layer.astype(float) for layer in layers) / 3).astype(np.uint8)


def view(world: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """Cut 192×256 out of the middle."""
    return np.ascontiguousarray(world[100 + down : 292 + down, 170 + right : 426 + right])


@settings(max_examples=40)
@given(down=st.integers(-16, 16), right=st.integers(-20, 20), light=st.integers(-20, 20))
def test_whole_pixels(world: NDArray[np.uint8], down: int, right: int, light: int) -> None:
    """Any shift of some pixels is found, also where the light changes."""
    one = view(world, 0, 0)
    two = np.clip(view(world, down, right).astype(int) + light, 0, 255).astype(np.uint8)
    motion = refined_motion(one, two, guessed_motion(one, two))
    assert np.abs(np.subtract(motion, (down, right))).max() < 0.2


@pytest.mark.parametrize(("down", "right"), [(0.5, 0.0), (0.0, 1.5), (-2.5, 0.5)])
def test_parts_of_a_pixel(world: NDArray[np.uint8], down: float, right: float) -> None:
    """Half pixels are found nearly, and the rows that they predict are right."""

    def half(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return picture.reshape(96, 2, 128, 2, 3).mean((1, 3)).round().astype(np.uint8)

    one, two = half(view(world, 0, 0)), half(view(world, round(2 * down), round(2 * right)))
    motion = refined_motion(one, two, guessed_motion(one, two))
    assert np.abs(np.subtract(motion, (down, right))).max() < 0.15
    inside = slice(12, -12)
    rows = moved_rows(one, slice(2, 96, 4), motion).reshape(24, 128, 3)[3:-3, inside]
    wanted = two[2::4][3:-3, inside].astype(int)
    still = one[2::4][3:-3, inside].astype(int)
    assert np.abs(rows - wanted).mean() < np.abs(still - wanted).mean() / 2


@settings(max_examples=40)
@given(
    height=st.integers(8, 30), width=st.integers(8, 30),
    down=st.floats(-40, 40), right=st.floats(-40, 40),
)  # fmt: skip
def test_any_size_and_motion(height: int, width: int, down: float, right: float) -> None:
    """Small pictures and motions beyond the border are no error."""
    random = np.random.default_rng(0)
    one, two = random.integers(0, 256, (2, height, width, 3), np.uint8)
    assert np.isfinite(refined_motion(one, two, guessed_motion(one, two))).all()
    rows = moved_rows(one, slice(2, height - height % 8, 4), Motion(down, right))
    assert rows.shape == (height // 8 * 2, 3 * width)


def test_nothing_to_hold_on_to() -> None:
    """A picture of one colour moves nowhere."""
    flat = np.full((64, 64, 3), 90, np.uint8)
    assert refined_motion(flat, flat, guessed_motion(flat, flat)) == (0, 0)


@settings(max_examples=20)
@given(light=st.integers(-30, 30), slope=st.sampled_from([-0.4, 0.3, 0.5]))
def test_changing_light_is_no_motion(world: NDArray[np.uint8], light: int, slope: float) -> None:
    """Where a whole picture rises to one side, more light on all of it is not taken for a pan."""
    rising = 128 + slope * (np.arange(256) - 128)[None, :, None]  # 1×256×1
    one = np.clip(rising + 0.2 * (view(world, 0, 0).astype(float) - 128), 35, 220)
    two = one + light
    still = refined_motion(one.astype(np.uint8), two.astype(np.uint8), Motion(0, 0))
    assert np.abs(still).max() < 0.1
