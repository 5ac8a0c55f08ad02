"""From picture bytes to result bytes; runs in threads, knows no Telegram."""

from __future__ import annotations

import math
import random
import threading
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Literal

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from realstyler import pictures
from realstyler.engine import Cancellation, Stylizer
from realstyler.errors import InputError, StyleError
from realstyler.pictures import Picture
from realstyler.registry import Style, find_style, registry
from realstyler_bot.jobs import Job, Options, Product, Progress, Source, refusal_of
from realstyler_bot.settings import WorkSettings
from realstyler_bot.workers.clips import Clip, ClipLimits, paint_clip
from realstyler_bot.workers.timeouts import within

Pixels = NDArray[np.uint8]

# Telegram's limits for photos and for files.
PHOTO_BYTES = 10 * 10**6
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
ROUND_SIDE = 640
FILE_BYTES = 50 * 10**6
_OPEN_STYLES = 16
_PHOTO_QUALITY, _FILE_QUALITY = 92, 95
_REDUCING_GAP = 3.0
_CELL, _GAP, _CAPTION = 384, 12, 30
_PAPER, _INK = (250, 249, 246), (40, 40, 40)


def trained_styles() -> list[Style]:
    """Return the trained styles, sorted by title."""
    styles = (style for style in registry().styles.values() if style.trained)
    return sorted(styles, key=lambda style: style.title.casefold())


def find_style_by_words(words: str) -> Style | None:
    """Return the style with this name or title, if any."""
    wanted = words.strip().strip("«»\"'.!").casefold()
    return next(
        (s for s in trained_styles() if wanted in (s.name.casefold(), s.title.casefold())), None
    )


def random_style(but: str = "") -> str:
    """Return the name of a random style, preferably not `but`; empty if there is none."""
    names = [style.name for style in trained_styles()]
    return random.choice([name for name in names if name != but] or names or [""])  # noqa: S311


