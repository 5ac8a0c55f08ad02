"""The brush library that the style pictures are painted with.

Lengths and positions are in units of the picture's short side, with x to the right and y downwards,
so that a picture composes alike at every size. Colours are sRGB in 0..1. Every chance is drawn from
a numpy Generator, and how much is drawn never depends on the size in pixels.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.spatial import cKDTree

Array = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]
Numbers = Array | float
Shape = tuple[int, int]
Flow = Callable[[Array], Array]
SIZE = 1024


def coordinates(shape: Shape) -> tuple[Array, Array]:
    """Return x and y of every pixel centre, each of `shape` (rows, columns), in short sides."""
    rows, columns = np.indices(shape, dtype=np.float64)
    return (columns + 0.5) / min(shape), (rows + 0.5) / min(shape)


def smoothstep(start: float, end: float, value: Array) -> Array:
    """Rise smoothly from 0 where `value` is `start` to 1 where it is `end` (3t² - 2t³)."""
    t: Array = np.clip((value - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def mix(below: Array, above: Array, cover: Array) -> Array:
    """Lay colour `above` over colour `below` where `cover` (rows, columns; 0..1) says so."""
    return below + (above - below) * cover[..., None]


# --- chance ---------------------------------------------------------------------------------------


def noise(
    shape: Shape,
    wavelength: float | tuple[float, float],
    generator: np.random.Generator,
    octaves: int = 1,
) -> Array:
    """Return smooth value noise of `shape`, mean 0 and standard deviation 1.

    `wavelength` is the size of a blob in short sides, or a pair (down, across) for streaks. Each
    further octave halves it and its weight.
    """
    wavelengths = np.broadcast_to(np.asarray(wavelength, dtype=np.float64), (2,))
    total = np.zeros(shape)
    for octave in range(octaves):
        cells = np.ceil(np.divide(shape, min(shape)) / wavelengths * 2**octave).astype(int) + 1
        coarse = Image.fromarray(generator.standard_normal(tuple(cells)).astype(np.float32))
        smooth = coarse.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        total += np.asarray(smooth, dtype=np.float64) / 2**octave
    standard: Array = (total - total.mean()) / max(float(total.std()), 1e-9)
    return standard


def jitter(colours: ArrayLike, amount: float, generator: np.random.Generator) -> Array:
    """Vary colours (..., 3): mostly in lightness, a little in each channel, clipped to 0..1."""
    base = np.asarray(colours, dtype=np.float64)
    lightness = generator.normal(0, amount, (*base.shape[:-1], 1))
    return np.clip(base + lightness + generator.normal(0, amount / 2, base.shape), 0, 1)


def palette(*colours: str) -> Array:
    """Return colours written as hex digits ("1f3c88") as an array (number of colours, 3)."""
    return np.array([list(bytes.fromhex(colour)) for colour in colours]) / 255


def ramp(colours: Array, place: Array) -> Array:
    """Return the colours at places 0..1 along an even ramp through `colours` (number, 3)."""
    stops = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(place, stops, channel) for channel in colours.T], axis=-1)


# --- cells ----------------------------------------------------------------------------------------


def spread(points: Array, distance: ArrayLike) -> Array:
    """Thin out points (number, 2): keep each that lies `distance` away from all kept before it."""
    distances = np.broadcast_to(np.asarray(distance, dtype=np.float64), (len(points),))
    tree, kept = cKDTree(points), np.ones(len(points), dtype=bool)
    for index, point in enumerate(points):
        if kept[index]:
            near = np.array(tree.query_ball_point(point, distances[index]))
            kept[near[near > index]] = False
    return points[kept]


def relax(fixed: Array, free: Array, extent: tuple[float, float], rounds: int = 12) -> Array:
    """Move the free points to the middles of their cells, around the fixed ones (Lloyd, 1982).

    `extent` is the picture's width and height in short sides. Returns fixed and free together.
    """
    across, down = np.meshgrid(*(np.arange(0.0025, side, 0.005) for side in extent))
    samples = np.column_stack([across.ravel(), down.ravel()])
    for _ in range(rounds):
        points = np.concatenate([fixed, free])
        owner = cKDTree(points).query(samples)[1]
        count = np.bincount(owner, minlength=len(points))
        middle = [np.bincount(owner, weights=axis, minlength=len(points)) for axis in samples.T]
        filled = count > 0
        points[filled] = np.column_stack(middle)[filled] / count[filled, None]
        free = points[len(fixed) :]
    return np.concatenate([fixed, free])


def voronoi(points: Array, shape: Shape) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Return each pixel's cell, the cell beyond its nearest border, and the way to that border.

    All three have `shape`; the way is in short sides. A border is the bisector of two points, so
    the way is (d2² - d1²) / 2|p2 - p1|, the smallest over the next few points.
    """
    x, y = coordinates(shape)
    found = cKDTree(points).query(np.stack([x, y], axis=-1), k=min(6, len(points)))
    distance, index = np.asarray(found[0]), np.asarray(found[1])
    own = points[index[..., :1]]
    gap = np.linalg.norm(points[index[..., 1:]] - own, axis=-1)
    ways = (distance[..., 1:] ** 2 - distance[..., :1] ** 2) / (2 * gap)
    nearest = ways.argmin(axis=-1)[..., None]
    beyond = np.take_along_axis(index[..., 1:], nearest, -1)[..., 0]
    return index[..., 0], beyond, np.take_along_axis(ways, nearest, -1)[..., 0]


