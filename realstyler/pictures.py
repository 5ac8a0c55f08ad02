"""Pictures from files to arrays and back, with all that must survive on the way.

Imported only where pixels are read or written: it brings in numpy and Pillow.
"""

import math
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from realstyler import colour, files, heif, iptc, mending, xmp
from realstyler.errors import InputError, UsageError

MAX_PIXELS = 300_000_000
"""Pictures of more pixels are refused before they are decoded, unless told otherwise."""

Metadata = Literal["all", "no-place", "none"]
"""What a file tells besides its pixels: ``no-place`` is all but where it was taken."""

READABLE = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".tif", ".tiff"),
        *(".bmp", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif", ".hif"),
    )
)
"""Suffixes of the picture files that `find_pictures` looks for."""

WRITABLE = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
"""Suffix (lower case) to the format that `write` gives it."""

# Nothing else is ever tried: the fewer decoders a stranger's file can reach, the better.
_READ_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF")
_HEIF_SUFFIXES = {".heic", ".heif", ".hif"}
# What cameras write under other names is a JPEG, or as good as one.
_SHOWN_AS_JPEG = {".jpe", ".jfif", ".mpo", *_HEIF_SUFFIXES}
_Opener = Callable[[BinaryIO, str], ImageFile.ImageFile]
_WITH_ALPHA = {"PNG", "WEBP", "TIFF"}
_WITH_PROFILE = {"JPEG", "PNG", "WEBP", "TIFF"}
# libjpeg stops short of the 65535 that a JPEG header could hold.
_LONGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}
_LONGEST_JPEG_EXIF = 65533
_LONGEST_JPEG_XMP = 65502
_XMP_IN_PNG = "XML:com.adobe.xmp"
_XMP_IN_TIFF = 700

# What a photographer wrote and the camera said; tags of the file's own layout would be wrong now.
_KEPT_EXIF = (
    ExifTags.Base.ImageDescription,
    ExifTags.Base.Make,
    ExifTags.Base.Model,
    ExifTags.Base.Software,
    ExifTags.Base.DateTime,
    ExifTags.Base.Artist,
    ExifTags.Base.Copyright,
    ExifTags.Base.Rating,
    ExifTags.Base.RatingPercent,
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPKeywords,
    ExifTags.Base.XPSubject,
)
# A maker note breaks when it is moved; the others describe the old file.
_DROPPED_EXIF = (
    ExifTags.Base.MakerNote,
    ExifTags.Base.ExifInteroperabilityOffset,
    ExifTags.Base.ExifImageWidth,
    ExifTags.Base.ExifImageHeight,
)
_GREY_MODES = {"1", "L", "LA"}
# What each EXIF orientation needs to stand upright (Exif 2.3, tag 0x0112); 1 is upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PILLOW_LIMIT = Image.MAX_IMAGE_PIXELS or math.inf
_unguarded_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright picture in memory.

    pixels: uint8, H×W×3, RGB in the colour space of `icc_profile`, or sRGB where that is None.
    alpha: uint8, H×W, 0 transparent to 255 opaque, not multiplied into `pixels`; None if opaque.
    format: what it was read from, in Pillow's words ("JPEG", "PNG", ...), None if made in memory.
    icc_profile: the bytes of an RGB profile, kept as they were.
    exif: camera, date, author and place, without orientation, thumbnail and maker note.
    xmp: title, description, keywords, rating, rights and place, as a packet.
    iptc: the same as IPTC records, of a JPEG; only JPEG keeps them.
    dpi: pixels per inch, horizontally and vertically.
    more_frames: whether its file holds other frames or pages, of which this is the first.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    format: str | None = None
    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    more_frames: bool = False

    def __post_init__(self) -> None:
        height, width, *channels = self.pixels.shape
        if self.pixels.dtype != np.uint8 or channels != [3] or not height or not width:
            raise ValueError(f"not uint8 H×W×3: {self.pixels.dtype} {self.pixels.shape}")
        if self.alpha is not None and self.alpha.shape != (height, width):
            raise ValueError(f"alpha {self.alpha.shape} does not fit {self.pixels.shape}")

    def with_pixels(self, pixels: NDArray[np.uint8]) -> "Picture":
        """The same picture with other pixels (uint8, H×W×3; of the same size if it has alpha)."""
        return replace(self, pixels=pixels)


class LeftOut(NamedTuple):
    """Something in a folder that is no picture to read, and why."""

    path: Path
    reason: str


