"""Pictures with more than RGB pixels: a colour space, transparency, any Pillow mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL.Image import Image

from realstyler import pictures
from realstyler.engine import blending
from realstyler.engine.controls import Controls
from realstyler.engine.pictures import Pixels, as_pixels
from realstyler.errors import InputError
from realstyler.pictures import Picture

Paint = Callable[[Pixels, Controls], Pixels]
"""A function that paints H×W×3 levels in sRGB."""


def stylize(picture: Picture | Image, controls: Controls, paint: Paint) -> Picture | Image:
    """Stylize a picture in sRGB and convert the painting back to the picture's colours.

    Raises:
        InputError: not a picture, or one that can't be painted.
    """
    if isinstance(picture, Image):
        return pictures.to_image(_stylized(pictures.from_image(picture), controls, paint))
    if isinstance(picture, Picture):
        return _stylized(picture, controls, paint)
    raise InputError(code="pixels-of-wrong-type", kind=type(picture).__name__)


def _stylized(picture: Picture, controls: Controls, paint: Paint) -> Picture:
    if controls.strength == 0:
        return picture
    visible = pictures.paintable(picture)
    if visible is picture.pixels:
        return picture.with_pixels(paint(as_pixels(visible), controls))
    # Mix after converting back, so that the photograph's share keeps colours outside of sRGB.
    painting = paint(as_pixels(visible), replace(controls, strength=1.0, keep_colors=False))
    painted = pictures.painted(picture, painting)
    if controls.strength == 1 and not controls.keep_colors:
        return painted
    result = np.empty_like(painted.pixels)
    strength, keep_colors = controls.strength, controls.keep_colors
    sources, original = [painted.pixels], as_pixels(picture.pixels)
    blending.mix(original, sources, [1.0], result, strength=strength, keep_colors=keep_colors)
    return picture.with_pixels(result)
