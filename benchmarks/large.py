"""Time and peak memory of large pictures, each in its own process.

    python benchmarks/large.py [--style mosaic] [--network full] [--megapixels 12 48]

Time should grow linearly with the pixels, and the peak stay below 4 GB at 48 megapixels.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

SIZES = {3: (1500, 2000), 6: (2000, 3000), 12: (3000, 4000), 24: (4000, 6000), 48: (6000, 8000)}


def main() -> None:
    """Measure each size in a child process and print a table."""
    options = _options()
    if options.child:
        print(json.dumps(_measure(options.style, options.network, options.child)))
        return
    print("megapixels  seconds  CPU seconds  seconds/megapixel  peak MB")
    for megapixels in options.megapixels:
        command = [sys.executable, __file__, "--style", options.style]
        command += ["--network", options.network, "--child", str(megapixels)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        seconds, cpu, peak = result["seconds"], result["cpu_seconds"], result["peak_megabytes"]
        rate = seconds / megapixels
        print(
            f"{megapixels:10d}  {seconds:7.1f}  {cpu:11.1f}  {rate:17.2f}  {peak:7.0f}", flush=True
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure large pictures.")
    parser.add_argument("--style", default="mosaic")
    parser.add_argument("--network", default="full", choices=["full", "live"])
    parser.add_argument("--megapixels", type=int, nargs="+", choices=list(SIZES), default=[12, 48])
    parser.add_argument("--child", type=int, choices=list(SIZES), help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(style: str, network: str, megapixels: int) -> dict[str, float]:
    from realstyler.engine import Stylizer

    height, width = SIZES[megapixels]
    rows, columns = np.ogrid[:height, :width]
    picture = np.empty((height, width, 3), np.uint8)
    for channel in range(3):
        picture[..., channel] = (rows // (3 + channel) + columns // 5) % 256
    stylizer = Stylizer(style, network, device="cpu")  # type: ignore[arg-type]
    begin, cpu = time.perf_counter(), time.process_time()
    stylizer.stylize(picture)
    return {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time() - cpu,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
