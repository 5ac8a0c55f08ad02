"""Generated pictures and clips, and functions to tell stylizations apart."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realstyler.engine import Controls, Network, Stylizer
from realstyler.pictures import read
from stand_in import recompressed

Pixels = NDArray[np.uint8]


def photo(
    width: int, height: int, file_format: str = "JPEG", seed: int = 0, **save: object
) -> bytes:
    """Return a picture file with soft shapes that compresses like a photograph."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (max(2, height // 20), max(2, width // 20), 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    content = BytesIO()
    image.save(content, file_format, **save)
    return content.getvalue()


def sticker() -> bytes:
    """Return a static sticker: WebP with transparency."""
    image = Image.open(BytesIO(photo(128, 128, "PNG"))).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    content = BytesIO()
    image.save(content, "WEBP")
    return content.getvalue()


def clip(frames: int = 6, side: int = 64, rate: int = 12) -> bytes:
    """Return an MP4 like those that Telegram converts GIFs to."""
    target = BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(rate))
        stream.width = stream.height = side
        stream.pix_fmt = "yuv420p"
        for number in range(frames):
            pixels = np.asarray(Image.open(BytesIO(photo(side, side, seed=number))))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


def frames_of(content: bytes) -> list[Pixels]:
    """Decode a clip."""
    with av.open(BytesIO(content)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def pixels_of(content: bytes) -> Pixels:
    """Decode a picture."""
    return read(content).pixels


def painted(
    content: bytes, style: str, *, strength: float = 1.0, network: Network = "live"
) -> Pixels:
    """Paint a picture with the engine directly, preferring the live network as the bot does."""
    stylizer = Stylizer(style, network=network)
    return stylizer.stylize(pixels_of(content), Controls(strength=strength))


def as_photo(pixels: Pixels) -> Pixels:
    """Return a picture as Telegram shows it when sent as a photo, after two JPEG compressions."""
    sent = BytesIO()
    Image.fromarray(pixels).save(sent, "JPEG", quality=92)
    return pixels_of(recompressed(sent.getvalue()))


def likeness(one: Pixels, other: Pixels) -> float:
    """Return the PSNR in decibels of two pictures of the same size."""
    assert one.shape == other.shape, (one.shape, other.shape)
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))