# --- strokes --------------------------------------------------------------------------------------


def look_up(field: Array, points: Array) -> Array:
    """Return the values of a field (rows, columns) at points (..., 2) in short sides."""
    places = np.moveaxis(points, -1, 0)[::-1] * min(field.shape) - 0.5
    values: Array = ndimage.map_coordinates(field, places, order=1, mode="nearest")
    return values


def trace(starts: Array, flow: Flow, steps: int, step: float) -> Array:
    """Follow a flow from points (number, 2): paths (number, steps + 1, 2), by the midpoint rule.

    Only the flow's direction counts; each step is `step` short sides long.
    """

    def heading(points: Array) -> Array:
        way = flow(points)
        unit: Array = way / np.maximum(np.linalg.norm(way, axis=-1, keepdims=True), 1e-9)
        return unit

    paths = [starts]
    for _ in range(steps):
        middle = paths[-1] + heading(paths[-1]) * step / 2
        paths.append(paths[-1] + heading(middle) * step)
    return np.stack(paths, axis=1)


def normals(paths: Array) -> Array:
    """Return the unit normals of paths (number, points, 2)."""
    along = np.gradient(paths, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9)
    return np.stack([-along[..., 1], along[..., 0]], axis=-1)


def ribbons(paths: Array, half_width: ArrayLike) -> Array:
    """Return the outlines (number, 2 * points, 2) of strokes along paths (number, points, 2).

    `half_width` in short sides broadcasts against (number, points): thin ends taper a stroke.
    """
    side = normals(paths) * np.broadcast_to(half_width, paths.shape[:2])[..., None]
    return np.concatenate([paths + side, (paths - side)[:, ::-1]], axis=1)


def taper(points: int, sharpness: float = 0.5) -> Array:
    """Return the width profile (points,) of a stroke: 1 in the middle, 0 at both ends."""
    profile: Array = np.sin(np.linspace(0, np.pi, points)) ** sharpness
    return profile