class Found(NamedTuple):
    """A picture file, and where its result goes inside the output folder."""

    path: Path
    relative: Path


def read(
    source: Path | BinaryIO | bytes, *, name: str | None = None, max_pixels: int = MAX_PIXELS
) -> Picture:
    """Read one picture: JPEG, PNG, WebP, TIFF, BMP, GIF, PPM, AVIF or HEIF, of any mode.

    Of several frames it is the first.

    Orientation is applied. RGB profiles are kept; CMYK and grey pictures become sRGB, through
    their profile if they carry one. 16-bit samples are scaled to 8 bits. `name` is what errors
    call the picture; `max_pixels` bounds width × height before anything is decoded.

    Raises InputError: missing, unreadable, empty, not a picture, damaged, or too large.
    """
    name = name or (str(source) if isinstance(source, Path) else "the picture")
    with _readable(source, name) as stream:
        shown = _without_heif(stream, name, max_pixels)
        try:
            read_picture = _read(shown, name, max_pixels)
            return read_picture if shown is stream else replace(read_picture, format="HEIF")
        except InputError as error:
            shown.seek(0)
            mended = mending.mended(shown.read()) if error.code == "picture-damaged" else None
            if mended is None:
                raise
        return _read(BytesIO(mended), name, max_pixels)


def from_image(image: Image.Image) -> Picture:
    """A picture of a Pillow image of any mode, upright, with what `read` would keep of its file.

    Raises InputError: empty, or of samples without a known scale.
    """
    if not image.width or not image.height:
        raise InputError(code="pixels-of-wrong-shape", shape=f"{image.height}×{image.width}")
    return _picture(image, _about(image), "the picture")


def to_image(picture: Picture) -> Image.Image:
    """A Pillow image, RGB or RGBA, whose `info` holds the profile and the resolution."""
    image = _image(picture, "PNG")
    image.info.update(_kept(picture, "WEBP", "all"))
    return image


def paintable(picture: Picture) -> NDArray[np.uint8]:
    """The pixels that networks see: H×W×3 in sRGB, without what transparency hides.

    Colours at the edge of what is visible spread over what is hidden, so that hidden colours change
    nothing and no rim is painted.
    """
    pixels = colour.to_srgb(picture.pixels, picture.icc_profile)
    return pixels if picture.alpha is None else colour.spread(pixels, picture.alpha > 0)


def reduced(picture: Picture, longer_side: int) -> Picture:
    """The picture with a longer side of at most `longer_side` pixels; nothing is enlarged."""
    height, width = picture.pixels.shape[:2]
    share = longer_side / max(height, width)
    if share >= 1:
        return picture
    size = (max(1, round(width * share)), max(1, round(height * share)))
    alpha = None if picture.alpha is None else _resized(picture.alpha, size)
    return replace(picture, pixels=_resized(picture.pixels, size), alpha=alpha)


def _resized(samples: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(samples).resize(size, Image.Resampling.LANCZOS))


def painted(picture: Picture, painting: NDArray[np.uint8]) -> Picture:
    """The picture with a painting, H×W×3 in sRGB, brought to the picture's own colour space."""
    return picture.with_pixels(colour.from_srgb(painting, picture.icc_profile))


def is_animated(source: Path) -> bool:
    """Whether a GIF or WebP has several frames; not if it is none, damaged or out of reach."""
    name = str(source)
    try:
        with _readable(source, name) as stream, _damage_named(name):
            return bool(getattr(_identify(stream, name), "is_animated", False))
    except InputError:
        return False


def write(
    picture: Picture,
    target: Path | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002 - as Pillow calls it
    quality: int = 95,
    overwrite: bool = False,
    metadata: Metadata = "no-place",
) -> None:
    """Write `picture` to a file, whole or not at all, or to a binary stream.

    The format is `format`, or follows from the suffix, or for a stream is the picture's own if it
    can be written and PNG otherwise. Options as in `encode`; errors as there and in
    `files.replacing`.
    """
    if not isinstance(target, Path):
        own = picture.format if picture.format in WRITABLE.values() else None
        target.write(encode(picture, format or own or "PNG", quality=quality, metadata=metadata))
        return
    file_format = _known(format) if format else format_of(target)
    _refuse_too_long(picture, file_format, str(target))
    with files.replacing(target, overwrite=overwrite) as temporary:
        # Encoded in memory: Pillow hides the reason when a disk fills up under its encoder.
        temporary.write_bytes(encode(picture, file_format, quality=quality, metadata=metadata))


