"""XMP: what a photographer wrote survives, the place only if asked for, nothing that is wrong."""

from __future__ import annotations

from io import BytesIO
from xml.dom import minidom

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from realstyler import pictures
from realstyler.pictures import xmp

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
  xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  xmp:Rating="4" tiff:Orientation="6" exif:GPSLatitude="52,30.5N" exif:PixelXDimension="4000"
  photoshop:City="Secretville" crs:Exposure2012="+1.00">
 <dc:description><rdf:Alt><rdf:li xml:lang="x-default">A pier, früh</rdf:li></rdf:Alt>
 </dc:description>
 <dc:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
 <exif:GPSLongitude>13,24.1E</exif:GPSLongitude>
 <Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li Iptc4xmpExt:City="Secretville"/></rdf:Bag>
 </Iptc4xmpExt:LocationCreated>
 <xmp:Thumbnails>old</xmp:Thumbnails>
<!-- Secretville --></rdf:Description><!-- Secretville --><rdf:Other>Secretville</rdf:Other>
</rdf:RDF><x:other>Secretville</x:other></x:xmpmeta><?xpacket end="w"?>"""
WRITTEN = ("A pier, früh", "sea", 'xmp:Rating="4"')
PLACE = ("52,30.5N", "13,24.1E", "Secretville")
WRONG = ("<!--", "other", "Other", "tiff:Orientation=", "PixelX", "Exposure2012=", "Thumbnails")
FORMATS = ["JPEG", "PNG", "WEBP", "TIFF"]


def photograph(file_format: str, packet: str) -> bytes:
    """A file that holds a packet."""
    image = Image.fromarray(np.arange(6 * 9 * 3, dtype=np.uint8).reshape(6, 9, 3))
    options: dict[str, object] = {"xmp": packet.encode()}
    if file_format == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet)
        options = {"pnginfo": info}
    if file_format == "TIFF":
        options = {"tiffinfo": {700: packet.encode()}}
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def packet_in(content: bytes) -> str:
    """The packet in a file, or nothing."""
    with Image.open(BytesIO(content)) as image:
        image.load()
        packet = image.info.get("xmp", b"")
    return packet.decode() if isinstance(packet, bytes) else packet


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_was_written_is_kept(file_format: str) -> None:
    """Into every format that holds it, from every format; the place only if it is asked for."""
    for source in FORMATS:
        picture = pictures.read(photograph(source, PACKET))
        assert picture.pixels.shape == (6, 9, 3)  # an orientation of XMP turns nothing
        told = packet_in(pictures.encode(picture, file_format))
        everything = packet_in(pictures.encode(picture, file_format, metadata="all"))
        assert all(text in told and text in everything for text in WRITTEN)
        assert not any(text in told for text in PLACE)
        assert all(text in everything for text in PLACE)
        assert not any(text in everything for text in WRONG)
        assert packet_in(pictures.encode(picture, file_format, metadata="none")) == ""
        minidom.parseString(told)


def test_exif_and_xmp_stand_side_by_side_in_tiff() -> None:
    """One does not cost the other."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ann"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N"}
    buffer = BytesIO()
    Image.new("RGB", (4, 3)).save(buffer, "JPEG", exif=exif, xmp=PACKET.encode())
    content = pictures.encode(pictures.read(buffer.getvalue()), "TIFF", metadata="all")
    assert "A pier" in packet_in(content)
    with Image.open(BytesIO(content)) as image:
        kept = image.getexif()
        assert kept[ExifTags.Base.Artist] == "Ann"
        assert kept.get_ifd(ExifTags.IFD.GPSInfo) == {ExifTags.GPS.GPSLatitudeRef: "N"}


def test_ratings_and_titles_of_windows_are_kept() -> None:
    """They are EXIF tags of their own."""
    exif = Image.Exif()
    title = "Pier".encode("utf-16-le") + b"\0\0"
    exif[ExifTags.Base.Rating] = 4
    exif[ExifTags.Base.XPTitle] = title
    buffer = BytesIO()
    Image.new("RGB", (4, 3)).save(buffer, "JPEG", exif=exif)
    content = pictures.encode(pictures.read(buffer.getvalue()), "JPEG")
    with Image.open(BytesIO(content)) as image:
        kept = image.getexif()
    assert kept[ExifTags.Base.Rating] == 4
    assert bytes(kept[ExifTags.Base.XPTitle]) == title


def test_a_packet_too_long_for_jpeg_is_left_out() -> None:
    """The picture is written all the same, and PNG holds it."""
    picture = pictures.read(photograph("PNG", PACKET.replace("sea", "sea" * 30_000)))
    assert packet_in(pictures.encode(picture, "JPEG")) == ""
    assert "seasea" in packet_in(pictures.encode(picture, "PNG"))


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"no xml",
        b"\xff\xfe\0",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        PACKET.replace("xmp:Rating", "xmp:Thumbnails").split("<dc:")[0].encode(),
        b"<a>" * 5000 + b"</a>" * 5000,
    ],
)
def test_what_cannot_be_read_is_dropped(packet: bytes) -> None:
    """Without an error, and without a picture lost."""
    assert xmp.kept(packet, place=True) is None


@given(st.data())
def test_damaged_packets_are_dropped_or_kept(data: st.DataObject) -> None:
    """Whatever happens to it: no error, and never the place."""
    content = bytearray(PACKET.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    kept = xmp.kept(bytes(content), place=False)
    assert kept is None or b"52,30.5N" not in kept
