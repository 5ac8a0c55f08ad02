"""The style pictures and the brushes they are painted with."""

from functools import cache
from importlib import import_module
from itertools import combinations
from pathlib import Path
from statistics import correlation

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

pytest.importorskip("scipy", reason="painting needs the `paint` extra")

import realstyler_styles
from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas

STYLES = (
    "candy",
    "glass",
    "knife",
    "lines",
    "linocut",
    "mosaic",
    "night",
    "scream",
    "udnie",
    "wave",
)
FOLDER = Path(realstyler_styles.__file__).parent
RED, BLUE = brushes.palette("ff0000", "0000ff")
SQUARE = np.array([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)])
seeds = st.integers(0, 2**32 - 1)
shapes = st.tuples(st.integers(8, 48), st.integers(8, 48))
quickly = settings(max_examples=25)


def picture(style: str) -> Image.Image:
    """Return a style's committed picture."""
    with Image.open(FOLDER / style / "style.jpg") as committed:
        committed.load()
        return committed


def palette_of(style: str) -> Array:
    """Return how a picture's colours spread over 6×6×6 boxes, summing to 1."""
    pixels = np.asarray(picture(style).resize((128, 128)), dtype=np.float64).reshape(-1, 3)
    counts = np.histogramdd(pixels, bins=6, range=[(0, 256)] * 3)[0]
    return np.asarray(counts.ravel() / counts.sum())


@cache
def small(style: str) -> Image.Image:
    """Paint a style's picture as it is meant to be, only small."""
    return paint(style, size=96)


def paint(style: str, **options: int) -> Image.Image:
    """Paint with a style's own program."""
    painted = import_module(f"realstyler_styles.{style}.paint").paint(**options)
    assert isinstance(painted, Image.Image)
    return painted


@pytest.fixture
def generator() -> np.random.Generator:
    """Chance that comes out alike in every test."""
    return np.random.default_rng(1)


@pytest.mark.parametrize("style", STYLES)
def test_painting_reproduces(style: str) -> None:
    """A program paints one picture, pixel for pixel, as large as asked."""
    assert small(style).mode == "RGB"
    assert min(small(style).size) == 96
    assert paint(style, size=96).tobytes() == small(style).tobytes()


@pytest.mark.parametrize("style", ["candy", "knife", "lines", "linocut", "mosaic", "udnie"])
def test_another_seed_composes_another_picture(style: str) -> None:
    """Where chance composes the picture, another seed paints another."""
    assert paint(style, seed=1001, size=96).tobytes() != small(style).tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_committed_picture_is_what_the_program_paints(style: str) -> None:
    """The default seed composes the committed picture: their coarse colours go together."""
    # Fine lines are heavier in a small picture, so only light and shade at large can agree.
    coarse = [
        np.asarray(one.resize((16, 16), Image.Resampling.BOX)).ravel().tolist()
        for one in (small(style), picture(style))
    ]
    assert correlation(*coarse) > 0.85


@pytest.mark.parametrize("style", STYLES)
def test_committed_picture_is_fit_to_learn_from(style: str) -> None:
    """Each picture is RGB, at least 1024 pixels a side, light to carry, and textured throughout."""
    committed = picture(style)
    assert committed.mode == "RGB"
    assert min(committed.size) >= 1024
    assert (FOLDER / style / "style.jpg").stat().st_size < 700_000
    grey = np.asarray(committed.convert("L"), dtype=np.float64)[:1024, :1024]
    tiles = grey.reshape(32, 32, 32, 32).std(axis=(1, 3))
    assert np.mean(tiles > 3) > 0.95


def test_palettes_differ() -> None:
    """No two pictures share most of their colours, and on average they share few."""
    palettes = {style: palette_of(style) for style in STYLES}
    apart = [np.abs(palettes[a] - palettes[b]).sum() / 2 for a, b in combinations(STYLES, 2)]
    assert min(apart) > 0.35
    assert np.mean(apart) > 0.6