def without_place(picture: Picture) -> Picture:
    """The picture without the parts of its EXIF, XMP and IPTC that say where it was taken."""
    packet = xmp.kept(picture.xmp, place=False) if picture.xmp else None
    records = iptc.kept(picture.iptc, place=False) if picture.iptc else None
    exif = _exif_without_place(picture.exif)
    return replace(picture, exif=exif, xmp=packet, iptc=records)


def _exif_without_place(content: bytes | None) -> bytes | None:
    if not content:
        return None
    exif = Image.Exif()
    exif.load(content)
    if ExifTags.IFD.GPSInfo not in exif:
        return content
    del exif[ExifTags.IFD.GPSInfo]
    return exif.tobytes() if len(exif) else None


def encode(
    picture: Picture, file_format: str, *, quality: int = 95, metadata: Metadata = "no-place"
) -> bytes:
    """The bytes of a picture file; `file_format` is one of the values of `WRITABLE`.

    Alpha is kept in PNG, WebP and TIFF, and laid on white in the others. The colour profile and
    the resolution are kept where the format holds them, and of EXIF what `metadata` says.
    `quality` is 1 to 100 (JPEG, in 4:4:4, and WebP). Raises UsageError for a format that cannot be
    written, InputError for a picture with longer sides than the format allows.
    """
    file_format = _known(file_format)
    _refuse_too_long(picture, file_format, "the picture")
    buffer = BytesIO()
    options = _format_options(file_format, quality) | _kept(picture, file_format, metadata)
    _image(picture, file_format).save(buffer, file_format, **options)
    return buffer.getvalue()


def format_of(target: Path) -> str:
    """The format that the suffix of `target` names; UsageError if it names none."""
    try:
        return WRITABLE[target.suffix.lower()]
    except KeyError:
        raise UsageError(
            code="picture-suffix-unknown",
            target=target,
            suffix=target.suffix,
            suffixes=", ".join(WRITABLE),
        ) from None


def lacking(source: Path) -> InputError | None:
    """What `read` would say of a file for want of a package, as its name tells; None: nothing."""
    if source.suffix.lower() not in _HEIF_SUFFIXES or heif.is_available():
        return None
    return InputError(code="heif-needs-extra", picture=source)


def writable_name(name: Path, suffix: str | None = None) -> Path:
    """Keep the name of a result, or give it the suffix of a format that `write` knows.

    That is `suffix` where one is asked for; else photographs become JPEG, and whatever may be
    transparent becomes PNG.
    """
    own = name.suffix.lower()
    if suffix:
        return name if WRITABLE.get(own) == WRITABLE[suffix] else name.with_suffix(suffix)
    if own in WRITABLE:
        return name
    return name.with_suffix(".jpg" if own in _SHOWN_AS_JPEG else ".png")


def find_pictures(
    paths: Iterable[Path],
    recursive: bool = True,
    suffixes: Collection[str] = READABLE,
    left_out: list[LeftOut] | None = None,
) -> Iterator[Found]:
    """The picture files in folders, sorted, hidden ones left out; other paths as they are.

    A path that is not a folder is passed on unseen, so that `read` can say what is wrong with it.
    `suffixes`, in lower case, may name other kinds of files too. Whatever else a folder holds and
    is not hidden is added to `left_out`.
    """
    for path in paths:
        if path.is_dir():
            rest = [] if left_out is None else left_out
            yield from _pictures_in(path, recursive, suffixes, rest)
        else:
            yield Found(path, Path(path.name))


def _pictures_in(
    folder: Path, recursive: bool, suffixes: Collection[str], left_out: list[LeftOut]
) -> Iterator[Found]:
    def note(error: OSError) -> None:
        reason = error.strerror or "unreadable"
        left_out.append(LeftOut(Path(error.filename), reason.lower()))

    for parent, subfolders, names in os.walk(folder, onerror=note):
        subfolders[:] = sorted(name for name in subfolders if recursive and name[0] != ".")
        links = [Path(parent, name) for name in subfolders if Path(parent, name).is_symlink()]
        left_out += [LeftOut(link, "a link to a folder") for link in links]
        for path in (Path(parent, name) for name in sorted(names) if name[0] != "."):
            reason = _unfit(path, suffixes)
            if reason:
                left_out.append(LeftOut(path, reason))
            else:
                yield Found(path, path.relative_to(folder))


