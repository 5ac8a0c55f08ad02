"""The colours of both themes."""

from __future__ import annotations

import pytest

from realstyler_gui.shared.theme import DARK, LIGHT, Colours


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_background(colours: Colours) -> None:
    """Contrast by WCAG 2.1: at least 4.5 for all text."""
    pairs = [
        (text, ground)
        for text in (colours.text, colours.muted, colours.accent, colours.danger)
        for ground in (colours.window, colours.surface)
    ]
    pairs += [(colours.on_accent, colours.accent), (colours.muted, colours.canvas)]
    for text, ground in pairs:
        assert contrast(text, ground) >= 4.5, (text, ground, contrast(text, ground))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (WCAG 2.1)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb."""
    levels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