@quickly
@given(shapes, seeds, st.floats(0.05, 1), st.integers(1, 3))
def test_noise_is_standard(
    shape: tuple[int, int], seed: int, wavelength: float, octaves: int
) -> None:
    """Noise has mean 0 and deviation 1 at every shape, and its seed decides it."""
    one, two = (
        brushes.noise(shape, wavelength, np.random.default_rng(seed), octaves) for _ in range(2)
    )
    assert one.shape == shape
    assert abs(one.mean()) < 1e-6
    assert one.std() == pytest.approx(1, abs=1e-3)
    assert np.array_equal(one, two)


@quickly
@given(seeds, st.floats(0, 2))
def test_jitter_keeps_colours_colours(seed: int, amount: float) -> None:
    """However strong, a jitter stays within 0..1; with no strength it changes nothing."""
    generator = np.random.default_rng(seed)
    colours = generator.random((7, 3))
    varied = brushes.jitter(colours, amount, generator)
    assert varied.min() >= 0
    assert varied.max() <= 1
    assert amount or np.array_equal(varied, colours)


@quickly
@given(st.floats(-1, 2))
def test_ramp_stays_between_its_ends(place: float) -> None:
    """A ramp runs from its first colour to its last, and stops there."""
    colour = brushes.ramp(np.stack([RED, BLUE]), np.array([place]))[0]
    share = min(max(place, 0), 1)
    assert np.allclose(colour, (1 - share) * RED + share * BLUE)


@quickly
@given(seeds, st.floats(0.02, 0.4))
def test_spread_points_keep_their_distance(seed: int, distance: float) -> None:
    """Points thinned out lie apart, and none thrown away would have fitted."""
    points = np.random.default_rng(seed).random((60, 2))
    kept = brushes.spread(points, distance)
    gaps = np.linalg.norm(kept[:, None] - kept, axis=-1) + 9 * np.eye(len(kept))
    assert gaps.min() > distance
    assert np.all(np.linalg.norm(points[:, None] - kept, axis=-1).min(axis=1) <= distance)


def test_relaxing_evens_cells_and_holds_the_fixed(generator: np.random.Generator) -> None:
    """Relaxed points move apart, while those that are fixed stay where they are."""
    fixed, free = np.array([[0.5, 0.5]]), generator.random((30, 2))
    relaxed = brushes.relax(fixed, free, (1.0, 1.0))

    def closest(points: Array) -> float:
        gaps = np.linalg.norm(points[:, None] - points, axis=-1) + 9 * np.eye(len(points))
        return float(gaps.min())

    assert np.array_equal(relaxed[0], fixed[0])
    assert closest(relaxed) > 2 * closest(np.concatenate([fixed, free]))


@quickly
@given(seeds, shapes)
def test_voronoi_gives_cell_and_way_to_its_border(seed: int, shape: tuple[int, int]) -> None:
    """A cell is that of the nearest point, and the way to its border is measured, not guessed."""
    points = np.random.default_rng(seed).random((5, 2))
    cell, beyond, way = brushes.voronoi(points, shape)
    pixels = np.stack(brushes.coordinates(shape), axis=-1)
    distance = np.linalg.norm(pixels[..., None, :] - points, axis=-1)
    assert np.array_equal(cell, distance.argmin(axis=-1))
    assert np.all(way >= 0)
    assert np.all(cell != beyond)
    # One walks that way along the line between both points, and stands between the two.
    bearing = points[beyond] - points[cell]
    bearing /= np.linalg.norm(bearing, axis=-1, keepdims=True)
    there = pixels + way[..., None] * bearing
    to_own, to_other = (np.linalg.norm(there - points[one], axis=-1) for one in (cell, beyond))
    assert np.allclose(to_own, to_other)


