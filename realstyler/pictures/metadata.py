"""What files tell besides pixels (EXIF, XMP, IPTC, colour profile), kept where it stays true."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, NamedTuple

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from realstyler.pictures import colour, iptc, xmp
from realstyler.pictures.picture import Picture

Metadata = Literal["all", "no-place", "none"]
"""What a file tells besides its pixels: ``no-place`` is all but where it was taken."""

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

# What each EXIF orientation needs to stand upright (Exif 2.3, tag 0x0112); 1 is upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Description(NamedTuple):
    """What a file tells besides its pixels."""

    orientation: int
    exif: bytes | None
    xmp: bytes | None
    iptc: bytes | None
    icc: bytes | None


def describe(image: Image.Image) -> Description:
    """What an image tells: a TIFF before it is decoded, others after; nothing broken costs it."""
    packet = image.info.get("xmp") or image.info.get(_XMP_IN_PNG)
    kept = xmp.kept(packet, place=True) if packet else None
    # Pillow would take an orientation from XMP, which nobody else does: it is none of EXIF's.
    held = {key: image.info.pop(key) for key in ("xmp", _XMP_IN_PNG) if key in image.info}
    try:
        orientation, exif = _exif(image)
        records = _iptc(image)
        return Description(orientation, exif, kept, records, _embedded_profile(image))
    finally:
        image.info.update(held)


def _exif(image: Image.Image) -> tuple[int, bytes | None]:
    """The orientation (1 to 8), and the EXIF worth keeping."""
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        return (orientation if orientation in UPRIGHT else 1), _kept_exif(exif)
    # Cameras and editors write all sorts; no metadata is worth losing the picture.
    except Exception:  # noqa: BLE001
        return 1, None


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


def _iptc(image: Image.Image) -> bytes | None:
    resources = image.info.get("photoshop")
    block = resources.get(iptc.RESOURCE) if isinstance(resources, dict) else None
    return iptc.kept(block, place=True) if isinstance(block, bytes) else None


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


def save_options(picture: Picture, file_format: str, metadata: Metadata) -> dict[str, Any]:
    """Options of `Image.save` that make the file tell what it holds and `metadata` allows."""
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
