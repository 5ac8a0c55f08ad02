"""Stress one stylizer: eight threads for a minute, then 1,000 frames of changing sizes.

    python benchmarks/hammer.py [--style mosaic] [--network live] [--seconds 60] [--frames 1000]

Every picture is compared with one painted earlier by a single thread; resident memory is printed
along the way. Exits with 1 if a picture was wrong.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time

import numpy as np
import psutil

from realstyler.engine import Pixels, Stylizer

THREADS = 8


def main() -> int:
    """Run both tests and return the exit status."""
    options = _options()
    stylizer = Stylizer(options.style, options.network, device="cpu")
    wrong = _threads(stylizer, options.seconds) + _sizes(stylizer, options.frames)
    print(f"{wrong} wrong pictures")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Stress one stylizer from many threads.")
    parser.add_argument("--style", default="mosaic")
    parser.add_argument("--network", default="live", choices=["full", "live"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--frames", type=int, default=1000)
    return parser.parse_args()


def _threads(stylizer: Stylizer, seconds: float) -> int:
    """Stylize from eight threads and return the number of wrong pictures."""
    photos = [_noise(64 + 24 * n, 320 - 20 * n, n) for n in range(THREADS)]
    expected = [stylizer.stylize(photo) for photo in photos]
    end = time.monotonic() + seconds
    counts = np.zeros((2, THREADS), int)

    def work(number: int) -> None:
        while time.monotonic() < end:
            which = (number + counts[0, number]) % THREADS
            same = np.array_equal(stylizer.stylize(photos[which]), expected[which])
            counts[:, number] += 1, not same

    workers = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        print(f"threads: {counts[0].sum():6d} pictures, {_megabytes():.0f} MB", flush=True)
        time.sleep(max(seconds / 6, 0.5))
    print(f"threads: {counts[0].sum():6d} pictures, {_megabytes():.0f} MB")
    return int(counts[1].sum())


def _sizes(stylizer: Stylizer, frames: int) -> int:
    """Stylize a stream whose size changes every frame; verify every tenth frame."""
    random = np.random.default_rng(0)
    stream = stylizer.stream()
    wrong = 0
    for number in range(frames):
        height, width = random.integers(8, 400, 2)
        photo = _noise(int(height), int(width), number)
        painted = stream.stylize(photo)
        if number % 10 == 0:
            wrong += not np.array_equal(painted, stylizer.stylize(photo))
        if number % max(frames // 10, 1) == 0:
            print(f"sizes: {number:6d} frames, {_megabytes():.0f} MB", flush=True)
    print(f"sizes: {frames:6d} frames, {_megabytes():.0f} MB")
    return wrong


def _noise(height: int, width: int, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


if __name__ == "__main__":
    sys.exit(main())