def test_trace_runs_round_a_whirl() -> None:
    """A path in a whirl comes round to where it began: steps have one length, errors stay small."""

    def whirl(points: Array) -> Array:
        return np.stack([-points[..., 1], points[..., 0]], axis=-1)

    path = brushes.trace(np.array([[0.5, 0.0]]), whirl, 200, np.pi / 200)[0]
    assert np.allclose(np.linalg.norm(np.diff(path, axis=0), axis=1), np.pi / 200)
    assert np.allclose(np.linalg.norm(path, axis=1), 0.5, atol=1e-3)
    assert np.allclose(path[-1], path[0], atol=2e-2)


@quickly
@given(st.floats(0, 2 * np.pi), st.floats(0.01, 0.1))
def test_ribbon_is_as_wide_as_asked(angle: float, half_width: float) -> None:
    """The two sides of a straight ribbon are twice the half width apart, in every direction."""
    way = np.array([np.cos(angle), np.sin(angle)])
    outline = brushes.ribbons(np.linspace(0, 1, 8)[None, :, None] * way, half_width)[0]
    gap = np.linalg.norm(outline[:8] - outline[8:][::-1], axis=1)
    assert np.allclose(gap, 2 * half_width)


def test_canvas_keeps_colour_and_thickness_apart() -> None:
    """A filled square lies where it was put, in its colour and thickness, thin paint included."""
    canvas = Canvas((40, 40), BLUE)
    canvas.fill([SQUARE], RED[None], 0.2)
    colours, thickness = canvas.dry()
    assert np.allclose(colours[20, 20], RED)
    assert np.allclose(colours[2, 2], BLUE)
    assert thickness[20, 20] == pytest.approx(0.2, abs=0.01)
    assert np.mean(colours[..., 0]) == pytest.approx(0.25, abs=0.03)


def test_shade_runs_along_its_axis_and_fades() -> None:
    """A gradient runs from colour to colour along its axis, and lets through what it is told to."""
    axis = np.array([(0.25, 0.5), (0.75, 0.5)])
    canvas = Canvas((64, 64), np.zeros(3))
    canvas.shade(SQUARE, axis, np.stack([RED, BLUE]))
    row = canvas.dry()[0][32, 18:46]
    assert np.all(np.diff(row[:, 0]) < 0)
    assert np.all(np.diff(row[:, 2]) > 0)
    faded = Canvas((64, 64), BLUE)
    faded.shade(SQUARE, axis, RED[None], cover=(1, 0))
    assert np.allclose(faded.dry()[0][32, [17, 46]], [RED, BLUE], atol=0.06)


def test_shade_off_the_canvas_paints_nothing() -> None:
    """A shape that lies wholly outside leaves the canvas alone, and one across the edge is cut."""
    canvas = Canvas((32, 32), BLUE)
    canvas.shade(SQUARE + 3, SQUARE[:2] + 3, RED[None])
    assert np.allclose(canvas.dry()[0], BLUE)
    canvas.shade(SQUARE + 0.5, SQUARE[:2] + 0.5, RED[None])
    assert np.allclose(canvas.dry()[0][30, 30], RED)


def test_relief_lights_the_upper_left() -> None:
    """A bump is light on its upper left, dark on its lower right; level ground stays as it is."""
    x, y = brushes.coordinates((64, 64))
    light = brushes.relief(0.2 * np.exp(-((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.02))
    assert light[24, 24] > 0.1
    assert light[40, 40] < -0.1
    assert np.allclose(brushes.relief(np.ones((16, 16))), 0)


def test_main_writes_where_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, generator: np.random.Generator
) -> None:
    """The command writes to the path given, else style.jpg beside its module; no leftovers."""
    painting = brushes.finish(generator.random((24, 32, 3)))
    monkeypatch.setattr("sys.argv", ["paint", str(tmp_path / "other.jpg")])
    brushes.main(lambda: painting, str(tmp_path / "paint.py"))
    monkeypatch.setattr("sys.argv", ["paint"])
    brushes.main(lambda: painting, str(tmp_path / "paint.py"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.jpg", "style.jpg"]
    with Image.open(tmp_path / "style.jpg") as written:
        assert (written.size, written.format) == ((32, 24), "JPEG")