def _unfit(path: Path, suffixes: Collection[str]) -> str:
    """Why a file in a folder is not taken for a picture; empty if it is."""
    if path.suffix.lower() not in suffixes:
        return "not a picture"
    # Opening a pipe would wait for a writer, for ever.
    return "not a regular file" if path.exists() and not path.is_file() else ""


@contextmanager
def _readable(source: Path | BinaryIO | bytes, name: str) -> Iterator[BinaryIO]:
    try:
        with _opened(source) as stream:
            yield stream
    except FileNotFoundError as error:
        raise InputError(code="picture-missing", picture=name) from error
    except IsADirectoryError as error:
        raise InputError(code="picture-is-folder", picture=name) from error
    except PermissionError as error:
        raise InputError(code="picture-forbidden", picture=name) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(code="picture-unreadable", picture=name, reason=reason) from error
    except MemoryError as error:
        raise InputError(code="picture-exhausts-memory", picture=name) from error


@contextmanager
def _opened(source: Path | BinaryIO | bytes) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file if file.seekable() else BytesIO(file.read())
    else:
        yield BytesIO(source if isinstance(source, bytes) else source.read())


def _without_heif(stream: BinaryIO, name: str, max_pixels: int) -> BinaryIO:
    """The stream itself or, of a HEIC picture, that of a PNG with what it shows."""
    prefix = stream.read(heif.PREFIX)
    stream.seek(0)
    if not heif.is_heif(prefix):
        return stream
    if not heif.is_available():
        raise InputError(code="heif-needs-extra", picture=name)
    try:
        return BytesIO(heif.to_png(stream.read(), max_pixels))
    except heif.TooLargeError as error:
        raise _too_large(name, error.size, max_pixels) from error
    except ValueError as error:
        raise InputError(code="picture-damaged", picture=name) from error


def _read(stream: BinaryIO, name: str, max_pixels: int) -> Picture:
    image = _identify(stream, name)
    if image.width * image.height > max_pixels:
        raise _too_large(name, image, max_pixels)
    more_frames = _more_frames(image)
    if image.format == "TIFF":  # it hides its orientation once it is decoded
        about = _about(image)
        _decode(image, name)
    else:  # PNG may tell things after its pixels
        _decode(image, name)
        about = _about(image)
    return replace(_picture(image, about, name), more_frames=more_frames)


def _more_frames(image: ImageFile.ImageFile) -> bool:
    # The other pictures of an MPO are previews, depths and brightness of the first.
    if image.format == "MPO":
        return False
    try:
        return bool(getattr(image, "is_animated", False))
    # What is wrong with a second frame does not cost the first.
    except Exception:  # noqa: BLE001
        return False


def _identify(stream: BinaryIO, name: str) -> ImageFile.ImageFile:
    """Read the header, as `Image.open` does, less its check of the size.

    Pillow's limit is one for the whole process, a warning below and an error above twice its
    value; ours is an argument.
    """
    prefix = stream.read(16)
    if not prefix:
        raise InputError(code="picture-empty", picture=name)
    opener = _opener(prefix, Image.preinit) or _opener(prefix, Image.init)
    if opener is not None:
        stream.seek(0)
        with _damage_named(name):
            return opener(stream, name)
    raise InputError(code="not-a-picture", picture=name, formats=", ".join(_READ_FORMATS))


def _opener(prefix: bytes, load_plugins: Callable[[], object]) -> _Opener | None:
    """What opens a file that begins so; `preinit` loads the common plugins, `init` all, slowly."""
    load_plugins()
    for file_format in _READ_FORMATS:
        opener, accepts = Image.OPEN.get(file_format, (None, None))
        # A plugin without its codec answers with a sentence instead of True.
        if opener and accepts and accepts(prefix) is True:
            return opener
    return None


def _decode(image: ImageFile.ImageFile, name: str) -> None:
    with _damage_named(name), _unguarded(image.width * image.height):
        image.load()


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except Image.DecompressionBombError as error:
        raise InputError(code="picture-too-many-pixels", picture=name) from error
    # Decoders fed with broken bytes raise anything: struct.error, KeyError, zlib.error, ...
    except Exception as error:
        raise InputError(code="picture-damaged", picture=name) from error


@contextmanager
def _unguarded(pixels: int) -> Iterator[None]:
    """Lift Pillow's own limit while a picture above it is decoded (TIFF checks a second time)."""
    if pixels <= _PILLOW_LIMIT:
        yield
        return
    with _unguarded_lock:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _too_large(name: str, image: Image.Image | heif.Size, max_pixels: int) -> InputError:
    return InputError(
        code="picture-too-large",
        picture=name,
        width=image.width,
        height=image.height,
        most=max_pixels,
    )