class Canvas:
    """A canvas that carries paint and how thick it lies; drawn larger, so that edges are smooth.

    Pillow fills all four channels of an RGBA picture alike: the fourth carries the thickness.
    """

    def __init__(self, shape: Shape, ground: ArrayLike, scale: int = 2) -> None:
        """Prime a canvas of `shape` (rows, columns) with a colour; draw `scale` times larger."""
        self.scale, self.unit = scale, min(shape) * scale
        colour = _inks(np.asarray(ground, dtype=np.float64)[None], np.zeros(1))[0]
        self._picture = Image.new("RGBA", (shape[1] * scale, shape[0] * scale), colour)
        self._draw = ImageDraw.Draw(self._picture)

    def fill(self, outlines: Iterable[Array], colours: Array, thickness: ArrayLike = 0.5) -> None:
        """Fill outlines, each (points, 2) in short sides, with colours (number, 3), in order."""
        for outline, ink in zip(outlines, _inks(colours, thickness), strict=True):
            self._draw.polygon((outline * self.unit).ravel().tolist(), fill=ink)

    def shade(
        self,
        outline: Array,
        axis: Array,
        colours: Array,
        thickness: float = 0.5,
        cover: tuple[float, float] = (1, 1),
    ) -> None:
        """Fill one outline (points, 2) with a ramp through `colours` (number, 3).

        The ramp runs between the two points of `axis` (2, 2) and goes on flat beyond them. `cover`
        is how well it hides what lies below, 0..1, at either end.
        """
        corners = outline * self.unit
        low = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
        high = np.minimum(np.ceil(corners.max(axis=0)) + 1, self._picture.size).astype(int)
        if np.any(high <= low):
            return
        x, y = np.meshgrid(*(np.arange(a, b) + 0.5 for a, b in zip(low, high, strict=True)))
        way = (axis[1] - axis[0]) * self.unit
        place = (np.stack([x, y], axis=-1) - axis[0] * self.unit) @ way / max(way @ way, 1e-9)
        inks = np.array(_inks(colours, thickness), dtype=np.float64)
        patch = Image.fromarray(ramp(inks, place).astype(np.uint8), "RGBA")
        inside = Image.new("1", patch.size)
        ImageDraw.Draw(inside).polygon((corners - low).ravel().tolist(), fill=1)
        hides = np.interp(place, (0, 1), cover) * np.asarray(inside) * 255
        self._picture.paste(
            patch, (int(low[0]), int(low[1])), Image.fromarray(hides.astype(np.uint8))
        )

    def brush(
        self,
        paths: Array,
        half_width: ArrayLike,
        colours: Array,
        generator: np.random.Generator,
        bristles: int = 5,
        variety: float = 0.05,
    ) -> None:
        """Paint strokes along paths (number, points, 2), each a bundle of ragged bristles.

        `half_width` (short sides) is one number or one per stroke; `variety` is how much the
        colours (number, 3) differ from bristle to bristle.
        """
        number, points, _ = paths.shape
        width = np.broadcast_to(half_width, (number,))[:, None, None, None]
        side, along = normals(paths), np.gradient(paths, axis=1)
        along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9)
        lanes = np.linspace(-1, 1, bristles) * (1 - 1 / bristles) if bristles > 1 else np.zeros(1)
        ragged = generator.normal(0, 0.8, (number, bristles, 1, 1)) * along[:, None]
        tracks = paths[:, None] + width * (lanes[:, None, None] * side[:, None] + ragged)
        tracks = tracks.reshape(number * bristles, points, 2)
        thin = np.repeat(width.ravel(), bristles)[:, None] * taper(points) * 1.25 / bristles
        inks = jitter(np.repeat(colours[:, None], bristles, axis=1), variety, generator)
        thickness = generator.uniform(0.25, 0.75, (number, 1)) + generator.normal(
            0, 0.16, (number, bristles)
        )
        self.fill(ribbons(tracks, thin), inks.reshape(-1, 3), thickness.ravel())

    def dry(self) -> tuple[Array, Array]:
        """Return the colours (rows, columns, 3) and the thickness (rows, columns), both 0..1."""
        # Channel by channel, as Pillow would take the fourth for opacity and weigh colours by it.
        channels = [np.asarray(one.reduce(self.scale)) / 255 for one in self._picture.split()]
        return np.stack(channels[:3], axis=-1), channels[3]


def _inks(colours: Array, thickness: ArrayLike) -> list[tuple[int, ...]]:
    """Put colours and thickness together as Pillow's whole numbers."""
    depth = np.broadcast_to(thickness, (len(colours),))[:, None]
    bytes_ = np.clip(np.concatenate([colours, depth], axis=1), 0, 1) * 255 + 0.5
    return [tuple(ink) for ink in bytes_.astype(int).tolist()]


# --- light ----------------------------------------------------------------------------------------


def relief(height: Array, strength: float = 1.0, softness: float = 0.0007) -> Array:
    """Return how a surface catches light from the upper left: 0 where level, about -1..1.

    `height` (rows, columns) and `softness` are in short sides: slopes count alike at every size. A
    negative `strength` lights it from the lower right.
    """
    size = min(height.shape)
    smooth: Array = ndimage.gaussian_filter(height, softness * size)
    down, across = np.gradient(smooth * size)
    light: Array = np.tanh(strength * (down + across) * np.sqrt(0.5))
    return light


def lightness(colours: Array) -> Array:
    """Return the luma of colours (..., 3) in 0..1 (Rec. 601 weights)."""
    luma: Array = colours @ np.array([0.299, 0.587, 0.114])
    return luma


# --- paper and files ------------------------------------------------------------------------------


def finish(colours: Array) -> Image.Image:
    """Turn colours (rows, columns, 3) into a picture."""
    return Image.fromarray((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8))


def save(picture: Image.Image, target: Path) -> None:
    """Write a JPEG beside the target and rename it, so that no half-written picture is left."""
    beside = target.with_name(target.name + ".part")
    picture.save(beside, format="JPEG", quality=92, optimize=True)
    beside.replace(target)


def main(paint: Callable[[], Image.Image], module: str) -> None:
    """Paint and save: to the path given on the command line, else style.jpg beside the module."""
    default = Path(module).with_name("style.jpg")
    save(paint(), Path(sys.argv[1]) if len(sys.argv) > 1 else default)
