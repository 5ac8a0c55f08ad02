"""Throughput of a batch of files, compared with the engine alone on the same pixels.

    python benchmarks/batch_rate.py --side 1600 --network full --pictures 16

Both are measured alternately in the same process, so that other load on the machine affects both;
processor seconds, which depend less on it, are reported too.
The engine paints pixels in memory, one picture after the other; the batch reads, paints and writes
JPEG files, several in parallel.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from realstyler.cli import batch
from realstyler.cli.jobs import plan
from realstyler.cli.names import Naming
from realstyler.cli.painting import PictureJobs, Writing
from realstyler.engine import Controls, Stylizer
from realstyler.pictures import read

PHOTOGRAPHS = Path(__file__).parents[1] / "docs" / "photographs"
WORKERS = (1, 2, 3)


def make_files(folder: Path, count: int, side: int) -> list[Path]:
    """Scale the sample photographs and write them as JPEG files of one size."""
    folder.mkdir()
    originals = sorted(PHOTOGRAPHS.glob("*.jpg"))
    files = []
    for number in range(count):
        with Image.open(originals[number % len(originals)]) as image:
            scaled = image.convert("RGB").resize((side, side * 3 // 4))
        files.append(folder / f"{number:03}.jpg")
        scaled.save(files[-1], quality=92)
    return files


def measure(work: Callable[[], object], pictures: int) -> tuple[float, float]:
    """Return pictures per minute, and processor seconds per picture."""
    started, used = time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    return pictures * 60 / seconds, processor / pictures


def medians(measured: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the median of each."""
    rates, processor = zip(*measured, strict=True)
    return round(statistics.median(rates), 1), round(statistics.median(processor), 3)


def main() -> int:
    """Print the medians and their ratios as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=1600)
    parser.add_argument("--network", choices=("full", "live"), default="full")
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    stylizer = Stylizer("mosaic", network=options.network)
    work = PictureJobs({"mosaic": stylizer}, Controls(), Writing("no-place", True, None, None, 95))
    rates: dict[str, list[tuple[float, float]]] = {
        "engine": [],
        **{f"{n} at a time": [] for n in WORKERS},
    }
    with tempfile.TemporaryDirectory() as folder:
        files = make_files(Path(folder, "in"), options.pictures, options.side)
        planned = plan([str(Path(folder, "in"))], str(Path(folder, "out")), Naming(("mosaic",)))
        pixels = [read(path).pixels for path in files]
        stylizer.stylize(pixels[0])

        def paint(workers: int) -> None:
            outcome = batch.run(planned, work.do, "overwrite", "", alone=False, workers=workers)
            assert len(outcome.done) == len(files)

        for _ in range(options.rounds):
            in_memory = measure(lambda: [stylizer.stylize(one) for one in pixels], len(files))
            rates["engine"].append(in_memory)
            for workers in WORKERS:
                done = measure(lambda workers=workers: paint(workers), len(files))  # type: ignore[misc]
                rates[f"{workers} at a time"].append(done)
    middle = {name: medians(values) for name, values in rates.items()}
    document = {
        "pictures a minute": {name: rate for name, (rate, _) in middle.items()},
        "of the engine's rate": {
            name: round(rate / middle["engine"][0], 3) for name, (rate, _) in middle.items()
        },
        "processor seconds a picture": {name: used for name, (_, used) in middle.items()},
        "rounds": rates,
    }
    print(json.dumps(document, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