class _About(NamedTuple):
    """What a file tells besides its pixels."""

    orientation: int
    exif: bytes | None
    xmp: bytes | None
    iptc: bytes | None
    icc: bytes | None


def _about(image: Image.Image) -> _About:
    packet = image.info.get("xmp") or image.info.get(_XMP_IN_PNG)
    kept = xmp.kept(packet, place=True) if packet else None
    # Pillow would take an orientation from XMP, which nobody else does: it is none of EXIF's.
    held = {key: image.info.pop(key) for key in ("xmp", _XMP_IN_PNG) if key in image.info}
    try:
        orientation, exif = _exif(image)
        records = _iptc(image)
        return _About(orientation, exif, kept, records, _embedded_profile(image))
    finally:
        image.info.update(held)


def _iptc(image: Image.Image) -> bytes | None:
    resources = image.info.get("photoshop")
    block = resources.get(iptc.RESOURCE) if isinstance(resources, dict) else None
    return iptc.kept(block, place=True) if isinstance(block, bytes) else None


def _picture(image: Image.Image, about: _About, name: str) -> Picture:
    orientation, exif, packet, records, icc = about
    dpi = _dpi(image, orientation)
    # The container of several JPEGs in one file; the first is an ordinary JPEG.
    file_format = "JPEG" if image.format == "MPO" else image.format
    # Pillow turns TIFF itself.
    if file_format != "TIFF" and orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image = _straight(_eight_bit(image, name))
    if image.mode == "LAB":
        image, icc = _from_lab(image, icc), None
    alpha = np.array(image.getchannel("A")) if image.mode in ("LA", "RGBA") else None
    colours, profile = _rgb(image, icc)
    return Picture(np.array(colours), alpha, file_format, profile, exif, packet, records, dpi)


def _eight_bit(image: Image.Image, name: str) -> Image.Image:
    """Scale samples of 16 bits, or floating-point ones of 0 to 1 or 0 to 255, to 8 bits."""
    if not image.mode.startswith("I") and image.mode != "F":
        return _with_short_key(image)
    values = np.asarray(image, dtype=np.float32)
    lowest, highest = float(values.min()), float(values.max())
    top = 65535.0 if image.mode != "F" else _white(values)
    # Written so that a NaN is refused too.
    if not (lowest >= 0 and highest <= (top if top > 1 else math.inf)) or math.isinf(highest):
        raise InputError(
            code="picture-of-unknown-scale",
            picture=name,
            lowest=float(lowest),
            highest=float(highest),
        )
    levels = np.rint(values.clip(0, top) * (255 / top)).astype(np.uint8)
    grey = Image.fromarray(levels)
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return grey


def _white(values: NDArray[np.float32]) -> float:
    """What is white among floating-point samples: 1, which highlights may exceed, or 255."""
    if not values.max() > 1:  # a NaN neither, which is refused whatever is white
        return 1.0
    whole = bool((values == np.rint(values)).all())
    # Of 255 levels hardly any picture has half of what is not black in the first.
    return 1.0 if not whole and float(np.median(values[values > 0])) <= 1 else 255.0


def _with_short_key(image: Image.Image) -> Image.Image:
    """Bring the transparent colour of an RGB picture of 16 bits to the 8 bits it is read with."""
    key = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(key, tuple) and max(key) > 255:
        image.info["transparency"] = tuple(value >> 8 for value in key)
    return image


def _straight(image: Image.Image) -> Image.Image:
    """Transparency of any kind (palette, key colour, premultiplied) as a straight alpha channel."""
    if image.mode == "La":
        return image.convert("LA")
    if image.mode == "LA" or not image.has_transparency_data:
        return image
    return image.convert("LA" if image.mode in _GREY_MODES else "RGBA")


def _rgb(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, bytes | None]:
    """The colours as RGB, and the profile they are in (None: sRGB)."""
    own = "CMYK" if image.mode == "CMYK" else "GRAY" if image.mode in _GREY_MODES else "RGB"
    profile = colour.open_profile(icc)
    space = profile.profile.xcolor_space.strip() if profile else None
    # Grey values under an RGB profile are greys of that profile.
    if space == "RGB" and own != "CMYK":
        return image.convert("RGB"), icc
    if profile and space == own:
        return colour.image_to_srgb(image.convert("L") if own == "GRAY" else image, profile), None
    return image.convert("RGB"), None


