"""Delivery of results."""

from __future__ import annotations

from realstyler_bot.jobs import Product
from realstyler_bot.telegram.delivery import groups


def test_albums_are_split() -> None:
    """Files can't share an album with photos, and animations with nothing."""

    def product(kind: str) -> Product:
        return Product.model_validate(
            {"kind": kind, "content": b"", "name": "x", "width": 1, "height": 1}
        )

    kinds = ["photo", "document", "video", "animation", "photo"]
    split = [[one.kind for one in group] for group in groups([product(kind) for kind in kinds])]
    assert split == [["photo", "video", "photo"], ["document"], ["animation"]]
