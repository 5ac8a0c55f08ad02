"""Fuzz the picture reader with mutated files of all formats.

    python benchmarks/picture_fuzz.py --count 20000 --seed 1

Each file is a small valid picture, truncated, overwritten, repeated or spliced at random. It is
read like a stranger's upload, with a pixel limit, and re-encoded. Nothing but clear errors may be
raised, in bounded time and memory.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from realstyler import pictures
from realstyler.errors import InputError

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF", "HEIC")
HEIC = Path(__file__).parents[1] / "tests" / "fixtures" / "pictures" / "gradient.heic"
MAX_PIXELS = 50_000_000
MEMORY = 1_500_000_000


def seeds() -> list[tuple[str, bytes]]:
    """Return valid files: every format, several modes, with EXIF and XMP where supported."""
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (24, 33, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    found = []
    for file_format in FORMATS[:-1]:
        for mode in ("RGB", "L", "1", "P", "RGBA", "CMYK", "I;16", "F", "LAB"):
            told = (
                {"exif": exif.tobytes()}
                if file_format in {"JPEG", "PNG", "WEBP", "TIFF", "AVIF"}
                else {}
            )
            buffer = BytesIO()
            try:
                _in_mode(picture, mode).save(buffer, file_format, **told)
            except (OSError, ValueError, KeyError):
                continue  # unsupported by the format
            found.append((file_format, buffer.getvalue()))
    found += [(name, _several(picture, name)) for name in ("PNG", "WEBP", "TIFF", "GIF")]
    return [*found, ("HEIC", HEIC.read_bytes())]


def _several(picture: Image.Image, file_format: str) -> bytes:
    """An animation, or a document of three pages."""
    others = [picture.rotate(90), picture.rotate(180)]
    buffer = BytesIO()
    picture.save(buffer, file_format, save_all=True, append_images=others, duration=[40, 80, 120])
    return buffer.getvalue()


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    if mode == "LAB":
        return Image.merge("LAB", picture.split())
    if mode == "I;16":
        return Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    return picture.convert(mode)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Damage a file in one to four places."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(data) + 1), rng.choice((1, 1, 2, 4, 16, 64))
        kind = rng.randrange(5)
        if kind == 0:
            data[at : at + length] = rng.randbytes(length)
        elif kind == 1:
            data[at : at + length] = rng.choice((b"\0", b"\xff", b"\x7f")) * length
        elif kind == 2:
            del data[at : at + length]
        elif kind == 3:
            start = rng.randrange(len(data) + 1)
            data[at:at] = data[start : start + length]
        else:
            del data[max(at, 8) :]
    return bytes(data)


def attempt(content: bytes) -> str:
    """Read a file with all its frames, and encode them; return the outcome."""
    try:
        picture = pictures.read(content, max_pixels=MAX_PIXELS)
        if picture.more_frames:
            frames = pictures.read_frames(content, lambda one: one, max_pixels=MAX_PIXELS)
            pictures.encode(frames, "TIFF" if picture.format == "TIFF" else "WEBP")
    except InputError as error:
        return error.code if "\n" not in str(error) else "several lines"
    if picture.pixels.size <= 3_000_000:
        pictures.encode(picture, "PNG")
    return "read"


def peak_memory() -> int:
    """Return the peak memory of this program in bytes.

    ``getrusage`` would include the parent process, before this program was loaded.
    """
    status = Path("/proc/self/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    assert found, "no peak in /proc/self/status"
    return int(found[1]) * 1024


def main() -> int:
    """Print the outcomes as JSON; return 1 if anything but a clear error was raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--heic-share", type=float, default=0.02, help="Share of HEIC files; each needs a process."
    )
    options = parser.parse_args()
    rng, sound = random.Random(options.seed), seeds()
    others, outcomes, faults, slowest = sound[:-1], Counter[str](), [], (0.0, "")
    for number in range(options.count):
        name, content = sound[-1] if rng.random() < options.heic_share else rng.choice(others)
        damaged, started = mutated(content, rng), time.perf_counter()
        try:
            outcomes[attempt(damaged)] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            faults.append(f"{number} {name}: {type(error).__name__}: {error}")
        slowest = max(slowest, (time.perf_counter() - started, f"{number} {name}"))
    peak = peak_memory()
    document = {"outcomes": outcomes, "faults": faults, "slowest": slowest, "peak_bytes": peak}
    print(json.dumps(document, indent=2))
    return 1 if faults or peak > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