def _from_lab(image: Image.Image, icc: bytes | None) -> Image.Image:
    from PIL import ImageCms

    lab = colour.open_profile(icc) or ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return colour.image_to_srgb(image, lab)


def _dpi(image: Image.Image, orientation: int) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    # What a JPEG header can say; a NaN fails as well.
    if not (1 <= across <= 65535 and 1 <= down <= 65535):
        return None
    return (down, across) if orientation >= 5 else (across, down)


def _exif(image: Image.Image) -> tuple[int, bytes | None]:
    """The orientation (1 to 8), and the EXIF worth keeping."""
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        return (orientation if orientation in _UPRIGHT else 1), _kept_exif(exif)
    # Cameras and editors write all sorts; no metadata is worth losing the picture.
    except Exception:  # noqa: BLE001
        return 1, None


def _embedded_profile(image: Image.Image) -> bytes | None:
    """The bytes of the profile, or Adobe RGB's where cameras say it by EXIF alone (DCF 2.0)."""
    profile: bytes | None = image.info.get("icc_profile")
    if profile:
        return profile
    try:
        index = image.getexif().get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex)
    except Exception:  # noqa: BLE001 - as in `_exif`
        return None
    return colour.adobe_rgb() if index == "R03" else None


def _kept_exif(exif: Image.Exif) -> bytes | None:
    kept = Image.Exif()
    for tag in _KEPT_EXIF:
        if tag in exif:
            kept[tag] = exif[tag]
    for group in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
        tags = {
            tag: value for tag, value in exif.get_ifd(group).items() if tag not in _DROPPED_EXIF
        }
        if tags:
            kept[group] = tags
    return kept.tobytes() if len(kept) else None


def _image(picture: Picture, file_format: str) -> Image.Image:
    pixels = picture.pixels
    if file_format not in _WITH_PROFILE:
        pixels = colour.to_srgb(pixels, picture.icc_profile)
    image = Image.fromarray(pixels)
    if picture.alpha is None:
        return image
    alpha = Image.fromarray(picture.alpha)
    if file_format in _WITH_ALPHA:
        image.putalpha(alpha)
        return image
    return Image.composite(image, Image.new("RGB", image.size, "white"), alpha)


def _known(file_format: str) -> str:
    known = file_format.upper().replace("JPG", "JPEG")
    if known not in WRITABLE.values():
        formats = ", ".join(dict.fromkeys(WRITABLE.values()))
        raise UsageError(code="picture-format-unknown", format=file_format, formats=formats)
    return known


def _refuse_too_long(picture: Picture, file_format: str, name: str) -> None:
    height, width, _ = picture.pixels.shape
    longest = _LONGEST_SIDE.get(file_format, math.inf)
    if max(height, width) > longest:
        raise InputError(
            code="picture-exceeds-format",
            target=name,
            width=width,
            height=height,
            format=file_format,
            longest=longest,
        )


def _format_options(file_format: str, quality: int) -> dict[str, Any]:
    if file_format == "JPEG":
        return {"quality": quality, "subsampling": "4:4:4"}
    # TIFF stays uncompressed: through libtiff, Pillow fails to write EXIF.
    return {"quality": quality} if file_format == "WEBP" else {}


def _kept(picture: Picture, file_format: str, metadata: Metadata) -> dict[str, Any]:
    kept: dict[str, Any] = {"icc_profile": picture.icc_profile, "dpi": picture.dpi}
    if metadata != "none":
        told = without_place(picture) if metadata == "no-place" else picture
        kept |= _told(told.exif, told.xmp, file_format)
        if told.iptc and file_format == "JPEG":
            kept["extra"] = iptc.segment(told.iptc)
    return {name: value for name, value in kept.items() if value}


def _told(exif: bytes | None, packet: bytes | None, file_format: str) -> dict[str, Any]:
    """EXIF and XMP as Pillow's writer of the format takes them, if they fit."""
    if file_format == "JPEG":
        exif = exif if len(exif or b"") <= _LONGEST_JPEG_EXIF else None
        packet = packet if len(packet or b"") <= _LONGEST_JPEG_XMP else None
    if packet and file_format == "PNG":
        info = PngInfo()
        info.add_itxt(_XMP_IN_PNG, packet.decode())
        return {"exif": exif, "pnginfo": info}
    if packet and file_format == "TIFF":
        tags = Image.Exif()
        tags.load(exif or b"")
        tags[_XMP_IN_TIFF] = packet
        return {"exif": tags.tobytes()}
    return {"exif": exif, "xmp": packet}
