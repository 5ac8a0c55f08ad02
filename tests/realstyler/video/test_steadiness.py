"""Flicker goes, motion stays, cuts are seen."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from realstyler.engine import Controls, Stylizer
from realstyler.video import SteadyStream
from realstyler.video.scene_cuts import SceneCuts
from realstyler.video.temporal_filter import TemporalFilter

Picture = NDArray[np.uint8]
PHOTOGRAPH = Path(__file__).parents[3] / "docs" / "photographs" / "astronaut.jpg"


def texture(height: int, width: int, seed: int = 0) -> Picture:
    """Soft coloured blobs."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 8 + 2, width // 8 + 2, 3)).astype(float)
    fine = coarse.repeat(8, 0).repeat(8, 1)[:height, :width]
    for axis in (0, 1):
        fine = sum(np.roll(fine, shift, axis) for shift in range(-3, 4)) / 7
    return fine.astype(np.uint8)


def noisy(picture: Picture, sigma: float, seed: int) -> Picture:
    """Add the noise of a camera."""
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [1.0, 4.0])
def test_noise_of_a_still_scene_is_calmed(sigma: float) -> None:
    """Where only noise changes, the painting changes four times less than it did."""
    scene, painting = texture(96, 128), texture(96, 128, seed=1)
    steady = TemporalFilter()
    before, after = [], []
    for number in range(30):
        painted = noisy(painting, 15, 100 + number)
        before.append(painted.astype(float))
        after.append(steady.apply(noisy(scene, sigma, number), painted.copy()).astype(float))
    boiling, calm = (
        np.mean([np.abs(b - a).mean() for a, b in itertools.pairwise(row[15:])])
        for row in (before, after)
    )
    assert calm < boiling / 4


def panned(number: int, speed: float, seed: int = 0) -> Picture:
    """A view of 128×96 that moves to the right over a soft picture, by half pixels too."""
    world = Image.fromarray(texture(120, 320, seed)).resize((640, 240), Image.Resampling.BICUBIC)
    x = round(2 * speed * number)
    view = np.asarray(world)[20:212, x : x + 256].reshape(96, 2, 128, 2, 3)
    return view.mean((1, 3)).round().astype(np.uint8)


@pytest.mark.parametrize(("speed", "share"), [(1.0, 0.5), (8.0, 0.6), (1.5, 0.7)])
def test_a_pan_is_followed(speed: float, share: float) -> None:
    """Where the whole picture moves, the painting boils far less, and stays where it is."""
    steady = TemporalFilter()
    boiling, calm = [], []
    for number in range(20):
        scene, painting = panned(number, speed), panned(number, speed, seed=1)
        painted = noisy(painting, 15, 100 + number)
        boiling.append(np.abs(painted.astype(float) - painting).mean())
        result = steady.apply(noisy(scene, 1, number), painted)
        calm.append(np.abs(result.astype(float) - painting).mean())
    assert np.mean(calm[10:]) < share * np.mean(boiling[10:])


def test_a_pan_that_ends_leaves_no_trace() -> None:
    """When the camera comes to rest, the painting does too, where it belongs."""
    steady = TemporalFilter()
    for number in range(70):
        place = min(number, 20)
        painting = panned(place, 3.0, seed=1)
        result = steady.apply(panned(place, 3.0), painting.copy())
    assert np.abs(result.astype(int) - painting).max() <= 1


def test_an_object_in_a_pan_is_not_delayed() -> None:
    """What moves otherwise than the picture is painted where it is, as sharp as alone."""
    steady = TemporalFilter()
    for number in range(16):
        scene, painting = panned(number, 2.0), panned(number, 2.0, seed=1)
        left = 90 - 5 * number
        for picture, level in ((scene, 250), (painting, 0)):
            picture[40:64, left : left + 24] = level
        result = steady.apply(scene, painting.copy())
        # Alone there is nothing to boil: whatever differs has been dragged along.
        inside = result[40:64, left : left + 24].astype(int)
        assert inside.max() <= 1


def test_what_moves_is_not_delayed() -> None:
    """A bright square on a calm ground is painted where it is, and leaves no trace."""
    steady = TemporalFilter()
    for number in range(20):
        scene = np.full((96, 128, 3), 90, np.uint8)
        scene[40:60, 5 * number : 5 * number + 20] = 220
        painting = (255 - scene).astype(np.uint8)
        result = steady.apply(scene, painting.copy())
        assert np.abs(result.astype(int) - painting).max() <= 1


def test_a_slow_fade_is_followed() -> None:
    """A scene that brightens by half a level a frame does not freeze."""
    steady = TemporalFilter()
    for number in range(100):
        level = round(60 + number / 2)
        scene = np.full((32, 32, 3), level, np.uint8)
        result = steady.apply(scene, scene.copy())
        assert abs(int(result[5, 5, 0]) - level) <= 5


