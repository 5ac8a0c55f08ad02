"""Speed and memory of `realstyler video`, relative to the engine alone in the same run.

    python benchmarks/video_throughput.py [--style mosaic] [--network live] [--frames 150]
    python benchmarks/video_throughput.py --memory

The engine paints frames from memory; the video function reads, paints and writes a file. They
alternate several times, so that other load on the machine affects both alike. The ratio of
processor times is less affected by a busy machine; with both cores in use it approximates the
ratio of frame rates. `--memory` prints the peak memory for a clip of 10 s and one of 5 min.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realstyler.cli.video import STREAMS
from realstyler.engine import Controls, Pixels, Stylizer
from realstyler.registry.weights import Weights
from realstyler.video import VideoOptions, stylize_video

SIZE = (640, 480)
RATE = 30


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    if arguments.child:
        _paint_in_this_process(arguments, Path(arguments.child))
    elif arguments.memory:
        _compare_memory(arguments)
    else:
        _compare_speed(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", default="mosaic", help="a trained style, or 'random'")
    parser.add_argument("--network", default="live", choices=["full", "live"])
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="peak memory, 10 s and 5 min")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def make_stylizer(style: str, network: str, streams: int) -> Stylizer:
    """Open a trained style, or a network of the default size with random weights."""
    source = style if style != "random" else random_weights(network)
    return Stylizer(source, network=network, streams=streams)


def random_weights(network: str) -> Weights:
    """Return random weights of the default architecture; their values don't affect the speed."""
    from realstyler.networks.architecture import LiveNetwork, TransformNetwork
    from realstyler.registry.weights import WeightsMetadata

    architecture = LiveNetwork() if network == "live" else TransformNetwork()
    random = np.random.default_rng(0)
    arrays = {
        key: random.normal(1.0 if key.endswith("norm.weight") else 0.0, 0.05, shape).astype("f4")
        for key, shape in architecture.parameter_shapes().items()
    }
    metadata = WeightsMetadata(
        style="random", network=network, architecture=architecture, training={},
        data="nothing", steps=0, license="CC0-1.0",
    )  # fmt: skip
    return Weights(metadata, arrays, f"random {network}")


def scene(size: tuple[int, int]) -> Pixels:
    """Return a photograph a third larger than the view."""
    photograph = Path(__file__).parents[1] / "docs" / "photographs" / "coffee.jpg"
    wide, high = size[0] * 4 // 3, size[1] * 4 // 3
    with Image.open(photograph) as image:
        return np.asarray(image.convert("RGB").resize((wide, high), Image.Resampling.LANCZOS))


def write_clip(path: Path, frames: int, size: tuple[int, int] = SIZE) -> None:
    """Write an H.264 clip whose view moves over a photograph, with camera noise."""
    world, random = scene(size), np.random.default_rng(0)
    noise = random.integers(-4, 5, (8, size[1], size[0], 3), np.int8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        stream.width, stream.height = size
        for number in range(frames):
            x, y = number % (size[0] // 3), number // 2 % (size[1] // 3)
            view = world[y : y + size[1], x : x + size[0]].astype(np.int16) + noise[number % 8]
            view = np.clip(view, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(view, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(list(stream.encode(frame)))
        container.mux(list(stream.encode(None)))


def _compare_speed(arguments: argparse.Namespace) -> None:
    style, network = arguments.style, arguments.network
    stylizer, alone = (make_stylizer(style, network, n) for n in (STREAMS[network], 1))
    for one in (stylizer, alone):
        one.warm_up(SIZE[::-1])
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        write_clip(clip, arguments.frames)
        ratios: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        for _ in range(arguments.rounds):
            for steady in (True, False):
                half = arguments.frames // 2
                before = _seconds(lambda n=half: _engine_alone(alone, n)) / half
                target = Path(folder) / "painted.mp4"
                video = _seconds(lambda s=steady, t=target: _whole_video(stylizer, clip, t, s))
                video /= arguments.frames
                after = _seconds(lambda n=half: _engine_alone(alone, n)) / half
                wall, processor = (before + after) / 2 / video
                ratios[steady].append((wall, processor))
                print(
                    f"steady={steady}: {1 / video[0]:.1f} frames/s, {video[1] * 1e3:.0f} ms of"
                    f" processor; ratio {wall:.3f}, by processor {processor:.3f}",
                    flush=True,
                )
    for steady, values in ratios.items():
        wall, processor = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"steady={steady}: median ratio {wall:.3f}, by processor {processor:.3f}")


def _seconds(task: Callable[[], None]) -> NDArray[np.float64]:
    """Return the wall time and processor time of a task, in seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    task()
    return np.array([time.perf_counter() - clock, time.process_time() - processor])


def _engine_alone(stylizer: Stylizer, frames: int) -> None:
    world = scene(SIZE)
    views = [
        np.ascontiguousarray(world[y : y + SIZE[1], y : y + SIZE[0]]) for y in range(0, 80, 10)
    ]
    stream = stylizer.stream()
    for number in range(frames):
        stream.stylize(views[number % len(views)])


def _whole_video(stylizer: Stylizer, clip: Path, target: Path, steady: bool) -> None:
    options = VideoOptions(steady=steady, overwrite=True, preset="ultrafast")
    stylize_video(clip, target, stylizer, Controls(), options)


def _compare_memory(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for seconds in (10, 300):
            clip = Path(folder) / f"{seconds}.mp4"
            # Small frames, to finish five minutes of video quickly; a leak would show all the same.
            write_clip(clip, seconds * RATE, (160, 120))
            command = [sys.executable, __file__, "--child", str(clip)]
            command += ["--style", arguments.style, "--network", arguments.network]
            print(f"{seconds} s:", subprocess.check_output(command, text=True).strip(), flush=True)


def _paint_in_this_process(arguments: argparse.Namespace, clip: Path) -> None:
    network = arguments.network
    stylizer = make_stylizer(arguments.style, network, STREAMS[network])
    result = stylize_video(clip, clip.with_suffix(".painted.mp4"), stylizer)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{result.frames} frames, peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
