"""Kill a render of a clip several times, resume it, and compare it with one that ran through.

    python benchmarks/interrupted_clip.py --seconds 90 --kills 5

The clip pans over a photograph, with camera noise and sound. Every run is a process of its own,
ended by SIGKILL at a random moment; the packets of the result must be those of a render that was
never stopped, byte for byte. Prints what the kills cost and the peak memory of the processes.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from realstyler.video.parts import folder_of

PHOTOGRAPH = Path(__file__).parents[1] / "docs" / "photographs" / "coffee.jpg"
RATE, SOUND_RATE = 25, 48_000
Packet = tuple[str, int | None, int | None, int | None, bytes]


def write_clip(path: Path, seconds: float, size: tuple[int, int]) -> int:
    """Write a clip that pans, with noise and a tone, and return its number of frames."""
    frames, (width, height) = round(seconds * RATE), size
    with Image.open(PHOTOGRAPH) as image:
        larger = image.convert("RGB").resize((width * 4 // 3, height * 4 // 3))
    world = np.asarray(larger).astype(np.int16)
    noise = np.random.default_rng(0).integers(-4, 5, (8, height, width, 3), np.int16)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        video.width, video.height = size
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for number in range(frames):
            x, y = _to_and_fro(number, width // 3), _to_and_fro(number // 2, height // 3)
            view = world[y : y + height, x : x + width] + noise[number % 8]
            frame = av.VideoFrame.from_ndarray(np.clip(view, 0, 255).astype(np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(list(video.encode(frame)))
        container.mux(list(video.encode(None)))
        _write_tone(container, sound, frames / RATE)
    return frames


def _to_and_fro(number: int, width: int) -> int:
    place = number % (2 * width)
    return min(place, 2 * width - 1 - place)


def _write_tone(container: av.container.OutputContainer, stream: object, seconds: float) -> None:
    encode = stream.encode  # type: ignore[attr-defined]
    for start in range(0, round(seconds * SOUND_RATE), 1024):
        times = np.arange(start, start + 1024) / SOUND_RATE
        wave = 0.3 * np.sin(2 * np.pi * 440 * times).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
        container.mux(list(encode(frame)))
    container.mux(list(encode(None)))


def packets(path: Path) -> list[Packet]:
    """Return all that the packets of a file hold."""
    with av.open(str(path)) as container:
        return [
            (packet.stream.type, packet.pts, packet.dts, packet.duration, bytes(packet))
            for packet in container.demux()
            if packet.size
        ]


def frames_done(target: Path) -> int:
    """Return how many frames the finished parts of a render hold."""
    done = 0
    for note in folder_of(target).glob("[0-9]*.json"):
        try:
            done = max(done, int(json.loads(note.read_text())["frames"]))
        except (ValueError, KeyError, OSError):  # it is being written
            continue
    return done


def kill_at(command: list[str], target: Path, frames: int, delay: float) -> bool:
    """Start a render, kill it some seconds after so many frames; tell if it was still running."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and frames_done(target) < frames:
        time.sleep(0.05)
    time.sleep(delay)
    alive = process.poll() is None
    process.kill()
    process.wait()
    return alive


def render(command: list[str]) -> tuple[float, int, str]:
    """Run a command; return its seconds, exit code and messages."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return time.perf_counter() - started, done.returncode, done.stderr


def main() -> int:
    """Print the findings as JSON; return 1 if anything is wrong."""
    options = _options()
    faults: list[str] = []
    width, height = (int(side) for side in options.size.split("x"))
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "clip.mp4")
        frames = write_clip(source, options.seconds, (width, height))
        through, target = Path(folder, "through.mp4"), Path(folder, "out.mp4")
        command = [sys.executable, "-m", "realstyler", "video", str(source), "--resume"]
        command += ["-s", options.style, "--network", options.network, "-o"]
        seconds, code, told = render([*command, str(through)])
        faults += [f"exit code {code}: {told}"] if code else []
        at_kills, started = [], time.perf_counter()
        for kill in range(options.kills):
            aim = round(frames * (kill + 0.5) / (options.kills + 0.5))
            if not kill_at([*command, str(target)], target, aim, rng.uniform(0, options.delay)):
                faults.append(f"it ended before kill {kill + 1}")
            at_kills.append(frames_done(target))
            faults += ["an unfinished result is there"] if target.exists() else []
        _, code, told = render([*command, str(target)])
        with_kills = time.perf_counter() - started
        faults += [f"exit code {code}: {told}"] if code else []
        faults += _compared(through, target) if not faults else []
        left = [path.name for path in Path(folder).iterdir() if path.name[0] == "."]
        faults += [f"left behind: {name}" for name in left]
    said = {
        "frames": frames,
        "size": options.size,
        "finished frames at each kill": at_kills,
        "seconds uninterrupted": round(seconds, 1),
        "seconds with kills": round(with_kills, 1),
        "frames a second uninterrupted": round(frames / seconds, 1),
        "peak memory in MiB": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "faults": faults,
    }
    print(json.dumps(said, indent=2))
    return 1 if faults else 0


def _compared(through: Path, target: Path) -> list[str]:
    one, other = packets(through), packets(target)
    if len(one) != len(other):
        return [f"{len(other)} packets instead of {len(one)}"]
    different = sum(a != b for a, b in zip(one, other, strict=True))
    return [f"{different} of {len(one)} packets differ"] if different else []


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=600, help="length of the clip")
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--delay", type=float, default=2, help="longest pause before a kill, s")
    parser.add_argument("--style", default="mosaic")
    parser.add_argument("--network", default="live", choices=["full", "live"])
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
