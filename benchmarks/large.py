"""Large pictures: time, peak memory, and whether what is saved is what the preview shows.

    python benchmarks/large.py [--styles mosaic night] [--networks full live] [--megapixels 12 48]

Each picture is painted in a process of its own. A photograph is enlarged to the size asked for,
with noise like a sensor's, and painted. The result, scaled to the preview's size, is compared with
the painting of the photograph at that size: SSIM of the luminance (1 if equal) and the mean
distance of colours in CIE L*a*b* (ΔE76). Time should grow linearly with the pixels, and the peak
stay below 4 GB at 48 megapixels.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from realstyler.engine import Stylizer
from realstyler.engine.controls import AUTO_SIDE
from realstyler.registry import registry

Pixels = NDArray[np.uint8]
PHOTO = Path(__file__).parent.parent / "docs" / "photographs" / "chelsea.jpg"
SENSOR_NOISE = 2.0  # levels


def main() -> None:
    """Measure each picture in a child process and print a table."""
    options = _options()
    if options.child:
        style, network, megapixels = options.child
        print(json.dumps(_measure(style, network, float(megapixels), options.photo)))
        return
    print("style       network     MP  seconds  CPU seconds  peak MB   SSIM     ΔE")
    for style in options.styles or [one.name for one in registry().styles.values() if one.trained]:
        for network in options.networks:
            for megapixels in options.megapixels:
                _print_row(style, network, megapixels, options.photo)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure large pictures.")
    parser.add_argument("--styles", nargs="+", help="all trained ones, unless told otherwise")
    parser.add_argument("--networks", nargs="+", default=["full", "live"])
    parser.add_argument("--megapixels", type=float, nargs="+", default=[1, 12, 24, 48])
    parser.add_argument("--photo", type=Path, default=PHOTO)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def _print_row(style: str, network: str, megapixels: float, photo: Path) -> None:
    command = [sys.executable, __file__, "--photo", str(photo)]
    command += ["--child", style, network, str(megapixels)]
    row = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    print(
        f"{style:10s}  {network:7s}  {megapixels:5g}  {row['seconds']:7.1f}  {row['cpu']:11.1f}"
        f"  {row['peak']:7.0f}  {row['ssim']:.3f}  {row['distance']:5.2f}",
        flush=True,
    )


def _measure(style: str, network: str, megapixels: float, photo: Path) -> dict[str, float]:
    picture = _enlarged(photo, megapixels)
    small = _fitted(picture, AUTO_SIDE)
    stylizer = Stylizer(style, network, device="cpu")  # type: ignore[arg-type]
    begin, cpu = time.perf_counter(), time.process_time()
    result = stylizer.stylize(picture)
    measured = {
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    return measured | _compare(_fitted(result, AUTO_SIDE), stylizer.stylize(small))


def _enlarged(photo: Path, megapixels: float) -> Pixels:
    image = Image.open(photo).convert("RGB")
    factor = math.sqrt(megapixels * 1e6 / (image.width * image.height))
    size = (round(image.width * factor), round(image.height * factor))
    picture = np.array(image.resize(size, Image.Resampling.LANCZOS))
    generator = np.random.default_rng(0)
    for row in picture:  # one at a time, for the peak is to be the engine's
        row[:] = (row + generator.normal(0, SENSOR_NOISE, row.shape)).clip(0, 255).round()
    return picture


def _fitted(picture: Pixels, side: int) -> Pixels:
    image = Image.fromarray(picture)
    share = min(1.0, side / max(image.size))
    size = (round(image.width * share), round(image.height * share))
    return np.array(image.resize(size, Image.Resampling.LANCZOS))


def _compare(saved: Pixels, preview: Pixels) -> dict[str, float]:
    """Return the similarity of two paintings; torch loads after the peak was read."""
    import torch

    from realstyler.evaluation.measures import structural_similarity

    tensors = [torch.from_numpy(one).permute(2, 0, 1)[None].float() for one in (saved, preview)]
    distances = np.linalg.norm(_lab(saved) - _lab(preview), axis=2)
    return {"ssim": structural_similarity(*tensors), "distance": float(distances.mean())}


def _lab(pixels: Pixels) -> NDArray[np.float64]:
    """Convert sRGB, H×W×3, to CIE L*a*b*; Pillow keeps L* of 0 to 100 in 0 to 255."""
    profiles = [ImageCms.createProfile(space) for space in ("sRGB", "LAB")]
    image = ImageCms.profileToProfile(Image.fromarray(pixels), *profiles, outputMode="LAB")
    assert image is not None
    levels = np.asarray(image)
    signed = levels[..., 1:].astype(np.int8)
    return np.concatenate([levels[..., :1] * (100 / 255), signed.astype(float)], axis=2)


if __name__ == "__main__":
    main()
