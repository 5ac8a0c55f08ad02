"""Kill and continue a batch of mixed photographs in nested folders several times.

    python benchmarks/interrupted_batch.py --count 2000 --kills 3

Every picture must be painted exactly once: results from before a kill stay untouched, in the end
nothing is missing or incomplete, and the originals are unchanged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from realstyler.pictures import read

HEIC = Path(__file__).parents[1] / "tests" / "fixtures" / "pictures" / "gradient.heic"
PHOTOGRAPHS = Path(__file__).parents[1] / "docs" / "photographs"
KINDS = (".jpg", ".jpg", ".jpg", ".jpeg", ".png", ".webp", ".tif", ".bmp", ".gif", ".heic")
MODES = {".png": ("RGB", "RGBA", "L", "P", "I;16"), ".jpg": ("RGB", "L", "CMYK")}


def make_photographs(folder: Path, count: int, seed: int) -> None:
    """Write crops of the sample photographs in many sizes, formats and modes, in nested folders."""
    rng = random.Random(seed)
    originals = []
    for path in sorted(PHOTOGRAPHS.glob("*.jpg")):
        with Image.open(path) as image:
            originals.append(image.convert("RGB"))
    for number in range(count):
        suffix = rng.choice(KINDS)
        inside = [f"{rng.choice('abc')}{rng.randrange(4)}" for _ in range(rng.randrange(4))]
        path = folder.joinpath(*inside, f"IMG_{number:04}{suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        if suffix == ".heic":
            shutil.copy(HEIC, path)
            continue
        width, height = rng.randint(40, 160), rng.randint(40, 160)
        photo = rng.choice(originals)
        left, top = rng.randrange(photo.width - width), rng.randrange(photo.height - height)
        piece = photo.crop((left, top, left + width, top + height))
        _in_mode(piece, rng.choice(MODES.get(suffix, ("RGB",)))).save(path)


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    return image.convert(mode)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file under a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def results(folder: Path) -> dict[str, tuple[int, int]]:
    """Return modification time and inode of every result."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in folder.rglob("*")
        if path.is_file() and path.name[0] != "."
    }


def kill_at(command: list[str], out: Path, count: int) -> bool:
    """Start the program and kill it at a number of results; return whether it was still running."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(results(out)) < count:
        time.sleep(0.05)
    alive = process.poll() is None
    process.kill()
    process.wait()
    return alive


def main() -> int:
    """Print the findings as JSON; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--style", default="mosaic")
    options = parser.parse_args()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        photographs, out = Path(folder, "photographs"), Path(folder, "painted")
        make_photographs(photographs, options.count, options.seed)
        before = hashes(photographs)
        command = [sys.executable, "-m", "realstyler", "stylize", str(photographs)]
        command += ["-s", options.style, "--network", "live", "-o", str(out)]
        command += ["--skip-existing", "--json"]
        started, there = time.perf_counter(), dict[str, tuple[int, int]]()
        at_kills = []
        for kill in range(options.kills):
            aim = round(options.count * (kill + 1) / (options.kills + 1))
            if not kill_at(command, out, aim):
                faults.append(f"it ended before kill {kill + 1}")
            now = results(out)
            faults += [f"{name} was touched" for name in there if now.get(name) != there[name]]
            there = now
            at_kills.append(len(there))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        now = results(out)
        faults += [f"{name} was touched" for name in there if now.get(name) != there[name]]
        if done.returncode:
            faults.append(f"exit code {done.returncode}: {done.stderr[-500:]}")
        document = json.loads(done.stdout)
        told = [one["output"] for one in (*document["done"], *document["skipped"])]
        if sorted(told) != sorted(str(out / name) for name in now) or len(now) != options.count:
            faults.append(f"{len(now)} results, {len(set(told))} told, {options.count} photographs")
        faults += [str(name) for name in now if read(out / name).pixels.size == 0]
        if hashes(photographs) != before:
            faults.append("an original has changed")
        hidden = sum(path.name[0] == "." for path in out.rglob("*"))
    said = {
        "photographs": options.count,
        "there at each kill": at_kills,
        "painted by the last run": len(document["done"]),
        "hidden files left by kills": hidden,
        "seconds": round(seconds, 1),
        "faults": faults,
    }
    print(json.dumps(said, indent=2))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
