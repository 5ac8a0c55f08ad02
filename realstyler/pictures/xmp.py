"""XMP packets: what a photographer wrote is kept, what would be wrong of a painting is not.

Properties are kept by a list of what is known to describe a picture; the rest belongs to the old
file (its size, orientation, thumbnails, settings of a raw converter) or to nobody knows what.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.dom.minidom import Attr, Element

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_DESCRIPTIVE = frozenset(
    (
        "http://purl.org/dc/elements/1.1/",
        "http://ns.adobe.com/xap/1.0/",
        "http://ns.adobe.com/xap/1.0/rights/",
        "http://ns.adobe.com/photoshop/1.0/",
        "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "http://ns.adobe.com/lightroom/1.0/",
        "http://www.digikam.org/ns/1.0/",
        "http://ns.microsoft.com/photo/1.0/",
        "http://ns.useplus.org/ldf/xmp/1.0/",
        "http://creativecommons.org/ns#",
    )
)
_OF_THE_FILE = frozenset(
    (
        *("Thumbnails", "ICCProfile", "History", "DocumentAncestors", "SidecarForExtension"),
        *("EmbeddedXMPDigest", "LegacyIPTCDigest"),
    )
)
_PLACE = re.compile(r"GPS.*|Location.*|Sublocation|City|State|ProvinceState|Country.*|WorldRegion")
"""Local names, as in the IPTC Photo Metadata Standard and in XMP for EXIF."""

_LONGEST = 4_000_000
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="w"?>'


def kept(packet: bytes | str, place: bool) -> bytes | None:
    """Return a packet with what describes the picture, and with where it was taken if wanted.

    None: there is nothing of that, or it cannot be read.
    """
    from xml.dom import minidom  # rarely needed
    from xml.parsers.expat import ExpatError

    try:
        text = (packet if isinstance(packet, str) else packet.decode("utf-8")).strip(
            "\0 \r\n\t\ufeff"
        )
        # XMP has no document type; entities are only ever declared to do harm.
        if len(text) > _LONGEST or "<!DOCTYPE" in text:
            return None
        root = minidom.parseString(text.encode()).documentElement  # noqa: S318 - see above
        if root is None or not _reduce(root, place):
            return None
        return f"{_BEGIN}{root.toxml()}{_END}".encode()
    # Cameras and editors write all sorts; no metadata is worth losing the picture.
    except (ExpatError, ValueError, RecursionError):
        return None


def _reduce(root: Element, place: bool) -> bool:
    """Remove what is not to be kept; return whether anything is left."""
    left = False
    for description in _descriptions(root):
        left = bool(_elements(description, lambda node: _wanted(node, place))) or left
        for attribute in list(description.attributes.values()):
            if attribute.prefix == "xmlns" or attribute.namespaceURI == _RDF:
                continue
            if _wanted(attribute, place):
                left = True
            else:
                description.removeAttributeNode(attribute)
    return left


def _descriptions(root: Element) -> Iterator[Element]:
    """Yield the descriptions at the top; whatever else stands beside them is removed."""
    if _is_rdf(root, "RDF"):
        yield from _elements(root, lambda node: _is_rdf(node, "Description"))
    else:
        for rdf in _elements(root, lambda node: _is_rdf(node, "RDF")):
            yield from _elements(rdf, lambda node: _is_rdf(node, "Description"))


def _elements(parent: Element, wanted: Callable[[Element], bool]) -> list[Element]:
    """Return the elements in another that are wanted, after removing everything else from it."""
    kept = []
    for node in list(parent.childNodes):
        if node.nodeType == node.ELEMENT_NODE and wanted(node):
            kept.append(node)
        else:
            parent.removeChild(node)
    return kept


def _is_rdf(node: Element, name: str) -> bool:
    return (node.namespaceURI, node.localName) == (_RDF, name)


def _wanted(property_: Element | Attr, place: bool) -> bool:
    name = property_.localName
    if not name or name in _OF_THE_FILE:
        return False
    tells_place = bool(_PLACE.fullmatch(name))
    if property_.namespaceURI == _EXIF:
        return place and tells_place
    return property_.namespaceURI in _DESCRIPTIVE and (place or not tells_place)