@settings(max_examples=30)
@given(height=st.integers(1, 37), width=st.integers(1, 37), seed=st.integers(0, 99))
def test_any_size(height: int, width: int, seed: int) -> None:
    """Whatever the size, the result lies between the past and the painting."""
    random = np.random.default_rng(seed)
    steady = TemporalFilter()
    photo, first = random.integers(0, 256, (2, height, width, 3), np.uint8)
    steady.apply(photo, first.copy())
    second = random.integers(0, 256, (height, width, 3), np.uint8)
    result = steady.apply(photo, second.copy()).astype(int)
    low, high = np.minimum(first, second).astype(int), np.maximum(first, second).astype(int)
    assert (result >= low - 1).all()
    assert (result <= high + 1).all()


def test_cuts_are_seen_and_motion_is_none() -> None:
    """Panning, noise and a flash are no cuts; another scene is one, and so is the first frame."""
    cuts = SceneCuts()
    world = texture(200, 600)
    assert cuts.begins(world[:120, :160])
    for number in range(1, 20):
        view = world[number : 120 + number, 6 * number : 160 + 6 * number]
        assert not cuts.begins(noisy(view, 3, number))
    other = np.full((120, 160, 3), (30, 60, 200), np.uint8)
    assert cuts.begins(other)
    assert not cuts.begins(noisy(other, 3, 0))
    assert cuts.begins(world[:90, :160])


def test_stream_is_steadier_with_a_real_network(painted: Path) -> None:
    """A noisy still scene through a network boils less with steadiness than without."""
    stylizer = Stylizer("painted", network="live")
    scene = texture(64, 96)
    frames = [noisy(scene, 3, number) for number in range(16)]
    changes = {}
    for steady in (True, False):
        stream = SteadyStream(stylizer, steady=steady)
        results = [stream.stylize(frame).astype(float) for frame in frames]
        pairs = itertools.pairwise(results[8:])
        changes[steady] = np.mean([np.abs(two - one).mean() for one, two in pairs])
    assert changes[True] < changes[False] / 3


def test_unsteady_stream_is_the_engine_alone(painted: Path) -> None:
    """Switched off, each frame is what the engine paints of it; controls apply and can change."""
    stylizer = Stylizer("painted", network="live")
    stream = SteadyStream(stylizer, Controls(strength=0.5), steady=False)
    for seed in range(3):
        frame = texture(48, 64, seed)
        assert np.array_equal(
            stream.stylize(frame), stylizer.stylize(frame, Controls(strength=0.5))
        )
    stream.controls = Controls(strength=0.0)
    frame = texture(48, 64, 9)
    assert np.array_equal(stream.stylize(frame), frame)


def test_a_cut_shows_the_new_scene_at_once(painted: Path) -> None:
    """The first frame after a cut is the engine's own, without a trace of the old scene."""
    stylizer = Stylizer("painted", network="live")
    stream = SteadyStream(stylizer)
    for seed in range(6):
        stream.stylize(noisy(np.full((48, 64, 3), 20, np.uint8), 2, seed))
    frame = noisy(np.full((48, 64, 3), 230, np.uint8), 2, 7)
    assert np.array_equal(stream.stylize(frame), stylizer.stylize(frame))


@pytest.mark.parametrize("sigma", [0.0, 2.0])
def test_a_fade_to_black_drags_nothing(sigma: float) -> None:
    """Frame by frame the painting is nearly that of the frame, and soon it is that of black."""
    steady = TemporalFilter()
    scene, painting = texture(96, 128), texture(96, 128, seed=1)
    drags = []
    for number in range(40):
        share = min(max((25 - number) / 20, 0), 1)
        photo = noisy((scene * share).astype(np.uint8), sigma, number)
        painted = (painting * share).astype(np.uint8)
        drags.append(np.abs(steady.apply(photo, painted.copy()).astype(int) - painted).mean())
    assert max(drags) < 4
    assert max(drags[32:]) < 1


def test_a_cross_fade_drags_nothing() -> None:
    """Of two pale, noisy scenes the first is gone from the painting when it is from the video."""
    steady = TemporalFilter()
    scenes = [(texture(96, 128, seed) * 0.2 + 100).astype(np.uint8) for seed in (0, 2)]
    paintings = texture(96, 128, seed=3), texture(96, 128, seed=4)
    drags = []
    for number in range(40):
        share = min(max((25 - number) / 20, 0), 1)
        photo, painted = (
            (one * share + two * (1 - share)).astype(np.uint8) for one, two in (scenes, paintings)
        )
        shown = steady.apply(noisy(photo, 2, number), painted.copy())
        drags.append(np.abs(shown.astype(int) - painted).mean())
    assert max(drags) < 4
    assert max(drags[30:]) < 2


def test_a_fade_to_black_is_one_in_the_painting() -> None:
    """Frame by frame the painting of a noisy scene that fades out is no lighter than before."""
    noise = np.random.default_rng(5)
    scene = np.array(Image.open(PHOTOGRAPH).convert("RGB").resize((160, 120)), np.float64)
    stream = SteadyStream(Stylizer("mosaic", network="live"))
    lightness = []
    for share in [1, 1, *np.linspace(1, 0, 16), 0, 0, 0]:
        frame = np.clip(scene * share + noise.normal(0, 2, scene.shape), 0, 255).astype(np.uint8)
        lightness.append(float(stream.stylize(frame).mean()))
    rises = [after - before for before, after in itertools.pairwise(lightness)]
    assert max(rises) < 1
    assert lightness[-1] < lightness[0] / 3