class Painter:
    """Paints jobs; one per process, shared by many threads."""

    def __init__(self, settings: WorkSettings) -> None:
        self._settings = settings
        self._stylizers: LRUCache[str, Stylizer] = LRUCache(_OPEN_STYLES)
        self._lock = threading.Lock()

    def paint(
        self, job: Job, contents: list[bytes], cancellation: Cancellation, progress: Progress
    ) -> list[Product]:
        """Paint every source of a job; for albums, failed pictures are returned as refusals.

        Raises:
            RealstylerError: the only source, or the style, is unusable; or (`Cancelled`) the job
                was cancelled.
        """
        products = []
        for number, (source, content) in enumerate(zip(job.sources, contents, strict=True)):
            cancellation.check()
            part = _Part(cancellation, progress, number / job.weight, 1 / job.weight)
            try:
                products.append(self._product(job, source, content, part))
            except InputError as error:
                if job.weight == 1:
                    raise
                products.append(_refused(error))
        return products

    def forget_styles(self) -> None:
        """Reload styles when next used: their files may have changed."""
        with self._lock:
            self._stylizers.clear()

    def _product(self, job: Job, source: Source, content: bytes, part: _Part) -> Product:
        if source.kind != "picture":
            return self._clip(job, source, content, part)
        picture = self._read(content)
        if job.kind == "sheet":
            sheet = Picture(self._sheet(pictures.paintable(fit(picture, _CELL)), part))
            return as_product(sheet, "all-styles", as_file=job.options.as_file)
        fitted = fit(picture, job.options.size)
        painted = self._stylize(fitted, job.options, part)
        if job.kind == "comparison":
            painted = Picture(beside(pictures.paintable(fitted), pictures.paintable(painted)))
        name = f"{job.options.style}-{source.message_id}"
        return as_product(painted, name, as_file=job.options.as_file)

    def _read(self, content: bytes) -> Picture:
        settings = self._settings
        return within(
            settings.decode_seconds,
            lambda: pictures.read(content, name="the picture", max_pixels=settings.max_pixels),
        )

    def _stylize(self, picture: Picture, options: Options, part: _Part) -> Picture:
        return self._stylizer(options.style).stylize(
            picture, options.controls, cancel=part.cancellation, progress=part.report
        )

    def _stylizer(self, name: str) -> Stylizer:
        # Locked, so that two threads never compile the same style at the same time.
        with self._lock:
            stylizer = self._stylizers.get(name) or self._open(find_style(name))
            self._stylizers[name] = stylizer
            return stylizer

    def _open(self, style: Style) -> Stylizer:
        settings = self._settings
        network = settings.network
        if network == "auto":
            network = "live" if "live" in style.networks else "full"
        return Stylizer(
            style,
            network=network,
            device=settings.device,
            threads=settings.threads,
            streams=settings.workers,
        )

    def _clip(self, job: Job, source: Source, content: bytes, part: _Part) -> Product:
        if job.kind == "sheet":
            raise InputError(code="clip-has-no-sheet")
        options = job.options
        stylizer, chosen = self._stylizer(options.style), options.controls
        clip = paint_clip(
            content,
            stylizer,
            chosen,
            self._limits,
            part.cancellation,
            part.report,
            trim=source.trim,
            compare=job.kind == "comparison",
        )
        if len(clip.content) > FILE_BYTES:
            raise InputError(code="result-too-large", megabytes=FILE_BYTES // 10**6)
        return Product(
            kind=clip_kind(clip, source, as_file=options.as_file),
            content=clip.content,
            name=f"{options.style}-{source.message_id}{clip.suffix}",
            width=clip.width,
            height=clip.height,
            seconds=clip.seconds,
        )

    @property
    def _limits(self) -> ClipLimits:
        settings = self._settings
        return ClipLimits(
            settings.clip_seconds,
            settings.clip_frames,
            settings.clip_pixels,
            settings.clip_side,
            settings.decode_seconds,
        )

    def _sheet(self, pixels: Pixels, part: _Part) -> Pixels:
        """Render the picture in every style, with titles, in a roughly square grid."""
        styles = trained_styles()
        if not styles:
            raise StyleError(code="no-style-trained")
        cells = [("", pixels)]
        for number, style in enumerate(styles):
            step = part.part(number / len(styles), 1 / len(styles))
            painted = self._stylize(Picture(pixels), Options(style=style.name), step)
            cells.append((style.title, painted.pixels))
        return lay_out(cells)


@dataclass(frozen=True)
class _Part:
    """A share of a job's progress, and its cancellation."""

    cancellation: Cancellation
    progress: Progress
    start: float
    length: float

    def report(self, share: float) -> None:
        self.progress(self.start + share * self.length)

    def part(self, start: float, length: float) -> _Part:
        return replace(self, start=self.start + start * self.length, length=length * self.length)


def fit(picture: Picture, side: int) -> Picture:
    """Scale a picture down to a longer side in pixels; smaller ones stay unchanged."""
    height, width = picture.pixels.shape[:2]
    factor = side / max(height, width)
    if factor >= 1:
        return picture
    size = max(1, round(width * factor)), max(1, round(height * factor))

    def scale(plane: Pixels) -> Pixels:
        # Average very large ones down to three times the size first: as good, and faster.
        resized = Image.fromarray(plane).resize(
            size, Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP
        )
        return np.asarray(resized)

    alpha = None if picture.alpha is None else scale(picture.alpha)
    return replace(picture, pixels=scale(picture.pixels), alpha=alpha)


def _refused(error: InputError) -> Product:
    return Product(
        kind="document", content=b"", name="", width=0, height=0, refusal=refusal_of(error)
    )


def as_product(picture: Picture, name: str, *, as_file: bool) -> Product:
    """Encode a result for Telegram: as a photo where possible, or as a file.

    None of the original's metadata is included.
    """
    height, width = picture.pixels.shape[:2]
    if not as_file and is_photo(width, height, 0):
        photo = _photograph(picture)
        if is_photo(width, height, len(photo)):
            return Product(
                kind="photo", content=photo, name=f"{name}.jpg", width=width, height=height
            )
    content, suffix = _file(picture)
    return Product(
        kind="document", content=content, name=f"{name}.{suffix}", width=width, height=height
    )


def clip_kind(
    clip: Clip, source: Source, *, as_file: bool
) -> Literal["document", "video", "animation", "video_note"]:
    """Choose how Telegram shows a clip; its animations must be silent and its videos MP4."""
    if as_file or clip.suffix != ".mp4":
        return "document"
    if source.round and clip.width == clip.height <= ROUND_SIDE:
        return "video_note"
    return "video" if clip.sound or source.kind == "clip" else "animation"


def is_photo(width: int, height: int, size: int) -> bool:
    """Return whether Telegram accepts a picture of this size in pixels and bytes as a photo."""
    ratio = max(width, height) / min(width, height)
    return size <= PHOTO_BYTES and width + height <= PHOTO_SIDES and ratio <= PHOTO_RATIO


def _photograph(picture: Picture) -> bytes:
    """Encode as JPEG with 4:2:0 chroma subsampling, which Telegram applies anyway."""
    if picture.alpha is not None or picture.icc_profile:
        return pictures.encode(picture, "JPEG", quality=_PHOTO_QUALITY, metadata="none")
    content = BytesIO()
    image = Image.fromarray(picture.pixels)
    image.save(content, "JPEG", quality=_PHOTO_QUALITY, subsampling="4:2:0")
    return content.getvalue()


def _file(picture: Picture) -> tuple[bytes, str]:
    if picture.alpha is not None or picture.format == "PNG":
        content = pictures.encode(picture, "PNG", metadata="none")
        if len(content) <= FILE_BYTES:
            return content, "png"
    content = pictures.encode(picture, "JPEG", quality=_FILE_QUALITY, metadata="none")
    if len(content) > FILE_BYTES:
        content = _photograph(picture)
    return content, "jpg"


def beside(before: Pixels, after: Pixels) -> Pixels:
    """Put two pictures of the same size side by side, wide ones one above the other."""
    height, width = before.shape[:2]
    axis = 0 if width > height else 1
    shape = (_GAP, width, 3) if axis == 0 else (height, _GAP, 3)
    gap = np.full(shape, _PAPER, np.uint8)
    return np.concatenate([before, gap, after], axis=axis)


def lay_out(cells: list[tuple[str, Pixels]]) -> Pixels:
    """Put pictures of the same size on a sheet, each under its title; uint8 H×W×3."""
    height, width = cells[0][1].shape[:2]
    columns = math.ceil(math.sqrt(len(cells) * (height + _CAPTION) / width))
    rows = -(-len(cells) // columns)
    cell_width, cell_height = width + _GAP, height + _CAPTION + _GAP
    size = (_GAP + columns * cell_width, _GAP + rows * cell_height)
    paper = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(paper)
    font = ImageFont.load_default(size=16)
    for number, (title, pixels) in enumerate(cells):
        row, column = divmod(number, columns)
        left, top = _GAP + column * cell_width, _GAP + row * cell_height
        draw.text((left, top + 4), title, fill=_INK, font=font)
        paper.paste(Image.fromarray(pixels), (left, top + _CAPTION))
    return np.asarray(paper)
